"""spaCy users can add our tagger to a pipeline of their own."""

import spacy
from spacy.tokens import Doc

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


def test_a_pipeline_for_several_languages_reads_each_document_in_its_own(tmp_path):
    words = Vocabulary.of([Concept("u:privacy", pref_labels={"en": "privacy", "de": "Datenschutz"})])
    (tmp_path / "v.ttl").write_text(write_vocabulary(words))
    nlp = spacy.blank("xx")
    nlp.add_pipe("commonplace_tagger", config={"vocabulary": str(tmp_path / "v.ttl")})
    docs = nlp.pipe(["What we do for your privacy.", "Was wir für den Schutz tun, auch des Datenschutzes wegen."])
    assert [[one.label for one in doc._.concepts] for doc in docs] == [["privacy"], ["Datenschutz"]]
    doc = nlp.make_doc("Datenschutzes")
    doc.user_data["language"] = "de"
    assert [one.concept for one in nlp(doc)._.concepts] == ["u:privacy"]


def test_a_pipeline_goes_to_disk_and_its_docs_to_bytes_as_they_do_between_processes(tmp_path):
    words = Vocabulary.of([Concept("u:policy", pref_labels={"en": "open data policy"})])
    (tmp_path / "v.ttl").write_text(write_vocabulary(words))
    nlp = spacy.blank("en")
    nlp.add_pipe("commonplace_tagger", config={"vocabulary": str(tmp_path / "v.ttl")})
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    first = again("We wrote an open data policy.")
    back = Doc(again.vocab).from_bytes(first.to_bytes())
    assert back._.concepts == first._.concepts and back._.concepts[0].quote.exact == "open data policy"
