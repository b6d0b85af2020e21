"""The look for what the vocabulary lacks fills the inbox, and is not done twice for nothing."""

from pathlib import Path

from curation.database.session import open_session, upgrade
from curation.services import proposals, review
from curation.settings import Settings
from flows.propose import propose
from flows.tag import tag
from tests.support.records import a_concept, a_resource, an_account


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


def test_without_the_language_model_it_says_so_and_divides_at_stop_words(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="", spacy_model="no_such_model")
    upgrade(settings.record_url)
    with open_session(settings.record_url) as db:
        for day in range(4):
            a_resource(db, f"Day {day}", text=f"We were at the hydraulic ramp on day {day}.")
        db.commit()
    report = propose(settings)
    assert report.ok and "no_such_model is not installed" in report.messages[0]
    assert report.counts == {"texts_read": 4, "proposals_waiting": 1}


def test_a_name_that_curators_mean_goes_from_the_inbox_into_the_vocabulary_and_is_found_from_then_on(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="")
    upgrade(settings.record_url)
    with open_session(settings.record_url) as db:
        remote, curator = a_concept(db, "Remote work"), an_account(db, role="curator")
        for day in range(4):
            page = a_resource(db, f"Day {day}", text=f"She chose the home office on day {day}.")
            review.add(db, curator, page.id, remote.uri)
        later = a_resource(db, "Later", text="We wondered about home offices.").id
        for day in range(30):
            a_resource(db, f"Lunch {day}", text=f"Lunch was soup on day {day}.")
        db.commit()
    propose(settings)
    with open_session(settings.record_url) as db:
        (one,) = [row for row in proposals.inbox(db) if row.concept is not None]
        proposals.accept_label(db, db.merge(curator), one.key, one.label, one.concept.uri)
        db.commit()
    assert propose(settings).counts == {"proposals_waiting": 0}
    tag(settings)
    with open_session(settings.record_url, reads_only=True) as db:
        card = next(card for card in review.queue(db) if card.resource_id == later)
        assert (card.concept.uri, card.method, card.exact) == (remote.uri, "altLabel", "home offices")
