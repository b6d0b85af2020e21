"""The nightly fit: after decisions and after changes to the vocabulary, and what a cut-short model does to tagging."""

from pathlib import Path

import pytest

from curation.database.session import open_session, upgrade
from curation.services import keeping_words, review
from curation.settings import Settings
from curation.tagging.keeping import versions
from flows.learn import learn
from flows.tag import tag
from tests.support.records import a_concept, a_resource, an_account


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A library in which a curator decided once."""
    made = Settings(home=tmp_path, database_url="", elasticsearch_url="")
    upgrade(made.record_url)
    with open_session(made.record_url) as db:
        fog, page = a_concept(db, "Fog"), a_resource(db, "Day", text="We waited for the fog to lift.")
        review.add(db, an_account(db, role="curator"), page.id, fog.uri)
        db.commit()
    return made


def test_a_fit_is_made_after_a_decision_or_another_vocabulary_and_not_otherwise(settings: Settings) -> None:
    assert learn(settings).counts == {"reviewed_resources": 1, "decisions": 1}
    assert learn(settings).counts == {}
    with open_session(settings.record_url) as db:
        keeping_words.rename(db, None, "Fog", "Dense fog")
        db.commit()
    assert "changed since the model was fitted" in " ".join(tag(settings).messages)
    assert learn(settings).counts["decisions"] == 1 and learn(settings).counts == {}
    assert tag(settings).messages == []


def test_a_model_that_a_power_cut_left_half_written_is_passed_over_with_a_word(settings: Settings) -> None:
    models = settings.home / "models"
    learn(settings)
    with open_session(settings.record_url) as db:
        keeping_words.rename(db, None, "Fog", "Dense fog")
        db.commit()
    learn(settings)
    newest = versions(models)[-1]
    (models / newest / "arrays.npz").write_bytes(b"PK")
    (models / ".writing-by-a-killed-process").mkdir()
    told = tag(settings).messages
    assert f"{newest} in {models} is not whole" in told[0] and "the one before it is used" in told[0]
    assert learn(settings).counts["decisions"] == 1 and learn(settings).counts == {}
    assert tag(settings).messages == []
