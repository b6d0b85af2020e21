"""A real browser for journeys: Chromium driven by Playwright, and a page that notes whatever it complains about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.presence import absent

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE, NARROW = (1280, 900), (390, 844)
# Milliseconds a journey waits for anything; a page takes under a second here even on a busy machine.
PATIENCE = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one a test run; absent without it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        absent("Chromium is not on the PATH (Debian: apt-get install chromium; or set CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@contextmanager
def visit(browser: Browser, base: str, size: tuple[int, int] = WIDE, javascript: bool = True) -> Iterator[Page]:
    """A fresh visitor's page; at its end nothing may have been logged as an error, or asked of another server."""
    width, height = size
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, java_script_enabled=javascript
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((base, "data:")) else complaints.append(asked.url))
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in through the form."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_text("Welcome, ").wait_for()


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window, so that a reader would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
