"""A theme that hides the content from extraction shows: in the run's report and on the ops page, until it is mended."""

import pytest

from crawlers.source import Source
from curation.database.session import engine, open_session, upgrade
from curation.services import accounts, sources
from curation.services.standing import standing
from curation.settings import Settings
from curation.web.app import create_app
from flows import library
from tests.support.bakery import PASSWORD
from tests.support.commands import Commonplace
from tests.support.site import Person, serving
from tests.support.static_site import StaticSite

PAGES = 12


def themed(site: StaticSite, hidden: bool, version: int) -> None:
    """Every page's text, as an article or, since the theme changed, among what it calls comments."""
    for n in range(PAGES):
        said = "".join(f"<p>Oven {n} is cleaned in step {step}, with care and a brush.</p>" for step in range(20))
        shown = f"<p>Theme {version} welcomes you to page {n} of the handbook, where all is well.</p>"
        body = (
            f"<article>{shown * 3}<div class='comments'>{said}</div></article>"
            if hidden
            else f"<article>{said}</article>"
        )
        links = "".join(f"<a href='/{other}'>{other}</a>" for other in range(PAGES))
        markup = (
            f"<html><head><title>Oven {n}</title></head><body><h1>Oven {n}</h1>{body}<footer>{links}</footer></body>"
        )
        site.put(f"/{n}" if n else "/", markup, changed=1.7e9 + version)


@pytest.fixture
def settings(static_site: StaticSite, tmp_path):
    made = Settings(home=tmp_path / "library", database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(made.record_url)
    terms = {"delay": 0, "retries": 0, "timeout": 5}
    source = Source.from_dict({"name": "handbook", "kind": "site", "address": static_site.address, **terms})
    with open_session(made.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        accounts.add(db, "otto", PASSWORD, "ops", "Otto")
        db.commit()
    yield made
    engine(made.record_url).dispose()


def warned(settings: Settings) -> list[str]:
    """What a run says of the theme."""
    report = library.run(settings)
    assert report.ok, report.to_markdown()
    return [message for step in report.steps for message in step.messages if "theme may have changed" in message]


def ops_page(settings: Settings) -> str:
    with serving(create_app(settings)) as address:
        otto = Person(address)
        otto.sign_in("otto")
        shown = otto.get("/ops").text
        otto.client.close()
        return shown


def test_a_theme_that_hides_the_content_is_told_in_one_line_until_it_is_mended(
    settings: Settings, static_site: StaticSite, tmp_path
) -> None:
    themed(static_site, hidden=False, version=1)
    assert warned(settings) == [] and "theme may have changed" not in ops_page(settings)
    themed(static_site, hidden=True, version=2)
    (line,) = warned(settings)
    assert line.startswith("Of each page of handbook only ") and "its theme may have changed" in line
    assert line in ops_page(settings) and "<b>0 of 1</b> sources are fresh; 1 needs" in ops_page(settings)
    assert line in " ".join(Commonplace(tmp_path, {"COMMONPLACE_HOME": str(settings.home)})("status").out.split())
    # A run that reads next to nothing does not make it forgotten.
    assert warned(settings) == [] and line in ops_page(settings)
    themed(static_site, hidden=False, version=3)
    assert warned(settings) == [] and "theme may have changed" not in ops_page(settings)
    with open_session(settings.record_url) as db:
        assert [row.thin for row in standing(db)] == [""]
