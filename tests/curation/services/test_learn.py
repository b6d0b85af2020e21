"""Suggestions get better with decisions: rejected ones stay away, the model follows what people said."""

from pathlib import Path

import pytest

from curation.database import ResourceRow, SuggestionRow
from curation.services import keeping_words, learn, review, runs, vocabulary
from curation.services import tag as tagging
from curation.tagging.keeping import load_model
from tests.support.records import a_concept, a_resource, an_account


def suggested(db, resource: ResourceRow) -> dict[str, str]:
    rows = db.query(SuggestionRow).filter_by(resource_id=resource.id)
    return {row.concept: row.state for row in rows}


def tag_all(db, models: Path) -> int:
    tagger = tagging.open_tagger(db, models)
    assert tagger is not None
    count = 0
    while batch := tagging.tag_next(db, tagger, 10, 5):
        count += len(batch)
    return count


def test_without_a_vocabulary_there_is_no_tagger(db, tmp_path):
    assert tagging.open_tagger(db, tmp_path / "models") is None


def test_a_resource_is_tagged_once_and_again_when_it_changes(db, tmp_path):
    fog = a_concept(db, "Fog")
    row = a_resource(db, "Fog on the Sound", text="When fog comes we wait. Fog lifts by noon.")
    assert tag_all(db, tmp_path) == 1 and tag_all(db, tmp_path) == 0
    assert suggested(db, row) == {fog.uri: "suggested"}
    row.article.digest = "other"
    assert tag_all(db, tmp_path) == 1


def test_a_rejected_concept_does_not_come_back(db, tmp_path):
    fog = a_concept(db, "Fog")
    row = a_resource(db, "Fog on the Sound", text="When fog comes we wait.")
    tag_all(db, tmp_path)
    review.decide(db, an_account(db, role="curator"), row.id, fog.uri, "reject")
    row.article.digest = "other"
    tag_all(db, tmp_path)
    assert suggested(db, row) == {fog.uri: "rejected"}
    assert review.queue(db) == []


def test_a_rejection_outlives_a_fit_another_name_a_merge_and_another_import(db, tmp_path):
    fog, curator = a_concept(db, "Fog"), an_account(db, role="curator")
    a_concept(db, "Mist")
    row = a_resource(db, "Fog on the Sound", text="When fog comes we wait.")
    tag_all(db, tmp_path)
    review.decide(db, curator, row.id, fog.uri, "reject")
    assert learn.fit_model(db, tmp_path) is not None
    words = tmp_path / "words.csv"
    words.write_text(f"uri,prefLabel@en,altLabel@en\n{fog.uri},Fog,sea smoke|Sound\n")
    vocabulary.import_file(db, words)
    tag_all(db, tmp_path)
    keeping_words.rename(db, None, "Fog", "Dense fog")
    tag_all(db, tmp_path)
    assert review.queue(db) == [] and suggested(db, row) == {fog.uri: "rejected"}
    done = keeping_words.merge(db, None, "Dense fog", "Mist")
    tag_all(db, tmp_path)
    assert review.queue(db) == []
    keeping_words.undo(db, None, done.id)
    tag_all(db, tmp_path)
    assert review.queue(db) == []


def test_nothing_is_learned_from_what_nobody_reviewed(db, tmp_path):
    fog, bank = a_concept(db, "Fog"), a_concept(db, "Bank")
    rows = [a_resource(db, f"Fog {n}", text=f"Fog over the bank of the river, day {n}.") for n in range(6)]
    tag_all(db, tmp_path)
    whole, partly = rows[:2]
    curator = an_account(db, role="curator")
    for concept in (fog, bank):
        review.decide(db, curator, whole.id, concept.uri, "accept")
    review.decide(db, curator, partly.id, fog.uri, "accept")
    learned = learn.fit_model(db, tmp_path)
    assert learned is not None and (learned.reviewed, learned.decisions) == (1, 3)
    model = load_model(tmp_path, vocabulary.load(db), pytest.fail)
    said = dict(zip(model.memory.ids, model.memory.labels, strict=True))
    assert said == {
        whole.id: {model.number[fog.uri]: 1.0, model.number[bank.uri]: 1.0},
        partly.id: {model.number[fog.uri]: 1.0},
    }


def test_a_nightly_fit_takes_in_every_decision_and_tags_anew(db, tmp_path):
    curator = an_account(db, role="curator")
    a_concept(db, "Fog")
    a_concept(db, "Bank")
    rows = [a_resource(db, f"Fog {n}", text=f"Fog over the bank of the river, day {n}.") for n in range(8)]
    tag_all(db, tmp_path)
    for card in review.queue(db, limit=100):
        review.decide(
            db, curator, card.resource_id, card.concept.uri, "accept" if card.concept.label == "Fog" else "reject"
        )
    learned = learn.fit_model(db, tmp_path)
    assert learned is not None and (learned.reviewed, learned.decisions) == (8, 16)
    runs.finish(db, runs.start(db, learn.STEP), {"decision": learn.newest_decision(db)})
    assert learn.fitted_until(db) == learn.newest_decision(db)
    assert tag_all(db, tmp_path) == len(rows)
    new = a_resource(db, "Fog again", text="Fog over the bank of the river, once more.")
    tag_all(db, tmp_path)
    scores = {row.concept: row.score for row in db.query(SuggestionRow).filter_by(resource_id=new.id)}
    fog, bank = (next((s for uri, s in scores.items() if uri.endswith(name)), 0.0) for name in ("fog", "bank"))
    assert fog > bank


def test_nobody_decided_nothing_is_fitted(db, tmp_path):
    a_concept(db, "Fog")
    assert learn.fit_model(db, tmp_path) is None
