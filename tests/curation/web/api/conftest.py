"""The site over a small record, and who calls it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow
from curation.services import accounts, collect, discuss, indexing, publish
from curation.services.engine import open_index
from curation.settings import Settings
from curation.web.app import create_app
from tests.support.records import a_concept, a_resource, a_suggestion, db, empty_record, record_url, server_record

__all__ = ["db", "empty_record", "record_url", "server_record"]

PASSWORD = "correct horse"


@pytest.fixture
def filled(db: Session) -> Session:
    """A record with a little of everything, committed."""
    testing = a_concept(db, "Testing", alt=("QA",), definitions={"en": "Trying it out."})
    deploy = a_concept(db, "Deployment")
    page = a_resource(db, "How we deploy", tags=(deploy.uri,), url="https://wiki.example/deploy")
    a_resource(db, "The copy", source="blog", folded_into=page.id)
    a_suggestion(db, page, testing)
    for name, role in (("lea", "learner"), ("cleo", "curator")):
        accounts.add(db, name, PASSWORD, role)
    collect.save(db, "first-week", "First week", "", "cleo", [("https://wiki.example/deploy", "begin here")])
    discuss.comment(db, accounts.account(db, "lea"), page.id, "It helped.")
    db.commit()
    return db


@pytest.fixture
def page_id(filled: Session) -> str:
    """The id of the resource in the record that has everything."""
    found = filled.scalars(select(ArticleRow.resource_id).where(ArticleRow.title == "How we deploy")).one()
    # On SQLite an open session holds the lock that the site needs.
    filled.rollback()
    return found


@pytest.fixture
def app(filled: Session, record_url: str, tmp_path: Path) -> FastAPI:
    """The site; what the record holds is in its index."""
    settings = Settings(home=tmp_path, database_url=record_url, elasticsearch_url="", secret_key="for tests only")
    index = open_index(settings)
    publish.touch(filled, *filled.scalars(select(ResourceRow.id)))
    indexing.drain(filled, index)
    filled.commit()
    index.close()
    return create_app(settings)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where the site answers on this machine, as uvicorn serves it."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A caller nobody knows."""
    with httpx.Client(base_url=address, trust_env=False) as opened:
        yield opened
