"""A repository through the whole run: its pages, a rename that keeps its resource, and the clone's upkeep."""

from sqlalchemy import select

from crawlers.source import Source
from curation.database import ArticleRow, ResourceRow
from curation.database.session import open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows.crawl import KEPT, crawl
from flows.extract import extract
from flows.upkeep import tidy
from tests.support.repositories import Repository

WORDS = "\n".join(f"Line {number} of a page that says how we moor at the pier." for number in range(20))


def test_a_renamed_page_keeps_its_resource_and_a_source_that_went_its_clone_no_longer(tmp_path):
    made = Repository(tmp_path / "handbook")
    for name in ("one", "two", "three"):
        made.write(f"{name}.md", f"# Page {name}\n\n{WORDS}\n\nThis is {name}.\n")
    made.commit()
    settings = Settings(home=tmp_path / "library", database_url=f"sqlite:///{tmp_path / 'record.db'}")
    upgrade(settings.record_url)
    source = Source.from_dict({"name": "handbook", "kind": "repository", "address": str(made.folder)})
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    first = crawl(settings, "handbook")
    assert first.ok and first.counts["read"] == 3, first.messages
    extract(settings, "handbook")
    with open_session(settings.record_url) as db:
        before = {article.title: article.resource_id for article in db.scalars(select(ArticleRow))}
    assert (settings.home / KEPT / "handbook" / "HEAD").exists()

    made.git("mv", "two.md", "deux.md")
    made.commit()
    again = crawl(settings, "handbook")
    assert again.counts["read"] == 1 and again.counts["gone"] == 1, again.messages
    extract(settings, "handbook")
    with open_session(settings.record_url) as db:
        moved = db.scalar(select(ArticleRow).where(ArticleRow.url == f"{made.folder.as_uri()}/deux.md"))
        assert moved is not None and moved.resource_id == before["Page two"]
        assert db.get_one(ResourceRow, moved.resource_id).state == "live"
        sources.remove(db, "handbook")
        db.commit()
    assert tidy(settings).counts["kept_removed"] == 1 and not (settings.home / KEPT / "handbook").exists()
