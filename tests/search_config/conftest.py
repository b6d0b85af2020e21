"""The index under test, on both engines: `index` is empty and a test's own, `library` is filled once and only read."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from search_config.index import SearchIndex
from search_config.open import open_index
from tests.support.library import LIBRARY

ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.servers)]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The engine's name and, for a server, its address."""
    address = request.getfixturevalue("elasticsearch_url") if request.param == "elasticsearch" else ""
    return request.param, address


@pytest.fixture
def index(engine: tuple[str, str], tmp_path: Path) -> Iterator[SearchIndex]:
    """An index of the test's own, empty."""
    opened = open_index(tmp_path / "index", engine[1], f"test-{uuid4().hex[:12]}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def library(engine: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index holding tests/support/library.py, not to be written to."""
    opened = open_index(tmp_path_factory.mktemp("library"), engine[1], f"library-{uuid4().hex[:12]}")
    opened.write(LIBRARY)
    opened.refresh()
    yield opened
    opened.close()
