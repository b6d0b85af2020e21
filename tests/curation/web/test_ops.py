"""The page for those who keep it going says at a glance who needs somebody, why, and what to do."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow, RunRow, now
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
    assert "<code>commonplace extract --source gone --confirm-withdrawal</code>" in said
    assert "https://gone.example.org/24" in said and "Withdraw 25 pages of gone</button>" in said
    assert '<p class="problem">It ran out of time. Crawl again.</p><p class="problem">Was the source cut?</p>' in said
    assert (
        "31 requests, 912.3 kB, 71&nbsp;s" in said.replace("71 s", "71&nbsp;s") and "12 pages, 3 of them anew" in said
    )
    assert "03:00 UTC" in said and "kept by The docs &lt;team&gt;" in said and "x.org/&lt;b&gt;" in said


def held_back(db: Session, source: str) -> list[str]:
    """A source whose last run found all that the library has of it gone."""
    there = list(db.scalars(select(ArticleRow.url).where(ArticleRow.source == source)))
    ran(db, source, held=there, taken_in=True, seen=0)
    db.commit()
    return there


def states(settings: Settings, urls: list[str]) -> set[str]:
    with open_session(settings.record_url) as db:
        found = db.scalars(select(ResourceRow.state).join(ArticleRow).where(ArticleRow.url.in_(urls)))
        return set(found)


def test_ops_withdraw_what_the_guard_held_back_and_nobody_else_does(
    bakery: Settings, person: Callable[[str], Person]
) -> None:
    with open_session(bakery.record_url) as db:
        name = db.scalar(select(ArticleRow.source).where(ArticleRow.url.like("http%")))
        there = held_back(db, name)
        run = str(db.scalar(select(func.max(RunRow.id))))
    form = {"source": name, "run": run}
    for other in ("cleo", "lena"):
        assert person(other).post("/ops/withdraw", **form).status_code == 403
    otto = person("otto")
    assert otto.client.post("/ops/withdraw", data=form).status_code == 403
    assert otto.post("/ops/withdraw", "/ops", **{**form, "run": str(int(run) - 1)}).status_code == 303
    assert "Nothing was withdrawn" in otto.get("/ops").text
    assert "withdrawn" not in states(bakery, there)
    shown = otto.get("/ops").text
    assert all(url in shown for url in there) and f"Withdraw {len(there)} pages of {name}" in shown
    assert otto.post("/ops/withdraw", "/ops", **form).status_code == 303
    assert f"{len(there)} pages of {name} withdrawn" in otto.get("/ops").text
    assert states(bakery, there) == {"withdrawn"}
    with open_session(bakery.record_url) as db:
        assert db.get_one(RunRow, int(run)).report["confirmed"]["by"] == "otto"
    otto.post("/ops/withdraw", "/ops", **form)
    assert "Nothing was withdrawn" in otto.get("/ops").text


def test_addresses_in_reports_of_runs_are_for_ops_alone(bakery: Settings, person: Callable[[str], Person]) -> None:
    secret = "https://wiki.example.org/restricted/salaries"
    with open_session(bakery.record_url) as db:
        sources.add(db, "shut", "site", "https://wiki.example.org/", {})
        ran(db, "shut", "failed", f"{secret} answers with an error (500).", failed_urls=[secret], held=[secret])
        db.commit()
    assert secret in person("otto").get("/ops").text
    for other in ("cleo", "lena", ""):
        visitor = person(other)
        assert visitor.get("/ops").status_code == (403 if other else 401)
        for path in ("/ops", "/", "/search?source=shut", "/api/v1/status"):
            assert secret not in visitor.get(path).text
