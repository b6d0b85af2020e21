"""The real site on a real port of this machine, and people who visit it with nothing but HTTP."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx
import uvicorn
from fastapi import FastAPI

from tests.support.bakery import PASSWORD

# Seconds until the site answers; it takes a tenth of one on an idle machine.
PATIENCE = 30.0


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app behind uvicorn on a free port; its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < until and thread.is_alive():
        time.sleep(0.01)
    assert server.started, "the site did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


class Person:
    """Somebody with a browser that keeps cookies and follows no redirect by itself."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=PATIENCE)

    def get(self, path: str, **more: object) -> httpx.Response:
        """A page."""
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def token(self, page: str = "/sign-in") -> str:
        """The token of the first form on a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        return unescape(found.group(1)) if found else ""

    def post(self, path: str, page: str = "", **fields: str) -> httpx.Response:
        """A form sent as a browser sends it, with the token of the page it stands on, or of any."""
        return self.client.post(path, data={"csrf_token": self.token(page or "/questions"), **fields})

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Through the form."""
        answer = self.post("/sign-in", "/sign-in", name=name, password=password)
        return answer
