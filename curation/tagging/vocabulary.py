"""A vocabulary from a file and back: Turtle, RDF/XML, JSON-LD or CSV, and nothing is lost on the way."""

from pathlib import Path

from curation.errors import CurationError
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.defects import Defect, check

__all__ = ["FORMATS", "Concept", "Defect", "Vocabulary", "check", "read_vocabulary", "write_vocabulary"]

FORMATS = {
    ".ttl": "turtle", ".turtle": "turtle", ".n3": "turtle", ".nt": "nt", ".rdf": "xml", ".xml": "xml", ".owl": "xml",
    ".jsonld": "json-ld", ".json": "json-ld", ".csv": "csv",
}  # fmt: skip
NAMES = {"ttl": "turtle", "rdf": "xml", "rdfxml": "xml", "rdf/xml": "xml", "jsonld": "json-ld"}


def read_vocabulary(source: Path | str, format: str | None = None) -> Vocabulary:
    """The vocabulary of a file (a Path, its format told from the suffix) or of a text (then name the `format`).

    Formats: turtle, xml, json-ld, nt, csv. Raises CurationError, naming the file and the next step, where it can't be
    read or holds no SKOS concept.
    """
    name = str(source) if isinstance(source, Path) else "the vocabulary"
    form = _format(source, format)
    text = _text(source) if isinstance(source, Path) else source
    if form == "csv":
        from curation.tagging.vocabulary_csv import read_csv

        vocabulary = read_csv(text, name)
    else:
        from curation.tagging.skos import read_rdf

        vocabulary = read_rdf(text, form, name)
    if not vocabulary.concepts:
        raise CurationError(
            f"{name} holds no SKOS concept. Give it concepts of type skos:Concept with a skos:prefLabel, "
            "or a CSV with the columns uri and prefLabel."
        )
    return vocabulary


def write_vocabulary(vocabulary: Vocabulary, format: str = "turtle") -> str:
    """The vocabulary as text in turtle, xml, json-ld, nt or csv; reading it again gives an equal vocabulary."""
    form = _format("", format)
    if form == "csv":
        from curation.tagging.vocabulary_csv import write_csv

        return write_csv(vocabulary)
    from curation.tagging.skos import write_rdf

    return write_rdf(vocabulary, form)


def _format(source: Path | str, format: str | None) -> str:
    """The format asked for, else the one the file's suffix tells."""
    if format:
        form = NAMES.get(format.lower(), format.lower())
        if form not in FORMATS.values():
            raise CurationError(f"{format} is no vocabulary format known here. Use turtle, xml, json-ld, nt or csv.")
        return form
    if isinstance(source, Path):
        suffix = source.suffix.lower()
        if suffix not in FORMATS:
            raise CurationError(f"{source} does not say its format. Name it .ttl, .rdf, .jsonld, .nt or .csv.")
        return FORMATS[suffix]
    return "turtle"


def _text(path: Path) -> str:
    """The file's text; a missing file or another encoding is told in a sentence."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CurationError(
            f"{path} can't be read ({error.strerror}). Check the name of the vocabulary file."
        ) from error
    except UnicodeDecodeError as error:
        raise CurationError(f"{path} is not UTF-8 text. Save the vocabulary as UTF-8 and import it again.") from error
