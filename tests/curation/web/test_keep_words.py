"""Curators keep the subjects on their pages, with plain forms; learners see no such thing."""

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import DecisionRow, TaggingRow, VocabularyChangeRow
from curation.database.session import open_session
from curation.services import proposals, vocabulary
from curation.settings import Settings
from curation.tagging.proposals import Proposal
from tests.support.site import Person

People = Callable[[str], Person]


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def test_a_curator_merges_sees_the_history_and_takes_it_back(person: People) -> None:
    cleo = person("cleo")
    done = cleo.post("/tags/deployment/change", "/tags/deployment", verb="merge", into="Kubernetes")
    assert done.status_code == 303 and done.headers["location"].startswith("/tags/kubernetes")
    page = cleo.get("/tags/kubernetes").text
    assert "Merged “Deployment” into “Kubernetes”." in page and "rollout" in page
    number = re.search(r"/tags/changes/(\d+)/undo", page).group(1)
    cleo.post(f"/tags/changes/{number}/undo", "/tags/kubernetes", slug="kubernetes")
    page = words(cleo.get("/tags/deployment").text)
    assert "Also called release, rollout" in page and "taken back" in page


def test_the_other_verbs_and_what_is_refused(person: People) -> None:
    cleo, place = person("cleo"), "/tags/sourdough"

    def do(**fields: str) -> str:
        answer = cleo.post(f"{place}/change", place, **fields)
        assert answer.status_code == 303, answer.text
        return words(cleo.get(place).text)

    assert "be merged into itself" in do(verb="merge", into="levain")
    assert "Did you mean “Onboarding”?" in do(verb="merge", into="Onbording")
    assert "Also called levain, starter" in do(verb="label", label="starter", language="en")
    assert "Also called starter" in do(verb="unlabel", kind="altLabel", language="en", label="levain")
    assert "Renamed “Sourdough” to “Wild yeast”." in do(verb="rename", label="Wild yeast")
    assert "Subjects › Technology" in do(verb="move", broader="Technology")
    assert "Let it be suggested again" in do(verb="people", on="yes")
    assert "Split “Wild yeast” into “Rye”, “Wheat”." in do(verb="split", labels="Rye\r\n\r\nWheat\r\n")
    assert "Choose what to do" in do(verb="burn")


def test_learners_see_what_it_means_and_change_nothing(person: People, bakery_record: Session) -> None:
    lena = person("lena")
    page = lena.get("/tags/kubernetes").text
    assert "The system that runs our containers." in page and "Keep this subject" not in page
    assert lena.post("/tags/kubernetes/change", verb="deprecate").status_code == 403
    assert lena.get("/tags/kubernetes/others").status_code == 403
    assert bakery_record.scalar(select(VocabularyChangeRow.id)) is None


def test_many_are_filed_at_once_and_taken_back_at_once(person: People, bakery_record: Session) -> None:
    cleo, place = person("cleo"), "/tags/kubernetes/others"
    page = cleo.get(place).text
    offered = re.findall(r'name="resource_id" value="([^"]+)"', page)
    assert offered and "Cluster upgrades in an afternoon" in page
    assert cleo.client.post(place, data={"csrf_token": cleo.token(place), "verdict": "accept"}).status_code == 303
    assert "Tick some pieces first." in cleo.get(place).text
    form = {"csrf_token": cleo.token(place), "verdict": "accept", "resource_id": offered}
    assert cleo.client.post(place, data=form).status_code == 303
    carried = select(TaggingRow.resource_id).where(TaggingRow.concept.endswith("/kubernetes"))
    assert set(offered) <= set(bakery_record.scalars(carried))
    assert f"Accepted for {len(offered)} pieces." in cleo.get(place).text
    cleo.post(f"{place}/undo", place)
    bakery_record.rollback()
    assert not set(offered) & set(bakery_record.scalars(carried))
    assert len(bakery_record.scalars(select(DecisionRow).where(DecisionRow.verdict == "undo")).all()) == len(offered)


def test_the_inbox_of_proposals_works_with_plain_forms(person: People, bakery: Settings) -> None:
    with open_session(bakery.record_url) as db:
        proposals.keep(db, [Proposal(label, 4, (), ()) for label in ("proofing basket", "oven door")], [])
        keys = {one.label: one.key for one in proposals.inbox(db)}
        db.commit()
    cleo, place = person("cleo"), "/tags/proposals"
    assert "proofing basket" in cleo.get(place).text and person("lena").get(place).status_code == 403
    cleo.post(place, place, key=keys["oven door"], verdict="dismiss", label="oven door")
    page = cleo.get(place).text
    assert "will not be proposed again" in page and 'aria-label="oven door"' not in page
    cleo.post(place, place, key=keys["oven door"], verdict="undo")
    cleo.post(place, place, key=keys["oven door"], verdict="label", label="oven door", concept="Baking")
    cleo.post(place, place, key=keys["proofing basket"], verdict="new", label="Proofing basket", broader="Baking")
    assert "Nothing waits." in cleo.get(place).text
    baking = words(cleo.get("/tags/baking").text)
    assert "Also called oven door" in baking and "Proofing basket" in baking


def test_another_name_is_offered_in_the_language_the_subject_is_shown_in(person: People, bakery: Settings) -> None:
    (table := bakery.home / "words.csv").write_text("prefLabel@fi\nLeipä\n", encoding="utf-8")
    with open_session(bakery.record_url) as db:
        vocabulary.import_file(db, table)
        db.commit()
    cleo = person("cleo")
    assert 'name="language" value="fi"' in cleo.get("/tags/leipa").text
    cleo.post("/tags/leipa/change", verb="label", label="ruisleipä", language="fi")
    assert "ruisleipä" in words(cleo.get("/tags/leipa").text)
