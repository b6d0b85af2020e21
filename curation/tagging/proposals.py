"""What the vocabulary lacks: phrases that recur as proposals for concepts, and for further labels of known ones."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from curation.tagging.concept import Vocabulary
from curation.tagging.language import clean
from curation.tagging.matcher import CONTEXT, Matcher
from curation.tagging.model import Example
from curation.tagging.phrases import Phrase
from curation.tagging.suggestion import Quote

# Documents a phrase must stand in before it is proposed. Source: karakeep's users, flooded by one-item tags.
LEAST = 3

# Examples and near concepts a proposal shows. Source: what fits in a row of the curator's page.
SHOWN = 3

# Proposals of a language that are kept, the most telling; nobody reads further. Source: unknown.
MOST = 500

# How many times likelier a phrase must be where people set the concept by hand than elsewhere. Source: unknown.
LIFT = 5.0

# (document, its phrases) for every document of one language; asked for anew for each pass.
Said = Callable[[], Iterable[tuple[str, Sequence[Phrase]]]]
# The texts of these documents.
Texts = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase for a new concept: how many documents have it, some of them with the words, the nearest concepts."""

    label: str
    documents: int
    examples: tuple[tuple[str, Quote], ...]
    nearest: tuple[str, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LabelProposal:
    """A phrase as a further label of a concept: documents where people set the concept and the phrase stands, some of
    them with the words, and documents where it stands without the concept."""

    concept: str
    label: str
    together: int
    without: int
    language: str = "en"
    examples: tuple[tuple[str, Quote], ...] = ()


@dataclass(slots=True)
class Use:
    """How a phrase is written in the documents that have it, and where in some of them."""

    forms: Counter[str]
    places: list[tuple[str, Phrase]]


def propose(
    said: Said, texts: Texts, vocabulary: Vocabulary, language: str, least: int = LEAST, people: Collection[str] = ()
) -> list[Proposal]:
    """Phrases in at least `least` documents that no label names and that are nobody's name, the most telling first:
    documents times the log of words, less the documents in which the phrase is part of a longer one."""
    matcher = Matcher(vocabulary, language)
    counts = Counter(phrase.key for _, found in said() for phrase in found)
    uses = {key: Use(Counter(), []) for key, count in counts.items() if count >= least}
    for name, found in said():
        for phrase in found:
            if use := uses.get(phrase.key):
                use.forms[phrase.written] += 1
                use.places += [(name, phrase)] if len(use.places) < SHOWN else []
    kept = {key: use for key, use in uses.items() if not _known(matcher, use.forms, people)}
    inside: dict[str, int] = defaultdict(int)
    for key in kept:
        for part in _parts(key):
            inside[part] = max(inside[part], counts[key])
    weight = {key: (counts[key] - inside[key]) * log(2 + key.count(" ")) for key in kept}
    order = sorted((key for key in kept if weight[key] > 0), key=lambda key: (-weight[key], key))[:MOST]
    text = texts({name for key in order for name, _ in kept[key].places})
    shelf: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    for stems, uri in matcher.labels():
        for stem in frozenset(stems):
            shelf[stem].append((frozenset(stems), uri))
    return [
        Proposal(
            _mostly(kept[key].forms),
            counts[key],
            tuple((name, quoted(text[name], phrase)) for name, phrase in kept[key].places if name in text),
            _nearest(key, shelf),
            language,
        )
        for key in order
    ]


def propose_labels(
    said: Said, examples: Iterable[Example], vocabulary: Vocabulary, language: str, people: Collection[str] = ()
) -> list[LabelProposal]:
    """Phrases that recur where people set a concept the text does not name, and hardly elsewhere; no people's names."""
    matcher = Matcher(vocabulary, language)
    read = {one.document.id: one for one in examples}
    unnamed = {name: _unnamed(matcher, one) for name, one in read.items()}
    everywhere: Counter[str] = Counter()
    reviewed: Counter[str] = Counter()
    together: dict[tuple[str, str], list[tuple[str, Phrase]]] = defaultdict(list)
    total = 0
    for name, found in said():
        total += 1
        everywhere.update(phrase.key for phrase in found)
        if name in unnamed:
            reviewed.update(phrase.key for phrase in found)
            for phrase in found:
                for uri in unnamed[name]:
                    together[uri, phrase.key].append((name, phrase))
    tagged = Counter(uri for uris in unnamed.values() for uri in uris)
    proposed = []
    for (uri, key), uses in together.items():
        both, written = len(uses), uses[-1][1].written
        lift = (both / tagged[uri]) / (everywhere[key] / total)
        if (
            both >= LEAST
            and lift >= LIFT
            and both * 2 > reviewed[key]
            and not _known(matcher, Counter([written]), people)
        ):
            quotes = tuple((name, quoted(clean(read[name].document.text), phrase)) for name, phrase in uses[:SHOWN])
            proposed.append(LabelProposal(uri, written, both, everywhere[key] - both, language, quotes))
    return sorted(proposed, key=lambda one: (-one.together, one.concept, one.label))


def quoted(text: str, phrase: Phrase) -> Quote:
    """The phrase with what is around it."""
    end = phrase.start + len(phrase.written)
    return Quote(phrase.written, text[max(0, phrase.start - CONTEXT) : phrase.start], text[end : end + CONTEXT])


def _unnamed(matcher: Matcher, example: Example) -> set[str]:
    """The concepts people set that the text does not name."""
    read = matcher.analyser.read(clean(example.document.text))
    return set(example.tags) - {match.entry.concept for match in matcher.find(read)}


def _known(matcher: Matcher, forms: Counter[str], people: Collection[str]) -> bool:
    """Whether a phrase is a label of the vocabulary, or somebody's name."""
    written = _mostly(forms)
    return written.casefold() in people or _named(matcher, written)


def _mostly(forms: Counter[str]) -> str:
    """The form that is used most."""
    return max(sorted(forms), key=lambda form: forms[form])


def _named(matcher: Matcher, written: str) -> bool:
    """Whether a label of the vocabulary takes up the whole phrase."""
    read = matcher.analyser.read(written)
    return any(match.first == 0 and match.last == len(read.words) - 1 for match in matcher.find(read))


def _parts(key: str) -> Iterator[str]:
    """Every shorter run of words inside a phrase."""
    words = key.split(" ")
    for size in range(1, len(words)):
        yield from (" ".join(words[start : start + size]) for start in range(len(words) - size + 1))


def _nearest(key: str, shelf: Mapping[str, Iterable[tuple[frozenset[str], str]]]) -> tuple[str, ...]:
    """The concepts whose labels share words with a phrase; `shelf` has the labels by their words."""
    words = set(key.split(" "))
    alike = {(len(words & stems) / len(words | stems), uri) for word in words for stems, uri in shelf.get(word, ())}
    return tuple(dict.fromkeys(uri for _, uri in sorted(alike, key=lambda row: (-row[0], row[1]))))[:SHOWN]
