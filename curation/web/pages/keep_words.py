"""Curators keep a subject: merge, split, rename, move, retire, label it, undo any of it, and file more under it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from curation.database import AccountRow
from curation.errors import CurationError
from curation.services import carrying, changes, concepts, keeping_words
from curation.services.keeping_words import Done
from curation.services.rewriting import Effect
from curation.web.access import Curator, Database, search_index
from curation.web.forms import Checked, RowNumber, Typed, row_number
from curation.web.pages.review import METHODS
from curation.web.render import count, go, moved, page, path
from search_config.errors import SearchError
from search_config.index import SearchIndex

router = APIRouter(prefix="/tags")
# Pieces offered on a page; their decisions' numbers must fit the session's cookie of 4 kB, which undoes them.
OFFERED = 50

Fields = dict[str, str]
Verb = Callable[[Session, AccountRow, str, Fields], Done]


def _lines(text: str) -> list[str]:
    """What was typed one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


VERBS: dict[str, Verb] = {
    "merge": lambda db, who, uri, form: keeping_words.merge(db, who, uri, form.get("into", "")),
    "split": lambda db, who, uri, form: keeping_words.split(db, who, uri, _lines(form.get("labels", ""))),
    "rename": lambda db, who, uri, form: keeping_words.rename(db, who, uri, form.get("label", "")),
    "move": lambda db, who, uri, form: keeping_words.move(db, who, uri, _lines(form.get("broader", ""))),
    "deprecate": lambda db, who, uri, form: keeping_words.deprecate(db, who, uri),
    "people": lambda db, who, uri, form: keeping_words.for_people_only(db, who, uri, form.get("on") == "yes"),
    "label": lambda db, who, uri, form: keeping_words.relabel(
        db, who, uri, add=[("altLabel", form.get("language", "en"), form.get("label", ""))]
    ),
    "unlabel": lambda db, who, uri, form: keeping_words.relabel(
        db, who, uri, remove=[(form.get("kind", ""), form.get("language", ""), form.get("label", ""))]
    ),
}


@router.post("/{slug}/change", dependencies=[Checked])
async def change(request: Request, slug: str, db: Database, account: Curator) -> Response:
    """Do one of the verbs to a subject; what is refused says why, on the subject's page."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    concept = concepts.concept(db, slug)
    verb = VERBS.get(form.get("verb", ""))
    try:
        if verb is None:
            raise CurationError("Choose what to do with this subject.")
        done = verb(db, account, concept.uri, form)
    except CurationError as error:
        return go(request, f"/tags/{path(slug)}", str(error))
    told = f"{done.said} {_moved(done.effect)}History can undo it."
    return go(request, f"/tags/{path(concepts.concept(db, slug).slug)}#history", told)


def _moved(effect: Effect) -> str:
    """What moved, as a sentence; nothing where nothing did."""
    parts = [
        count(number, one)
        for number, one in ((effect.taggings, "tagging"), (effect.suggestions, "suggestion"))
        if number
    ]
    return f"Moved along: {' and '.join(parts)}. " if parts else ""


@router.get("/changes")
def changes_made(request: Request, db: Database, account: Curator) -> HTMLResponse:
    """What was done to the vocabulary, those to subjects that are gone included."""
    return page(request, "tag_changes.html", history=changes.history(db))


@router.post("/changes/{number}/undo", dependencies=[Checked])
def undo(request: Request, number: RowNumber, db: Database, account: Curator, slug: Typed = "") -> Response:
    """Take back one change."""
    back = f"/tags/{path(slug)}" if slug else "/tags/changes"
    try:
        return go(request, f"{back}#history", keeping_words.undo(db, account, number).said)
    except CurationError as error:
        return go(request, f"{back}#history", str(error))


def _index(request: Request) -> SearchIndex | None:
    """The index, None while it does not answer: suggestions are shown without it."""
    try:
        return search_index(request)
    except SearchError:
        return None


@router.get("/{slug}/others")
def others(
    request: Request,
    slug: str,
    db: Database,
    account: Curator,
    index: Annotated[SearchIndex | None, Depends(_index)],
    ticked: str = "",
) -> Response:
    """Which others should carry it: the list, with a box for each."""
    concept = concepts.concept(db, slug)
    if concept.slug != slug:
        return moved(f"/tags/{path(concept.slug)}/others")
    try:
        found = carrying.candidates(db, index, concept.uri, OFFERED)
    except SearchError:
        found = carrying.candidates(db, None, concept.uri, OFFERED)
    bulk = [int(number) for number in request.session.get("bulk", [])]
    return page(request, "tag_others.html", concept=concept, found=found, methods=METHODS, bulk=bulk, ticked=ticked)


@router.post("/{slug}/others", dependencies=[Checked])
def decide(
    request: Request,
    slug: str,
    db: Database,
    account: Curator,
    verdict: Typed = "",
    resource_id: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Accept or reject all that are ticked."""
    concept = concepts.concept(db, slug)
    chosen = (resource_id or [])[:OFFERED]
    if not chosen:
        return go(request, f"/tags/{path(concept.slug)}/others", "Tick some pieces first.")
    made = carrying.decide(db, account, [(one, concept.uri) for one in chosen], verdict)
    request.session["bulk"] = made
    said = "Accepted" if verdict == "accept" else "Rejected"
    return go(request, f"/tags/{path(concept.slug)}/others", f"{said} for {len(made)} pieces.")


@router.post("/{slug}/others/undo", dependencies=[Checked])
def take_back(request: Request, slug: str, db: Database, account: Curator) -> Response:
    """Undo the last decisions that were made in one go."""
    numbers = [found for number in request.session.get("bulk", []) if (found := row_number(str(number))) is not None]
    try:
        said = f"Undone for {carrying.take_back(db, account, numbers)} pieces."
    except CurationError as error:
        db.rollback()
        said = str(error)
    request.session.pop("bulk", None)
    return go(request, f"/tags/{path(slug)}/others", said)
