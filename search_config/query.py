"""What people type, parsed into small clauses of our own; an engine only translates them and never sees the text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from search_config.analysis import clean, fold, is_stop_word, term, terms, tokens
from search_config.entry import joined_title
from search_config.index import SearchRequest
from search_config.tuning import tuning

QUOTES = '"“”„«»'
# -word and -"a phrase" exclude; a dash inside a word or a second one (--flag) does not
PIECE = re.compile(
    rf"(?P<minus>(?<!\S)-(?=[\w.{QUOTES}]))?(?:[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]|(?P<bare>[^\s{QUOTES}]+|[{QUOTES}]))"
)
# words in the longest label that is looked up as a synonym; longer ones are definitions rather than names
LONGEST_SYNONYM = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the title, tag labels or text."""

    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more words that stand together in this order."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of these; scores add up."""

    clauses: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Best:
    """Any of these; the best score counts: ways of saying one thing."""

    clauses: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Weighted:
    """The clause with its score multiplied."""

    clause: "Clause"
    factor: float


@dataclass(frozen=True, slots=True)
class Title:
    """The whole title is exactly this; always scores `score`."""

    title: str
    score: float


Clause = Word | Phrase | Some | Best | Weighted | Title


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: one of `any_of`, all of `required`, none of `excluded`; `lifts` only add to the score.

    `everything` holds for an empty text or one that only excludes; where it is False and there is neither `any_of`
    nor `required`, nothing that was typed can be searched and nothing is found. `marked` are the terms to highlight.
    """

    any_of: tuple[Clause, ...] = ()
    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    lifts: tuple[Clause, ...] = ()
    everything: bool = False

    @property
    def marked(self) -> frozenset[str]:
        """The terms that a highlight marks."""
        return frozenset().union(*(_terms(clause) for clause in (*self.any_of, *self.required)))


def parse(request: SearchRequest) -> Query:
    """The clauses of a request, in the order they are explained: words, quoted phrases, exclusions, lifts."""
    text = clean(request.text[: tuning().limit("query_characters")])
    wanted, quoted, unwanted = _pieces(text)
    words = _words(" ".join(wanted))
    any_of = _any_of(words, request.synonyms)
    required = tuple(_together(terms(phrase)) for phrase in quoted if terms(phrase))
    excluded = tuple(_together(terms(phrase)) for phrase in unwanted if terms(phrase))
    return Query(
        any_of=any_of,
        required=required,
        excluded=excluded,
        lifts=_lifts(words, quoted),
        everything=not any_of and not required and (bool(excluded) or not text.strip()),
    )


def _pieces(text: str) -> tuple[list[str], list[str], list[str]]:
    """Bare words, quoted phrases and exclusions, as typed; an unclosed quote is no quote."""
    wanted: list[str] = []
    quoted: list[str] = []
    unwanted: list[str] = []
    for piece in PIECE.finditer(text):
        said = piece["phrase"] if piece["phrase"] is not None else piece["bare"]
        place = unwanted if piece["minus"] else quoted if piece["phrase"] is not None else wanted
        place.append(said)
    return wanted, quoted, unwanted


def _words(text: str) -> list[str]:
    """The words as typed, repeated ones kept: whoever repeats a word means it more."""
    return [text[token.start : token.end] for token in tokens(text)][: tuning().limit("query_words")]


def _any_of(words: list[str], synonyms: Mapping[str, tuple[str, ...]]) -> tuple[Clause, ...]:
    """A clause for each word or known phrase; stop words only where there is nothing else."""
    searched = [word for word in words if not is_stop_word(word)]
    clauses: list[Clause] = []
    start = 0
    while start < len(words):
        length, alternatives = _alternatives(words, start, synonyms)
        span = [word for word in words[start : start + length] if not (searched and is_stop_word(word))]
        own: list[Clause] = [Word(term(word)) for word in span]
        if alternatives:
            said: Clause = own[0] if len(own) == 1 else Some(tuple(own))
            clauses.append(Best((said, *alternatives)) if own else Best(alternatives))
        else:
            clauses += own
        start += length
    return tuple(clauses)


def _alternatives(
    words: list[str], start: int, synonyms: Mapping[str, tuple[str, ...]]
) -> tuple[int, tuple[Clause, ...]]:
    """The longest run of words from here that has synonyms, and those; (1, ()) where none has."""
    if not synonyms:
        return 1, ()
    for length in range(min(LONGEST_SYNONYM, len(words) - start), 0, -1):
        span = words[start : start + length]
        spellings = dict.fromkeys((" ".join(span).lower(), fold(" ".join(span)), " ".join(map(term, span))))
        others = dict.fromkeys(other for spelling in spellings for other in synonyms.get(spelling, ()))
        analysed = dict.fromkeys(tuple(terms(clean(other))) for other in others)
        own = tuple(term(word) for word in span)
        clauses = tuple(
            Weighted(_together(list(said)), tuning().boost("synonym")) for said in analysed if said and said != own
        )
        if clauses:
            return length, clauses[: tuning().limit("synonyms_a_word")]
    return 1, ()


def _together(said: list[str]) -> Clause:
    return Word(said[0]) if len(said) == 1 else Phrase(tuple(said[: tuning().limit("query_words")]))


def _lifts(words: list[str], quoted: list[str]) -> tuple[Clause, ...]:
    """What makes one match better than another: the words together as typed, the whole title typed."""
    said = [term(word) for word in words]
    lifts: list[Clause] = []
    if 2 <= len(said) <= tuning().boost("phrase_words"):
        lifts.append(Weighted(Phrase(tuple(said)), tuning().boost("phrase")))
    title = joined_title(said or [word for phrase in quoted for word in terms(phrase)])
    if title:
        lifts.append(Title(title, tuning().boost("exact_title")))
    return tuple(lifts)


def _terms(clause: Clause) -> frozenset[str]:
    match clause:
        case Word(said):
            return frozenset({said})
        case Phrase(together):
            return frozenset(together)
        case Some(inner) | Best(inner):
            return frozenset().union(*map(_terms, inner))
        case Weighted(weighed, _):
            return _terms(weighed)
        case Title():
            return frozenset()
