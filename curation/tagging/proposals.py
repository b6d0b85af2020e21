"""What the vocabulary lacks: phrases that recur as proposals for concepts, and for further labels of known ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any

from curation.errors import CurationError
from curation.tagging.concept import Vocabulary
from curation.tagging.language import Reading, analyser, clean
from curation.tagging.matcher import Matcher, quote
from curation.tagging.model import Example
from curation.tagging.suggestion import Document, Quote

# Documents a phrase must stand in before it is proposed. Source: karakeep's users, flooded by one-item tags.
LEAST = 3

# Characters a document that are parsed (parsing takes 100 times as long as matching) and words of a phrase at most.
PARSED, WORDS = 20_000, 4

# Examples and near concepts a proposal shows. Source: what fits in a row of the curator's page.
SHOWN = 3

# How many times likelier a phrase must be where people set the concept by hand than elsewhere. Source: unknown.
LIFT = 5.0

# Kinds of spaCy entities that can be concepts; persons, dates and amounts are none. Source: OntoNotes 5 labels.
KINDS = frozenset({"ORG", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "FAC", "GPE", "LOC", "NORP", "MISC"})
EDGES = frozenset({"DET", "PRON", "PUNCT", "SPACE", "NUM", "ADP", "CCONJ", "SYM", "AUX", "ADV", "PART"})

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase for a new concept: how many documents have it, some of them with the words, the nearest concepts."""

    label: str
    documents: int
    examples: tuple[tuple[str, Quote], ...]
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelProposal:
    """A phrase as a further label of a concept: documents where people set the concept and the phrase stands, and
    documents where it stands without the concept."""

    concept: str
    label: str
    together: int
    without: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in one document: its stems, how it was written, where first."""

    key: Key
    written: str
    quote: Quote


def load_parser(name: str) -> Any:
    """The spaCy model of a name. Raises CurationError, with the way to install it, where it is not there."""
    import spacy

    try:
        return spacy.load(name, exclude=["lemmatizer"])
    except OSError as error:
        raise CurationError(f"There is no spaCy model {name} here. Install it with: pip install {name}") from error


def propose(documents: Iterable[Document], vocabulary: Vocabulary, parser: Any, least: int = LEAST) -> list[Proposal]:
    """Phrases in at least `least` documents that no label names, the most telling first: documents times the log of
    words, less the documents in which the phrase is part of a longer one that is proposed."""
    matcher = Matcher(vocabulary, parser.lang)
    found: dict[Key, list[tuple[str, Phrase]]] = defaultdict(list)
    for document in documents:
        for phrase in phrases(document, parser):
            found[phrase.key].append((document.id, phrase))
    kept = {key: uses for key, uses in found.items() if len(uses) >= least and not _named(matcher, uses[0][1].written)}
    inside: dict[Key, int] = defaultdict(int)
    for key, uses in kept.items():
        for part in _parts(key):
            inside[part] = max(inside[part], len(uses))
    weight = {key: (len(uses) - inside[key]) * log(1 + len(key)) for key, uses in kept.items()}
    order = sorted((key for key in kept if weight[key] > 0), key=lambda key: (-weight[key], key))
    labels = list(matcher.labels())
    return [_proposal(key, kept[key], labels) for key in order]


def propose_labels(examples: Iterable[Example], vocabulary: Vocabulary, parser: Any) -> list[LabelProposal]:
    """Phrases that recur where people set a concept that the text does not name, and hardly elsewhere."""
    matcher = Matcher(vocabulary, parser.lang)
    written: dict[Key, str] = {}
    everywhere: dict[Key, int] = defaultdict(int)
    together: dict[tuple[str, Key], int] = defaultdict(int)
    tagged: dict[str, int] = defaultdict(int)
    total = 0
    for example in examples:
        total += 1
        read = matcher.analyser.read(clean(example.document.text))
        unnamed = set(example.tags) - {match.entry.concept for match in matcher.find(read)}
        for uri in unnamed:
            tagged[uri] += 1
        for phrase in phrases(example.document, parser):
            written.setdefault(phrase.key, phrase.written)
            everywhere[phrase.key] += 1
            for uri in unnamed:
                together[uri, phrase.key] += 1
    found = []
    for (uri, key), both in together.items():
        lift = (both / tagged[uri]) / (everywhere[key] / total)
        if both >= LEAST and lift >= LIFT and both * 2 > everywhere[key] and not _named(matcher, written[key]):
            found.append(LabelProposal(uri, written[key], both, everywhere[key] - both))
    return sorted(found, key=lambda one: (-one.together, one.concept, one.label))


def phrases(document: Document, parser: Any) -> Iterator[Phrase]:
    """The noun phrases and names of a document, each once."""
    text = clean(document.text)[:PARSED]
    parsed = parser(text)
    language = analyser(parser.lang)
    read = language.read(text)
    place = {start: index for index, start in enumerate(read.starts)}
    names = [entity for entity in parsed.ents if entity.label_ in KINDS]
    people = {token.i for entity in parsed.ents if entity.label_ == "PERSON" for token in entity}
    chunks = [
        chunk
        for chunk in (parsed.noun_chunks if parsed.has_annotation("DEP") else ())
        if not people.intersection(token.i for token in chunk)
    ]
    seen: set[Key] = set()
    for span in (*names, *chunks):
        phrase = _phrase(_trimmed(span), read, place)
        if phrase is not None and phrase.key not in seen:
            seen.add(phrase.key)
            yield phrase


def _trimmed(span: Any) -> list[Any]:
    """The tokens of a span without articles, numbers and their like at its ends."""
    tokens = list(span)
    while tokens and (tokens[0].pos_ in EDGES or tokens[0].is_stop):
        tokens = tokens[1:]
    while tokens and (tokens[-1].pos_ in EDGES or tokens[-1].is_stop):
        tokens = tokens[:-1]
    return tokens


def _phrase(tokens: list[Any], read: Reading, place: dict[int, int]) -> Phrase | None:
    """The phrase of some tokens; None where it is too long, too short or crosses a line."""
    if not tokens or tokens[0].idx not in place:
        return None
    # A single everyday word ("day", "number") is never what a vocabulary lacks; a name or an acronym may be.
    if len(tokens) == 1 and tokens[0].pos_ != "PROPN":
        return None
    first, end = place[tokens[0].idx], tokens[-1].idx + len(tokens[-1])
    last = first
    while last + 1 < len(read.words) and read.starts[last + 1] < end:
        last += 1
    written = read.text[read.starts[first] : end]
    if last - first >= WORDS or "\n" in written or len(written) < 3 or not any(map(str.isalpha, written)):
        return None
    return Phrase(tuple(read.stems[first : last + 1]), written, quote(read, first, last))


def _named(matcher: Matcher, written: str) -> bool:
    """Whether a label of the vocabulary takes up the whole phrase."""
    read = matcher.analyser.read(written)
    return any(match.first == 0 and match.last == len(read.words) - 1 for match in matcher.find(read))


def _parts(key: Key) -> Iterator[Key]:
    """Every shorter run of words inside a phrase."""
    for size in range(1, len(key)):
        yield from (key[start : start + size] for start in range(len(key) - size + 1))


def _proposal(key: Key, uses: list[tuple[str, Phrase]], labels: list[tuple[Key, str]]) -> Proposal:
    """The phrase as it is mostly written, with its examples and the concepts that share words with it."""
    forms = [phrase.written for _, phrase in uses]
    label = max(sorted(set(forms)), key=forms.count)
    words = set(key)
    alike = [(len(words & set(stems)) / len(words | set(stems)), uri) for stems, uri in labels if words & set(stems)]
    nearest = tuple(dict.fromkeys(uri for _, uri in sorted(alike, key=lambda row: (-row[0], row[1]))))[:SHOWN]
    return Proposal(label, len(uses), tuple((name, phrase.quote) for name, phrase in uses[:SHOWN]), nearest)
