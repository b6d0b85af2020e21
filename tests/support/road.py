"""The whole road from a wiki to a search: a real MediaWiki with real pages, and a library on each pair of engines."""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest
from lxml import html

from crawlers.source import Source
from curation.database import ArticleRow
from curation.database.session import engine, open_session, upgrade
from curation.services import accounts, search, sources, vocabulary
from curation.services.engine import open_index
from curation.settings import Settings
from flows import library
from flows.sample.texts import texts
from tests.support.bakery import PASSWORD
from tests.support.commands import COMMAND, OURS
from tests.support.corpora import SHARED
from tests.support.mediawiki import MediaWiki, handbook
from tests.support.processes import Measured, measured
from tests.support.records import fresh_database

# Every shape a wiki page has: headings, a list, a table, a link, a category.
SHAPES = """Where the ''quokka'' lives.

== Rules ==
* Look, and '''never''' touch.
* See also [[Main Page|the first page]].

{| class="wikitext"
! Island !! Count
|-
| Rottnest || 12000
|}
[[Category:Animals]]"""
OUR_PAGES = {"Road: every shape": SHAPES, "Road: to be edited": "A page about pangolins, before it is edited.",
              "Road: to be deleted": "A page about axolotls that goes and comes back."}  # fmt: skip
TERMS = """uri,prefLabel,altLabel
https://terms.example/travel,Travel,trip|travel authorization
https://terms.example/security,Security,clearance
https://terms.example/onboarding,Onboarding,new hire
https://terms.example/quokka,Quokka,
https://terms.example/pangolin,Pangolin,pangolins
"""


def load(wiki: MediaWiki) -> None:
    """Bring in a real handbook, or the sample's wiki where that is absent, and some pages of our own."""
    corpus = SHARED / "corpora" / "18f-handbook.jsonl"
    if corpus.exists():
        pages = {title: wikitext for title, (wikitext, _) in handbook(corpus).items()}
    else:
        pages = {text.title: f"<nowiki>{text.markdown}</nowiki>" for text in texts("wiki")}
    wiki.load(pages | OUR_PAGES)


@dataclass(frozen=True)
class Rendered:
    """A page as the wiki's own API shows it: its words, in order, and its categories."""

    words: list[str]
    categories: list[str]


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return re.findall(r"\w+", text)


@pytest.fixture(scope="module")
def wiki_says(mediawiki: MediaWiki) -> dict[str, Rendered]:
    """Every page of the wiki by title, once the pages are in it."""
    load(mediawiki)
    address = urlsplit(mediawiki.address)

    def ask(**parameters: object) -> dict:
        asked = urlencode({"format": "json", "formatversion": 2, **parameters})
        with urlopen(f"{address.scheme}://{address.netloc}/api.php?{asked}", timeout=60) as answer:
            return json.load(answer)

    def one(title: str) -> Rendered:
        said = ask(action="parse", page=title, prop="text|categories", disableeditsection=1, disabletoc=1)["parse"]
        named = [entry["category"].replace("_", " ") for entry in said["categories"] if not entry.get("hidden")]
        return Rendered(words(" ".join(html.fromstring(said["text"]).itertext())), named)

    titles: list[str] = []
    more: dict = {}
    while True:
        said = ask(action="query", list="allpages", aplimit="max", apfilterredir="nonredirects", **more)
        titles += [page["title"] for page in said["query"]["allpages"]]
        if "continue" not in said:
            break
        more = said["continue"]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(titles, pool.map(one, titles), strict=True))


@dataclass
class Road:
    """A library that reads the wiki."""

    name: str
    settings: Settings
    first: Measured

    def run(self) -> dict[tuple[str, str | None], dict[str, int]]:
        """A run that must go well: the counts of each step."""
        report = library.run(self.settings)
        assert report.ok, report.to_markdown()
        return {(step.step, step.source): step.counts for step in report.steps}

    def articles(self) -> dict[str, ArticleRow]:
        """Every article by its title."""
        with open_session(self.settings.record_url, reads_only=True) as db:
            return {row.title: row for row in db.query(ArticleRow)}

    def found(self, text: str, **filters: str) -> list[str]:
        """Titles found, best first."""
        index = open_index(self.settings)
        with open_session(self.settings.record_url, reads_only=True) as db:
            asked = {facet: (value,) for facet, value in filters.items()}
            result = search.find(db, index, text, asked, log=False)
        index.close()
        return [item.card.title for item in result.items]


@contextmanager
def a_road(name: str, home: Path, wiki: MediaWiki, record: str = "", server: str = "") -> Iterator[Road]:
    """A new library with the wiki as its source, a vocabulary and a curator, after its first run as a command."""
    settings = Settings(home=home, database_url=record, elasticsearch_url=server, prefect_api_url="",
                        index_prefix=f"road-{uuid4().hex[:12]}", secret_key="for tests alone")  # fmt: skip
    upgrade(settings.record_url)
    source = Source.from_dict({"name": "wiki", "kind": "mediawiki", "address": wiki.address, "delay": 0,
                               "concurrency": 4})  # fmt: skip
    home.mkdir(parents=True, exist_ok=True)
    (home / "terms.csv").write_text(TERMS, "utf-8")
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        vocabulary.import_file(db, home / "terms.csv")
        accounts.add(db, "cleo", PASSWORD, "curator")
        accounts.add(db, "lena", PASSWORD)
        db.commit()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    ours = {"COMMONPLACE_HOME": str(home), "COMMONPLACE_INDEX_PREFIX": settings.index_prefix,
            "DATABASE_URL": record, "ELASTICSEARCH_URL": server}  # fmt: skip
    first = measured([str(COMMAND), "run", "--json"], kept | ours, home)
    assert first.code == 0, first.out + first.err
    yield Road(name, settings, first)
    engine(settings.record_url).dispose()


@pytest.fixture(scope="module", params=["sqlite-embedded", "postgresql-elasticsearch"])
def road(
    request: pytest.FixtureRequest,
    mediawiki: MediaWiki,
    wiki_says: dict[str, Rendered],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Road]:
    """The road on one machine, and on servers."""
    home = tmp_path_factory.mktemp("road") / "library"
    if request.param == "sqlite-embedded":
        with a_road(request.param, home, mediawiki) as made:
            yield made
        return
    server = request.getfixturevalue("elasticsearch_url")
    with (
        contextmanager(fresh_database)(request.getfixturevalue("postgresql_url")) as record,
        a_road(request.param, home, mediawiki, record, server) as made,
    ):
        yield made
