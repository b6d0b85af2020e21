"""A real web server on loopback whose pages a test edits, removes and counts the requests for."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Route = Callable[["Handler"], None]


@dataclass
class Stored:
    """A page as the server holds it."""

    body: bytes
    content_type: str
    changed: float
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    etag: bool = True


class Handler(BaseHTTPRequestHandler):
    """Answers from the site's pages and routes; knows ETag, Last-Modified and 304."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        site: StaticSite = self.server.site
        with site.lock:
            site.requests.append((self.path, dict(self.headers.items())))
        route = site.routes.get(self.path) or next((r for p, r in site.patterns if self.path.startswith(p)), None)
        try:
            if route is not None:
                route(self)
            else:
                self.stored(site.pages.get(self.path))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def stored(self, page: Stored | None) -> None:
        if page is None:
            self.answer(404, b"<html><body>Not here.</body></html>")
            return
        etag = '"' + hashlib.sha1(page.body).hexdigest()[:16] + '"'
        changed = formatdate(page.changed, usegmt=True)
        headers = [*page.headers, *((("ETag", etag), ("Last-Modified", changed)) if page.etag else ())]
        if page.etag and etag in (self.headers.get("If-None-Match") or ""):
            self.answer(304, b"", None, headers)
        else:
            self.answer(page.status, page.body, page.content_type, headers)

    def answer(
        self, status: int, body: bytes = b"", kind: str | None = "text/html; charset=utf-8", headers: Any = ()
    ) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Tests read `requests`; nobody reads this log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what these tests are about."""


class StaticSite:
    """The site: `put` and `remove` pages, read `paths()` for what was asked since `forget()`."""

    def __init__(self) -> None:
        self.pages: dict[str, Stored] = {}
        self.routes: dict[str, Route] = {}
        self.patterns: list[tuple[str, Route]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.site = self  # type: ignore[attr-defined]
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **more: Any) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Stored(raw, kind, more.pop("changed", 1_700_000_000.0), **more)

    def page(self, path: str, title: str, text: str = "", links: tuple[str, ...] = (), **more: Any) -> None:
        anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        self.put(path, f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text or title}</p>"
                       f"<ul>{anchors}</ul></body></html>", **more)  # fmt: skip

    def remove(self, path: str) -> None:
        del self.pages[path]

    def sitemap(self, modified: dict[str, str], path: str = "/sitemap.xml") -> None:
        rows = "".join(
            f"<url><loc>{self.url(p)}</loc>{f'<lastmod>{m}</lastmod>' if m else ''}</url>" for p, m in modified.items()
        )
        self.put(path, f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>',
                 "application/xml")  # fmt: skip

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path

    def paths(self) -> list[str]:
        with self.lock:
            return [path for path, _ in self.requests]

    def forget(self) -> None:
        with self.lock:
            self.requests.clear()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def static_site() -> Iterator[StaticSite]:
    """An empty site, stopped when the test ends."""
    site = StaticSite()
    yield site
    site.stop()
