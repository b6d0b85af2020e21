"""The look for what the vocabulary lacks fills the inbox, and is not done twice for nothing."""

from pathlib import Path

from curation.database.session import open_session, upgrade
from curation.services import proposals
from curation.settings import Settings
from flows.propose import propose
from tests.support.records import a_concept, a_resource


def test_the_inbox_is_filled_and_an_unchanged_library_is_not_read_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="")
    upgrade(settings.record_url)
    with open_session(settings.record_url) as db:
        a_concept(db, "Fog")
        for day in range(4):
            a_resource(db, f"Day {day}", text=f"We repaired the hydraulic ramp before the fog came on day {day}.")
        db.commit()
    assert propose(settings).counts["proposals_waiting"] >= 1
    with open_session(settings.record_url, reads_only=True) as db:
        assert any("hydraulic ramp" in one.label.lower() and one.examples for one in proposals.inbox(db))
    assert propose(settings).counts == {}


def test_without_the_language_model_it_says_so(tmp_path: Path) -> None:
    report = propose(Settings(home=tmp_path, database_url="", elasticsearch_url="", spacy_model="no_such_model"))
    assert report.ok and "no_such_model is not installed" in report.messages[0]
