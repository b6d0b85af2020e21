"""The site: pages, JSON API, static files, and the thread that keeps the index up."""

import os
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware

from curation.errors import CurationError
from curation.services.engine import open_index
from curation.settings import Settings
from curation.settings import settings as settings_in_force
from curation.web import failures
from curation.web.api import router as api
from curation.web.guard import Guard
from curation.web.indexer import Indexer
from curation.web.pages import (
    collections,
    feeds,
    following,
    home,
    keep_words,
    ops,
    proposals,
    questions,
    resource,
    review,
    search,
    sign_in,
    tags,
)
from curation.web.throttle import Throttle
from search_config.index import SearchIndex

PAGES = (
    home, search, resource, collections, proposals, keep_words, tags, questions, sign_in, review, ops, feeds, following
)  # fmt: skip
# Seconds a sign-in lasts without a visit: a fortnight, so that a weekly reader stays signed in.
SESSION_SECONDS = 14 * 24 * 3600


def create_app(settings: Settings | None = None) -> FastAPI:
    """The site over the record and index that the settings name; neither is touched before the first request.

    Raises:
        CurationError: the secret that signs sessions can't be read or kept.
    """
    settings = settings or settings_in_force()
    index = _OneIndex(lambda: open_index(settings))
    indexer = Indexer(settings.record_url, index.get)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        indexer.start()
        yield
        indexer.stop()
        index.close()

    # The interactive documentation would load scripts from elsewhere; the description itself is served.
    app = FastAPI(
        title=settings.site_title, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=lifespan
    )
    app.state.settings, app.state.index = settings, index.get
    app.state.indexer, app.state.throttle = indexer, Throttle()
    app.state.secret = _secret(settings)
    https = settings.base_url.startswith("https:")
    app.add_middleware(
        SessionMiddleware,
        secret_key=app.state.secret,
        session_cookie="commonplace",
        max_age=SESSION_SECONDS,
        same_site="lax",
        https_only=https,
    )
    app.add_middleware(Guard, https=https)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for module in PAGES:
        app.include_router(module.router, include_in_schema=False)
    app.include_router(resource.lookup, include_in_schema=False)
    app.include_router(api)
    failures.install(app)
    return app


class _OneIndex:
    """The index of this app: opened when first asked for, closed with the app; a failed opening is tried again."""

    def __init__(self, make: Callable[[], SearchIndex]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: SearchIndex | None = None

    def get(self) -> SearchIndex:
        """The index, open."""
        with self._lock:
            if self._held is None:
                self._held = self._make()
            return self._held

    def close(self) -> None:
        """Release it."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None


def _secret(settings: Settings) -> str:
    """What signs the sessions: from the settings, else made once and kept in home, for its owner's eyes only."""
    if settings.secret_key:
        return settings.secret_key
    place = settings.home / "session.key"
    try:
        return place.read_text() if place.exists() else _made_once(place)
    except OSError as error:
        raise CurationError(
            f"The key that signs sessions can't be kept at {place} ({error}). Make the folder writable, "
            "or set COMMONPLACE_SECRET_KEY."
        ) from error


def _made_once(place: Path) -> str:
    """A new secret under this name, or the one that another process put there first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
    # A link appears whole or not at all, and never replaces: both processes then read the same secret.
    with suppress(FileExistsError):
        place.hardlink_to(draft)
    draft.unlink()
    return place.read_text()
