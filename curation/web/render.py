"""Turns what the services give into pages: the templates, their words for dates and numbers, notices and redirects."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from curation.services.accounts import may
from curation.services.languages import language_name
from curation.web import sanitise
from curation.web.access import csrf_token

HERE = Path(__file__).parent
# Sessions live in a cookie of at most 4 kB: a notice is one sentence.
NOTICE_LENGTH = 300
# https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STEPS = (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60))


@cache
def static(name: str) -> str:
    """The address of a static file, which changes with what is in it."""
    return f"/static/{name}?v={sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:10]}"


def day(value: datetime | str | None) -> str:
    """A date as people write it: 12 March 2026; what can't be read as a date stays as it is."""
    if value is None or isinstance(value, str):
        try:
            value = datetime.fromisoformat(value or "")
        except ValueError:
            return str(value or "")
    return f"{value.day} {value:%B %Y}"


def ago(value: datetime | None) -> str:
    """How long ago: "3 days ago"."""
    if value is None:
        return "never"
    seconds = (datetime.now(UTC) - value).total_seconds()
    for name, length in _STEPS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 resource", "1,204 resources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def host(address: str) -> str:
    """The server's name in an address."""
    return urlsplit(address).netloc or address


def clean(text: str) -> str:
    """Text without the control characters that XML can't hold."""
    return _NOT_XML.sub("", text)


def json_ld(value: Any) -> Markup:
    """Data for a <script type="application/ld+json">; no < or & can end or open anything in it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  # every character that HTML reads was escaped


def path(value: str) -> str:
    """A value as one segment of an address."""
    return quote(value, safe="")


@cache
def environment() -> Environment:
    """The templates with their filters; everything is escaped unless it came through the sanitiser."""
    made = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    made.trim_blocks = made.lstrip_blocks = True
    made.filters.update(
        day=day, ago=ago, host=host, path=path, json_ld=json_ld, post=sanitise.post, highlighted=sanitise.highlighted,
        web_address=sanitise.web_address, clean=clean, language=language_name,
    )  # fmt: skip
    made.globals.update(static=static, count=count, may=may, urlencode=urlencode)
    return made


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, with what every template needs."""
    settings = request.app.state.settings
    shared: dict[str, Any] = {
        "site_title": settings.site_title,
        "base_url": settings.base_url.rstrip("/"),
        "account": getattr(request.state, "account", None),
        "csrf": lambda: csrf_token(request),
        "here": request.url.path,
        "here_whole": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "notice": request.session.pop("notice", ""),
    }
    return HTMLResponse(environment().get_template(template).render(shared | context), status)


def go(request: Request, address: str, notice: str = "") -> RedirectResponse:
    """On to another page (after a form), with a sentence to show there."""
    if notice:
        request.session["notice"] = notice[:NOTICE_LENGTH]
    return RedirectResponse(address, 303)


def moved(address: str) -> RedirectResponse:
    """On to where something stands today; not for ever, because a change to the vocabulary can be undone."""
    return RedirectResponse(address, 302)


def local(address: str) -> str:
    """An address of this site, "/" for anything that could lead elsewhere."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"
