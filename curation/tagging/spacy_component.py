"""Our tagger as a spaCy pipeline component: suggestions on the Doc, and the places that name them as spans."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from curation.tagging.suggestion import Document, Quote, Suggestion
from curation.tagging.tagger import LIMIT, Tagger, open_tagger
from curation.tagging.vocabulary import read_vocabulary

GROUP = "concepts"


class ConceptTagger:
    """Gives `doc._.concepts`, the suggestions, and `doc.spans["concepts"]`, where the text names them.

    A title and a language, where there are, are taken from `doc.user_data["title"]` and `["language"]`; the language is
    the pipeline's otherwise, and told from the text in a pipeline for several (xx).
    """

    def __init__(self, tagger: Tagger, limit: int, language: str) -> None:
        self.tagger, self.limit, self.language = tagger, limit, language
        if not Doc.has_extension(GROUP):
            Doc.set_extension(GROUP, getter=_suggestions)

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, tagged."""
        title = str(doc.user_data.get("title", ""))
        language = doc.user_data.get("language") or (None if self.language == "xx" else self.language)
        document = Document("", title, doc.text, language)
        suggestions = self.tagger.suggest(document, self.limit)
        # As plain data, which goes to other processes and to disk with the Doc.
        doc.user_data[GROUP] = [asdict(suggestion) for suggestion in suggestions]
        wanted = {suggestion.concept for suggestion in suggestions}
        places = self.tagger.model.listener.places(document)
        spans = [doc.char_span(a, b, label=uri, alignment_mode="expand") for uri, a, b in places if uri in wanted]
        doc.spans[GROUP] = [span for span in spans if span is not None]
        return doc


def _suggestions(doc: Doc) -> tuple[Suggestion, ...]:
    """What the component left in a Doc."""
    found = []
    for said in doc.user_data.get(GROUP, ()):
        quote = Quote(**said["quote"]) if said["quote"] else None
        found.append(Suggestion(**{**said, "quote": quote}))
    return tuple(found)


@Language.factory("commonplace_tagger", default_config={"model": None, "limit": LIMIT})
def make_commonplace_tagger(nlp: Language, name: str, vocabulary: str, model: str | None, limit: int) -> Any:
    """The component: `vocabulary` is a SKOS file, `model` a folder of `commonplace learn` or None.

    Raises CurationError where the vocabulary can't be read.
    """
    folder = Path(model) if model else None
    return ConceptTagger(open_tagger(read_vocabulary(Path(vocabulary)), folder), limit, str(nlp.lang))
