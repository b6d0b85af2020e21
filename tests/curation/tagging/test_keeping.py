"""Models are kept whole or not at all, survive another vocabulary, and an older one can be put back."""

import pytest

from curation.errors import CurationError
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.fit import fit
from curation.tagging.keeping import load_model, save_model, use_version, versions
from curation.tagging.model import Example
from curation.tagging.suggestion import Document
from curation.tagging.tagger import Tagger

TOPICS = {"u:sea": "harbour waves boats tide", "u:hill": "rocks summit path snow", "u:town": "street market mayor tram"}
QUESTION = Document("q", "", "From the harbour we saw boats on the waves.")


def vocabulary(*extra: Concept, without: str = "") -> Vocabulary:
    concepts = [Concept(uri, pref_labels={"en": uri[2:]}) for uri in TOPICS if uri != without]
    return Vocabulary.of([*concepts, *extra])


@pytest.fixture(scope="module")
def model():
    rows = [(n, *list(TOPICS.items())[n % 3]) for n in range(150)]
    return fit(
        vocabulary(), [Example(Document(str(n), "", f"{words} {n} of {n % 5}"), (uri,)) for n, uri, words in rows]
    )


def test_a_model_comes_back_as_it_was_decisions_since_the_fit_included(model, tmp_path):
    model.learn(Document("late", "", "lighthouse keepers and harbour lamps"), "u:sea", True)
    version = save_model(model, tmp_path)
    back = load_model(tmp_path, vocabulary(), pytest.fail)
    assert back.version == version
    assert back.figures == model.figures
    assert Tagger(vocabulary(), back).suggest(QUESTION) == Tagger(vocabulary(), model).suggest(QUESTION)


def test_a_half_written_model_is_passed_over_for_the_one_before_it(model, tmp_path):
    first, second = save_model(model, tmp_path), save_model(model, tmp_path)
    arrays = tmp_path / second / "arrays.npz"
    arrays.write_bytes(arrays.read_bytes()[:1000])
    (tmp_path / ".writing-x").mkdir()
    said: list[str] = []
    assert load_model(tmp_path, vocabulary(), said.append).version == first
    assert second in said[0]
    (tmp_path / first / "model.json").write_text("{")
    assert len(load_model(tmp_path, vocabulary(), said.append)) == 0


def test_an_older_model_can_be_put_back(model, tmp_path):
    first, second = save_model(model, tmp_path), save_model(model, tmp_path)
    assert versions(tmp_path) == [first, second]
    use_version(tmp_path, first)
    assert load_model(tmp_path, vocabulary(), pytest.fail).version == first
    with pytest.raises(CurationError, match="has no model"):
        use_version(tmp_path, "000009-00000000")


def test_concepts_that_were_replaced_are_led_on_and_those_that_are_gone_are_dropped_with_a_word(model, tmp_path):
    save_model(model, tmp_path)
    said: list[str] = []
    coast = Concept("u:coast", pref_labels={"en": "coast"})
    old = Concept("u:sea", pref_labels={"en": "sea"}, status="deprecated", replaced_by="u:coast")
    changed = Vocabulary.of([coast, old, Concept("u:hill", pref_labels={"en": "hill"})])
    tagger = Tagger(changed, load_model(tmp_path, changed, said.append))
    found = [one.concept for one in tagger.suggest(QUESTION)]
    assert found[0] == "u:coast"
    assert "u:town" not in found and "u:sea" not in found
    assert any("led there" in one for one in said) and any("dropped" in one for one in said)


def test_a_folder_that_cannot_be_written_is_named(model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CurationError, match="file"):
        save_model(model, tmp_path / "file")
