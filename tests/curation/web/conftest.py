"""The site over the made-up bakery, one copy a test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from curation.database.session import engine
from curation.settings import Settings
from curation.web.app import create_app
from tests.support.bakery import set_up
from tests.support.site import Person, serving


@pytest.fixture(scope="session")
def bakery_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bakery in it, made once and then copied."""
    home = tmp_path_factory.mktemp("bakery") / "home"
    engine(set_up(home).record_url).dispose()
    return home


@pytest.fixture
def bakery(bakery_home: Path, tmp_path: Path) -> Iterator[Settings]:
    """The settings of this test's own bakery."""
    home = tmp_path / "library"
    shutil.copytree(bakery_home, home)
    settings = Settings(home=home, database_url="", elasticsearch_url="", secret_key="for tests alone")
    yield settings
    engine(settings.record_url).dispose()


@pytest.fixture
def bakery_record(bakery: Settings) -> Iterator[Session]:
    """A session on this test's record, beside the site's own."""
    with Session(engine(bakery.record_url).execution_options(reads_only=True)) as session:
        yield session


@pytest.fixture
def address(bakery: Settings) -> Iterator[str]:
    """The site, serving."""
    with serving(create_app(bakery)) as at:
        yield at


@pytest.fixture
def person(address: str) -> Iterator[Callable[[str], Person]]:
    """Makes people: signed in under a name, or nobody for ""."""

    met: list[Person] = []

    def made(name: str = "") -> Person:
        somebody = Person(address)
        met.append(somebody)
        if name:
            assert somebody.sign_in(name).status_code == 303
        return somebody

    yield made
    for somebody in met:
        somebody.client.close()
