"""SKOS in RDF to and from concepts; the only module of tagging that imports rdflib."""

import json
import logging
import warnings
from collections.abc import Iterable
from typing import Any

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SKOS
from rdflib.term import Node
from rdflib.util import from_n3

from curation.errors import CurationError
from curation.tagging.concept import Concept, Vocabulary

PEOPLE_ONLY = URIRef("urn:commonplace:peopleOnly")
Statement = tuple[Node, Node]


def read_rdf(text: str, format: str, name: str) -> Vocabulary:
    """The concepts of an RDF text. Raises CurationError, naming `name`, where it is no RDF of that format."""
    # rdflib logs a traceback for odd literals and URIs; they are kept as they stand, so nothing is to be said.
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    graph = Graph()
    try:
        with warnings.catch_warnings():
            # rdflib 7 warns of a class of its own that its JSON-LD parser still uses.
            warnings.simplefilter("ignore", DeprecationWarning)
            graph.parse(data=_closed(text, name) if format == "json-ld" else text, format=format)
    except CurationError:
        raise
    except Exception as error:  # each parser of rdflib has exceptions of its own, without a common base
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
        raise CurationError(
            f"{name} is not readable as {format} ({first}). Mend the file or name another format."
        ) from error
    graph = _steady_names(graph)
    about: dict[Node, list[Statement]] = {}
    for subject, predicate, value in graph:
        about.setdefault(subject, []).append((predicate, value))
    uris = {node for node, said in about.items() if isinstance(node, URIRef) and _is_concept(said)}
    concepts = [_concept(str(uri), about[uri]) for uri in sorted(uris)]
    rest = [(s.n3(), p.n3(), o.n3()) for s, said in about.items() if s not in uris for p, o in said]
    return Vocabulary.of(concepts, tuple(sorted(rest)))


def _closed(text: str, name: str) -> str:
    """JSON-LD that needs nothing from the network: rdflib would fetch a context that is only an address."""
    stack: list[Any] = [json.loads(text)]
    while stack:
        part = stack.pop()
        contexts = part.get("@context", []) if isinstance(part, dict) else []
        for context in contexts if isinstance(contexts, list) else [contexts]:
            if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                raise CurationError(
                    f"{name} takes its @context from elsewhere ({context}). Put the context into the file."
                )
        stack.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
    return text


def _steady_names(graph: Graph) -> Graph:
    """Blank nodes under names that depend on content alone, so that the same file always reads the same."""
    if not any(isinstance(node, BNode) for triple in graph for node in triple):
        return graph
    from rdflib.compare import to_canonical_graph

    return to_canonical_graph(graph)


def _is_concept(said: list[Statement]) -> bool:
    """Typed as a concept, or labelled like one without being anything else."""
    kinds = {value for predicate, value in said if predicate == RDF.type}
    return SKOS.Concept in kinds or (not kinds and any(predicate == SKOS.prefLabel for predicate, _ in said))


def _concept(uri: str, said: list[Statement]) -> Concept:
    """A concept from its statements; whatever has no field of its own goes to `extra`."""
    fields: dict[str, Any] = {"uri": uri}
    links: dict[str, list[str]] = {}
    texts: dict[str, dict[str, list[str]]] = {}
    extra: list[Statement] = []
    for predicate, value in sorted(said, key=lambda row: (str(row[0]), row[1].n3())):
        if predicate == RDF.type and value == SKOS.Concept:
            continue
        if not (
            _take_link(predicate, value, links)
            or _take_text(predicate, value, texts)
            or _take(predicate, value, fields)
        ):
            extra.append((predicate, value))
    for name, tagged in texts.items():
        fields[name] = _texts(name, tagged, extra)
    fields.update({name: tuple(targets) for name, targets in links.items()})
    return Concept(**fields, extra=tuple(sorted((p.n3(), o.n3()) for p, o in extra)))


LINKS: dict[Node, str] = {SKOS.broader: "broader", SKOS.narrower: "narrower", SKOS.related: "related"}
TEXTS: dict[Node, str] = {
    SKOS.prefLabel: "pref_labels", SKOS.altLabel: "alt_labels", SKOS.hiddenLabel: "hidden_labels",
    SKOS.definition: "definitions",
}  # fmt: skip
SINGLE = {"pref_labels": SKOS.prefLabel, "definitions": SKOS.definition}


def _take_link(predicate: Node, value: Node, links: dict[str, list[str]]) -> bool:
    if predicate not in LINKS or not isinstance(value, URIRef):
        return False
    links.setdefault(LINKS[predicate], []).append(str(value))
    return True


def _take_text(predicate: Node, value: Node, texts: dict[str, dict[str, list[str]]]) -> bool:
    if predicate not in TEXTS or not isinstance(value, Literal) or value.datatype is not None:
        return False
    texts.setdefault(TEXTS[predicate], {}).setdefault(value.language or "", []).append(str(value))
    return True


def _texts(name: str, tagged: dict[str, list[str]], extra: list[Statement]) -> dict[str, Any]:
    """Several for labels; for prefLabel and definition the first of a language, the others kept in `extra`."""
    if name not in SINGLE:
        return {tag: tuple(values) for tag, values in tagged.items()}
    for tag, values in tagged.items():
        extra.extend((SINGLE[name], Literal(value, lang=tag or None)) for value in values[1:])
    return {tag: values[0] for tag, values in tagged.items()}


def _take(predicate: Node, value: Node, fields: dict[str, Any]) -> bool:
    """The single-valued fields; a second value is not taken and so goes to `extra`."""
    if predicate == SKOS.inScheme and isinstance(value, URIRef):
        return _first(fields, "scheme", str(value))
    if predicate == DCTERMS.isReplacedBy and isinstance(value, URIRef):
        return _first(fields, "replaced_by", str(value))
    if predicate == SKOS.notation and isinstance(value, Literal):
        taken = _first(fields, "notation", str(value))
        # A typed notation is read, and its exact statement kept beside it.
        return taken and value.datatype is None and value.language is None
    if predicate == OWL.deprecated and value == Literal(True):
        return _first(fields, "status", "deprecated")
    if predicate == PEOPLE_ONLY and value == Literal(True):
        return _first(fields, "people_only", True)
    return False


def _first(fields: dict[str, Any], name: str, value: Any) -> bool:
    if name in fields:
        return False
    fields[name] = value
    return True


def write_rdf(vocabulary: Vocabulary, format: str) -> str:
    """The vocabulary as RDF text: every field and every extra statement."""
    graph = Graph()
    graph.bind("skos", SKOS)
    for concept in vocabulary:
        subject = URIRef(concept.uri)
        for predicate, value in _statements(concept):
            graph.add((subject, predicate, value))
    for triple in vocabulary.extra:
        subject_node, predicate_node, value_node = (_node(term) for term in triple)
        graph.add((subject_node, predicate_node, value_node))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return str(graph.serialize(format=format))


def _statements(concept: Concept) -> Iterable[Statement]:
    """What is said of a concept, as predicate and object."""
    yield RDF.type, SKOS.Concept
    extra = [(_node(predicate), _node(value)) for predicate, value in concept.extra]
    yield from extra
    kinds = {"prefLabel": SKOS.prefLabel, "altLabel": SKOS.altLabel, "hiddenLabel": SKOS.hiddenLabel}
    for kind, tag, text in concept.labels():
        yield kinds[kind], Literal(text, lang=tag or None)
    for tag, text in concept.definitions.items():
        yield SKOS.definition, Literal(text, lang=tag or None)
    for predicate, name in LINKS.items():
        yield from ((predicate, URIRef(uri)) for uri in getattr(concept, name))
    if concept.scheme:
        yield SKOS.inScheme, URIRef(concept.scheme)
    if concept.replaced_by:
        yield DCTERMS.isReplacedBy, URIRef(concept.replaced_by)
    if concept.notation is not None and not any(p == SKOS.notation and str(v) == concept.notation for p, v in extra):
        yield SKOS.notation, Literal(concept.notation)
    if concept.status == "deprecated":
        yield OWL.deprecated, Literal(True)
    if concept.people_only:
        yield PEOPLE_ONLY, Literal(True)


def _node(term: str) -> Any:
    """The term of its N-Triples form."""
    return BNode(term[2:]) if term.startswith("_:") else from_n3(term)
