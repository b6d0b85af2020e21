"""Real edits are made to real wikis again: read after every tenth, the record ends as the wikis do, at little cost."""

import os
from pathlib import Path

import pytest

from crawlers.report import CrawlReport, read_report
from crawlers.source import Source
from curation.database import ArticleRow, ResourceRow
from curation.database.session import engine, open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows.crawl import crawl
from flows.extract import extract
from tests.support.dokuwiki import install as install_dokuwiki
from tests.support.mediawiki import install as install_mediawiki
from tests.support.replay import OnDokuWiki, OnMediaWiki, Wiki, before, edits, words

pytestmark = [pytest.mark.servers, pytest.mark.corpora, pytest.mark.timeout(3600)]

# Edits of the 400; COMMONPLACE_REPLAY=400 makes all of them, over the whole handbook. Reason: CI has a minute for this.
EDITS = int(os.environ.get("COMMONPLACE_REPLAY", "20"))
EVERY = 10
# Requests a changed page may cost, and a run as such: robots.txt, the wiki's front page, what it is, its changes, its
# list, the answers that name what changed, its files, one to spare.
A_CHANGE, A_RUN = 3, 8


@pytest.fixture(params=["mediawiki", "dokuwiki"])
def wiki(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "mediawiki":
        mediawiki, server = install_mediawiki(tmp_path)
        yield OnMediaWiki(mediawiki)
        servers = [server]
    else:
        dokuwiki = install_dokuwiki(tmp_path)
        yield OnDokuWiki(dokuwiki)
        servers = dokuwiki.servers
    for server in servers:
        os.killpg(server.pid, 15)
        server.wait(10)


def read(settings: Settings, full: bool = False) -> CrawlReport:
    """Crawl and take in; what the crawl reported of itself."""
    done = crawl(settings, "wiki", full=full)
    assert done.ok and not done.messages, done.messages
    taken = extract(settings, "wiki")
    assert taken.ok, taken.messages
    return read_report(max((settings.home / "crawls" / "wiki").iterdir()) / "stats.json")


def record(settings: Settings) -> dict[str, tuple[str, str]]:
    """Address -> state and text of every page in the record."""
    with open_session(settings.record_url, reads_only=True) as db:
        rows = db.query(ArticleRow, ResourceRow).join(ResourceRow, ArticleRow.resource_id == ResourceRow.id)
        return {article.url: (resource.state, article.text) for article, resource in rows}


def test_after_all_edits_the_record_says_what_the_wiki_says(wiki: Wiki, tmp_path: Path):
    made = edits()[:EDITS]
    truth = before(made, others=1000 if EDITS >= 400 else 20)
    wiki.load(truth)
    settings = Settings(home=tmp_path / "library", secret_key="for tests alone")
    upgrade(settings.record_url)
    terms = {"delay": 0, "concurrency": 4, "greatest_drop": 0.5}
    source = Source.from_dict({"name": "wiki", "kind": wiki.kind, "address": wiki.address, **terms})
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    first = read(settings)
    assert first.complete and first.pages_read == len(truth)

    requests = changes = runs = 0
    for start in range(0, len(made), EVERY):
        for edit in made[start : start + EVERY]:
            wiki.make(edit)
            truth[edit.path] = edit.text
        report = read(settings)
        requests, runs = requests + report.requests, runs + 1
        changes += len({edit.path for edit in made[start : start + EVERY]})
    print(f"{wiki.kind}: {len(made)} edits of {changes} pages in {runs} runs cost {requests} requests")

    there = {path for path, text in truth.items() if text}
    assert wiki.listed() == there
    held = {wiki.path(url): (state, words(text)) for url, (state, text) in record(settings).items()}
    assert {path for path, (state, _) in held.items() if state == "live"} == there
    assert {path: held[path][1] for path in there} == {path: words(truth[path]) for path in there}
    assert {path: state for path, (state, _) in held.items() if path not in there} == dict.fromkeys(
        set(truth) - there, "withdrawn"
    )
    read(settings, full=True)
    again = {wiki.path(url): (state, words(text)) for url, (state, text) in record(settings).items()}
    assert again == held
    assert requests <= A_CHANGE * changes + A_RUN * runs
    engine(settings.record_url).dispose()
