"""A made-up organisation, a bakery with an engineering team, as rows: enough to look at every page.

`python -m tests.support.bakery FOLDER` sets one up, for `COMMONPLACE_HOME=FOLDER commonplace serve`.
"""

import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from curation.database import AccountRow, ArticleRow, ConceptRow, ResourceRow, RunRow, SuggestionRow, now
from curation.database.session import open_session, upgrade
from curation.services import accounts, collect, discuss, indexing, publish, rate
from curation.services.engine import open_index
from curation.settings import Settings
from tests.support.records import a_concept, a_resource, a_source

PASSWORD = "flour and water"
PEOPLE = {"lena": "learner", "cleo": "curator", "otto": "ops", "ada": "admin"}
CONCEPTS = [
    ("Practices", (), ""),
    ("Incident response", ("outage handling", "on-call"), "What we do from the first alert until service is restored."),
    ("Retrospective", ("post-mortem", "review"), "Looking back together at what happened, without blame."),
    ("Onboarding", ("first week", "induction"), "How a new colleague finds their feet."),
    ("Technology", (), ""),
    ("Kubernetes", ("k8s", "cluster"), "The system that runs our containers."),
    ("Deployment", ("release", "rollout"), "Bringing a change to production, and back when it misbehaves."),
    ("Observability", ("monitoring", "metrics"), "Seeing from outside what a system does inside."),
    ("Baking", (), "What the whole house is about."),
    ("Sourdough", ("levain",), "Bread raised by wild yeast and patience."),
]  # fmt: skip
BROADER = {
    "Incident response": "Practices", "Retrospective": "Practices", "Onboarding": "Practices",
    "Kubernetes": "Technology", "Deployment": "Technology", "Observability": "Technology", "Sourdough": "Baking",
}  # fmt: skip
RUNBOOK = """<h1>Rolling back a release</h1><p>When a release misbehaves, <strong>roll back first</strong> and look for
the cause later. Every deployment keeps its last five revisions.</p><h2>Before you begin</h2><ul><li>Say in the incident
channel that you are rolling back.</li><li>Check that <a href="/wiki/migrations">no migration</a> ran with the
release.</li></ul><h2>The commands</h2><pre><code>kubectl rollout history deployment/shop
kubectl rollout undo deployment/shop --to-revision=41</code></pre><p>Watch the error rate for ten minutes.</p>
<table><tr><th>Signal</th><th>Good</th><th>Act when</th></tr><tr><td>Error rate</td><td>under 0.1%</td><td>over 1% for
two minutes</td></tr><tr><td>Latency, 95th percentile</td><td>under 300 ms</td><td>over 900 ms</td></tr></table>
<blockquote>Nobody was ever sorry to have rolled back too early.</blockquote>
<p><img src="/images/rollout.png" alt="The rollout dashboard with the revision column"></p>
<h2>Afterwards</h2><p>Write down what you saw while it is fresh, and book the retrospective.</p>"""
PAGES = [
    ("Rolling back a release", "wiki", "How to bring the last good revision back, and what to watch while you do.",
     ("Noor Haddad",), "2026-05-12", ("Deployment", "Incident response"), RUNBOOK),
    ("Your first week on call", "wiki", "What to read, whom to shadow, and why the pager is quieter than you fear.",
     ("Mina Okafor", "Noor Haddad"), "2026-03-02", ("Incident response", "Onboarding"), ""),
    ("What we learned from the oven outage", "blog", "Four hours, one certificate, and a monitoring gap nobody owned.",
     ("Tomás Lind",), "2026-08-21", ("Retrospective", "Observability"), ""),
    ("A calm guide to Kubernetes", "blog", "Pods, deployments and services for people who would rather bake bread.",
     ("Ada Park",), "2025-11-30", ("Kubernetes",), ""),
    ("Keeping a sourdough starter alive", "blog", "Feed it, name it, and forgive it: a starter survives a holiday.",
     ("Greta Holm",), "2026-01-15", ("Sourdough",), ""),
    ("Dashboards that answer questions", "wiki", "Start from the question somebody asks at three in the morning.",
     ("Tomás Lind",), "2026-06-08", ("Observability",), ""),
    ("New here? Start with this", "wiki", "The ten pages that explain how this house works.",
     ("Mina Okafor",), "2026-09-01", ("Onboarding",), ""),
    ("Retrospectives without blame", "wiki", "A format, a script for the first five minutes, and what to avoid.",
     ("Ada Park",), "2025-07-19", ("Retrospective",), ""),
    ("Canary releases for small teams", "blog", "One per cent of traffic, one graph, one person who decides.",
     ("Noor Haddad",), "2026-10-04", ("Deployment",), ""),
    ("Cluster upgrades in an afternoon", "wiki", "Drain, upgrade, uncordon; with the list of what broke last time.",
     ("Ada Park",), "2026-04-27", (), ""),
]  # fmt: skip
COLLECTIONS = [
    ("first-month", "Your first month", "What to read in which order when you join engineering.", "Mina Okafor",
     [("New here? Start with this", "Start here; it takes an hour."), ("Your first week on call", ""),
      ("A calm guide to Kubernetes", "Read the first half now, the second when you need it.")]),
    ("when-it-breaks", "When it breaks", "Short pages for long nights: from the alert to the retrospective.", "Cleo",
     [("Rolling back a release", "Know this one by heart."), ("What we learned from the oven outage", "")]),
]  # fmt: skip


def fill(db: Session) -> dict[str, ResourceRow]:
    """Everything into an empty record; resources by title. Does not commit."""
    people = {name: accounts.add(db, name, PASSWORD, role, name.title()) for name, role in PEOPLE.items()}
    known = _vocabulary(db)
    a_source(db, "wiki", "mediawiki")
    a_source(db, "blog", "feed")
    made = {page[0]: _resource(db, known, *page) for page in PAGES}
    first = made["Rolling back a release"]
    a_resource(db, "Rolling back a release (old wiki)", "blog", folded_into=first.id, text="When a release misbehaves…")
    a_resource(db, "How we deployed in 2019", "wiki", state="withdrawn", text="By hand, on Fridays.")
    _suggestions(db, made, known)
    _said(db, people, made)
    for started, source, state, message in ((3, "wiki", "done", None), (5, "blog", "failed", "The feed answered 503.")):
        begun = now() - timedelta(hours=started)
        report = {"seen": 42, "taken_in": True} if state == "done" else {}
        db.add(RunRow(step="crawl", source=source, state=state, started_at=begun, finished_at=begun, report=report,
                      message=message))  # fmt: skip
    rate.weigh(db)
    publish.touch(db, *(row.id for row in made.values()))
    return made


def _vocabulary(db: Session) -> dict[str, ConceptRow]:
    uris = {label: f"https://vocabulary.example/{label.lower().replace(' ', '-')}" for label, _, _ in CONCEPTS}
    return {
        label: a_concept(
            db, label, alt, (uris[BROADER[label]],) if label in BROADER else (),
            definitions={"en": definition} if definition else {},
        )
        for label, alt, definition in CONCEPTS
    }  # fmt: skip


def _resource(
    db: Session, known: dict[str, ConceptRow], title: str, source: str, summary: str, authors: tuple[str, ...],
    published: str, tags: tuple[str, ...], html: str,
) -> ResourceRow:  # fmt: skip
    said = f"{title}. {summary} " + "We keep this page short on purpose, and change it when it is wrong. " * 12
    return a_resource(
        db, title, source, tags=tuple(known[tag].uri for tag in tags), summary=summary, authors=list(authors),
        published=published, html=html, text=said, licence="CC BY 4.0" if source == "wiki" else None,
        kind="post" if source == "blog" else "page",
    )  # fmt: skip


def _suggestions(db: Session, made: dict[str, ResourceRow], known: dict[str, ConceptRow]) -> None:
    for title, concept, score, method, prefix, exact, suffix in (
        ("Cluster upgrades in an afternoon", "Kubernetes", 0.94, "altLabel", "Plan on an afternoon for the ", "cluster",
         ", and on a second one for what you forgot. Drain each node before you touch it."),
        ("Cluster upgrades in an afternoon", "Deployment", 0.71, "altLabel", "Then the ", "rollout",
         " goes node by node until all of them are new."),
        ("Dashboards that answer questions", "Incident response", 0.66, "altLabel", "the question somebody ", "on-call",
         " asks at three in the morning."),
        ("Canary releases for small teams", "Observability", 0.58, "learned", "", "", ""),
        ("Your first week on call", "Retrospective", 0.41, "label", "Read the last ", "retrospective",
         " before you start."),
    ):  # fmt: skip
        db.add(SuggestionRow(resource_id=made[title].id, concept=known[concept].uri, score=score, method=method,
                             prefix=prefix, exact=exact, suffix=suffix))  # fmt: skip
    db.flush()


def _said(db: Session, people: dict[str, AccountRow], made: dict[str, ResourceRow]) -> None:
    lena, cleo = people["lena"], people["cleo"]
    for title, given in (
        ("Rolling back a release", (("lena", 5), ("cleo", 4), ("otto", 5), ("ada", 5))),
        ("A calm guide to Kubernetes", (("lena", 4), ("cleo", 4), ("otto", 3))),
        ("New here? Start with this", (("lena", 5), ("otto", 4))),
    ):  # fmt: skip
        for name, stars in given:
            rate.rate(db, people[name], made[title].id, stars)
    first = made["Rolling back a release"].id
    said = discuss.comment(db, lena, first, "Does this also work when a **migration** ran?\n\nI was not sure.")
    discuss.comment(db, cleo, first, "No: then follow `restore.md` instead.", said.id)
    asked = discuss.ask(
        db,
        lena,
        "Who decides that an incident is over?",
        "The runbook does not say.\n\n- the on-call\n- the lead",
        first,
    )
    right = discuss.answer(db, cleo, asked.id, "The person **on call** does, after ten quiet minutes.")
    discuss.answer(db, people["otto"], asked.id, "I always ask in the channel first.")
    discuss.accept(db, lena, right.id)
    discuss.ask(db, cleo, "Where do we keep the starter over the summer holiday?", "Asking for a friend in a jar.")
    urls = {title: db.query(ArticleRow.url).filter_by(resource_id=row.id).scalar() for title, row in made.items()}
    for slug, title, description, curator, chosen in COLLECTIONS:
        collect.save(db, slug, title, description, curator, [(urls[name], note) for name, note in chosen])


def set_up(home: Path) -> Settings:
    """A home with the record filled and the index true."""
    settings = Settings(home=home, database_url="", elasticsearch_url="", secret_key="for tests alone")
    upgrade(settings.record_url)
    index = open_index(settings)
    with open_session(settings.record_url) as db:
        fill(db)
        db.commit()
        indexing.drain(db, index)
        db.commit()
    index.close()
    return settings


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
