"""The page for those who keep it going says at a glance who needs somebody, why, and what to do."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from curation.database import RunRow, now
from curation.database.session import open_session
from curation.services import sources
from curation.settings import Settings
from tests.support.site import Person


def ran(db: Session, source: str, state: str = "done", message: str | None = None, **report: object) -> None:
    began = now() - timedelta(minutes=9)
    db.add(RunRow(step="crawl", source=source, state=state, started_at=began, finished_at=began + timedelta(seconds=71),
                  report=report, message=message))  # fmt: skip


def test_it_says_who_needs_somebody_why_and_what_to_do(bakery: Settings, person: Callable[[str], Person]) -> None:
    nightly = {"schedule": "0 3 * * *", "keeper": "The docs <team>", "licence": "CC-BY-4.0"}
    with open_session(bakery.record_url) as db:
        for name in ("gone", "shut", "good", "rest"):
            sources.add(db, name, "site", f"https://{name}.example.org/", nightly)
        db.flush()
        ran(db, "gone", held=[f"https://gone.example.org/{n}" for n in range(25)], seen=75)
        ran(
            db,
            "shut",
            "failed",
            "It ran out of time. Crawl again.; Was the source cut?",
            failed_urls=["https://x.org/<b>"],
        )
        ran(db, "good", seen=12, read=3, requests=31, bytes=912_345)
        ran(db, "rest", "paused", "rest is outside its window; a run by schedule goes on with it.", seen=2)
        db.commit()
    said = " ".join(person("otto").get("/ops").text.replace("\xa0", " ").split())
    assert said.index('id="source-shut"') < said.index('id="source-gone"') < said.index('id="source-good"')
    assert '<span class="state paused">paused</span></h3>' in said and "goes on with it.</p>" in said
    assert '<pre tabindex="0">commonplace extract --source gone --confirm-withdrawal</pre>' in said
    assert "https://gone.example.org/19" in said and "https://gone.example.org/20" not in said and "and 5 more" in said
    assert '<p class="problem">It ran out of time. Crawl again.</p><p class="problem">Was the source cut?</p>' in said
    assert (
        "31 requests, 912.3 kB, 71&nbsp;s" in said.replace("71 s", "71&nbsp;s") and "12 pages, 3 of them anew" in said
    )
    assert "03:00 UTC" in said and "kept by The docs &lt;team&gt;" in said and "x.org/&lt;b&gt;" in said
