"""spaCy users can add our tagger to a pipeline of their own."""

import spacy

from curation.tagging import spacy_component
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.vocabulary import write_vocabulary


def test_a_pipeline_gets_suggestions_and_spans(tmp_path):
    words = Vocabulary.of(
        [Concept("u:policy", pref_labels={"en": "open data policy"}), Concept("u:x", pref_labels={"en": "x-ray"})]
    )
    (tmp_path / "v.ttl").write_text(write_vocabulary(words))
    nlp = spacy.blank("en")
    nlp.add_pipe("commonplace_tagger", config={"vocabulary": str(tmp_path / "v.ttl")})
    assert isinstance(nlp.get_pipe("commonplace_tagger"), spacy_component.ConceptTagger)
    doc = nlp("We wrote two open data policies.")
    assert [one.concept for one in doc._.concepts] == ["u:policy"]
    assert [(span.text, span.label_) for span in doc.spans["concepts"]] == [("open data policies", "u:policy")]
    assert nlp("")._.concepts == ()
