"""What the API sends and takes: one model a thing, each field described."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from curation.services.copies import Difference


def _whole(text: str) -> str:
    """PostgreSQL keeps no NUL, and no word has one."""
    if "\x00" in text:
        raise ValueError("a NUL character can't be used")
    return text


Word = Annotated[str, Field(max_length=300), AfterValidator(_whole)]
Words = Annotated[str, Field(max_length=30_000), AfterValidator(_whole)]
# The largest id PostgreSQL's integer holds.
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Model(BaseModel):
    """A model made from a service's view."""

    model_config = ConfigDict(from_attributes=True)


class Concept(Model):
    """A concept of the vocabulary, as it is named and linked."""

    uri: str
    label: str
    slug: str = Field(description="Its name in addresses.")


class ConceptInTree(Concept):
    """A concept in the whole vocabulary, which is listed top to bottom."""

    depth: int = Field(description="How far below a top concept, from 0.")
    count: int = Field(description="Live resources that carry it itself.")


class Card(Model):
    """A resource in a list."""

    id: str
    title: str
    summary: str
    url: str = Field(description="Where it stands at its source.")
    source: str
    authors: list[str]
    published: str | None = Field(description="ISO 8601 date, as the source gives it.")
    language: str | None = Field(description="ISO 639-1.")
    kind: str
    licence: str | None
    tags: list[Concept] = Field(description="The concepts that a curator accepted.")
    score: float | None = Field(description="The weighed rating, 1 to 5.")
    rating_count: int
    stars_mean: float | None = Field(description="The plain mean; null under 3 ratings.")
    state: Literal["live", "withdrawn", "folded"]


class Copy(Model):
    """A resource that was folded into another."""

    id: str
    title: str
    url: str
    source: str
    relation: str | None = Field(description="What kind of copy it is.")
    similarity: float | None = Field(description="0 to 1.")


class Provenance(Model):
    """Where a resource comes from."""

    source: str
    url: str
    first_seen: datetime
    last_read: datetime
    state: str
    licence: str | None


class CollectionCard(Model):
    """A curated collection in a list."""

    slug: str
    title: str
    description: str
    curator: str
    size: int = Field(description="How many of its resources can be opened now.")
    changed_at: datetime


class CollectionItem(BaseModel):
    """A resource's place in a collection."""

    resource: Card
    note: str = Field(description="Why it is here.")


class Collection(BaseModel):
    """A curated collection, in its order."""

    collection: CollectionCard
    items: list[CollectionItem]
    waiting: int = Field(description="Addresses in it that the library has not read yet.")


class Attachment(Model):
    """A file that hangs on the page at its source."""

    name: str
    url: str
    media_type: str
    bytes: int = Field(description="Its size; 0 where the source does not say.")


class Move(Model):
    """An address where the page stood before."""

    old_url: str
    at: datetime
    why: str = Field(description="Why it is taken for the same page.")


class Resource(Model):
    """A resource with everything around it."""

    card: Card
    text: str
    copies: list[Copy] = Field(description="What was folded into it.")
    family: list[Card] = Field(description="Its siblings: pages of the same source made from one template.")
    moved_to: str | None = Field(description="The id of the resource that it was folded into.")
    provenance: Provenance
    collections: list[CollectionCard]
    superseded_by: Card | None
    related: list[Card] = Field(description="Those that share the most tags.")
    attachments: list[Attachment] = Field(description="Files that hang on its page.")
    moves: list[Move] = Field(description="Where it stood before, the latest first.")
    difference: Difference | None = Field(description="For a copy: what it says otherwise; else null.")


class ConceptPage(Concept):
    """A concept with what it means and what carries it."""

    alt_labels: list[str]
    definition: str
    broader: list[Concept]
    narrower: list[Concept]
    related: list[Concept]
    count: int = Field(description="Live resources that carry it or a narrower one.")


class ConceptWithResources(BaseModel):
    """A concept and one page of the resources that carry it or a narrower one, best rated first."""

    concept: ConceptPage
    total: int
    resources: list[Card]


class FoundItem(Model):
    """A resource found; title and snippet are escaped HTML with <mark> around what matched."""

    resource: Card = Field(validation_alias="card")
    title_html: str
    snippet_html: str


class FacetChoice(Model):
    """A value to narrow the search by."""

    value: str
    label: str
    count: int
    chosen: bool


class Found(Model):
    """One page of what was found."""

    total: int
    items: list[FoundItem]
    facets: dict[str, list[FacetChoice]]
    search_id: int | None = Field(description="Its line in the search log; null where it was not logged.")


class Suggestions(BaseModel):
    """Titles and concept labels that continue what was typed, best first."""

    suggestions: list[str]


class OwnRating(Model):
    """What the caller gave last."""

    stars: int
    comment: str
    at: datetime


class Rating(BaseModel):
    """How a resource is rated. The weighed score is made again with the next run of `rate`."""

    resource_id: str = Field(description="The resource that the rating counts for; for a copy, the canonical one.")
    score: float | None = Field(description="The weighed rating, 1 to 5.")
    rating_count: int
    stars_mean: float | None = Field(description="The plain mean; null under 3 ratings.")
    own: OwnRating | None = Field(description="The caller's own rating; null for none, or where nobody is signed in.")


class NewRating(BaseModel):
    """A rating to give; the latest of a person counts."""

    stars: int = Field(ge=1, le=5)
    comment: Annotated[str, Field(max_length=2_000), AfterValidator(_whole)] = ""


class Post(Model):
    """Something somebody wrote, with the replies below it."""

    id: int
    kind: Literal["question", "answer", "comment"]
    title: str
    body: str
    author: str
    at: datetime
    accepted: bool = Field(description="For an answer: it solved the question.")
    replies: list["Post"]


class NewComment(BaseModel):
    """A comment to write."""

    body: Annotated[Words, Field(min_length=1)]
    parent_id: Number | None = Field(None, description="The post it replies to.")


class WrittenPost(Model):
    """A post as it was kept."""

    id: int
    kind: str
    body: str
    author: str
    at: datetime
    resource_id: str | None
    parent_id: int | None


class Suggestion(Model):
    """A concept that is suggested for a resource, with the words of the text that it stands in."""

    resource_id: str
    title: str
    summary: str
    url: str
    source: str
    concept: Concept
    definition: str
    score: float = Field(description="The probability that a curator accepts it, 0 to 1.")
    method: str = Field(description="How it was found: label, altLabel, source-tag, similar, learned and their like.")
    exact: str = Field(description="The words themselves; empty where no words of the text name it.")
    prefix: str
    suffix: str


class Queue(BaseModel):
    """The next suggestions to decide about, the surest first."""

    waiting: int = Field(description="How many wait in all.")
    items: list[Suggestion]


class NewDecision(BaseModel):
    """What a curator says of a concept on a resource."""

    resource_id: Word
    concept: Word = Field(description="The concept's URI or slug.")
    verdict: Literal["accept", "reject"]


class Undo(BaseModel):
    """Which of one's own decisions to take back."""

    decision_id: Number | None = Field(None, description="The latest that is not undone yet, where none is named.")


class Decision(Model):
    """A decision as it was kept; an undo is one too."""

    id: int
    resource_id: str
    concept: str
    verdict: Literal["accept", "reject", "undo"]
    at: datetime
