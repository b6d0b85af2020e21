"""DokuWiki, by what its pages say of themselves, and by its XML-RPC API where that is on."""

import re
from urllib.parse import urljoin

from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, counted, locked

CALL = "<?xml version='1.0'?><methodCall><methodName>{}</methodName><params></params></methodCall>"
PLACE = re.compile(r"/(?:doku\.php|feed\.php|lib/exe/[a-z]+\.php)(?:/.*)?$")


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The wiki whose page this is."""
    if not answer.generator.startswith("DokuWiki"):
        return None
    address = _base(answer)
    version = _called(eye, address, "dokuwiki.getVersion")
    title = _called(eye, address, "dokuwiki.getTitle") or answer.title
    release = re.sub(r'^Release |"', "", version)
    name = f"DokuWiki {release}".strip()
    if answer.status in (401, 403):
        return locked(
            "dokuwiki", address, "A DokuWiki", "Its header Authorization takes 'Basic …' (base64 of name:password)."
        )
    pages = _pages(eye, address) if version else None
    if pages is None:
        message = (
            f"{name}, you may read it. Its XML-RPC API is off or asks for sign-in, so how many pages is not known."
        )
        notes = (
            "With the API on (settings remote and remoteuser) reading again costs far fewer requests: ask its keeper.",
        )
        return Found("dokuwiki", address, title, name, message=message, notes=notes)
    return Found(
        "dokuwiki", address, title, name, pages, message=f"{name}, {counted(pages, 'page')}, you may read them."
    )


def _base(answer: Answer) -> str:
    start = answer.said("link[rel=start]", "href")
    place = urljoin(answer.url, start) if start else answer.url.partition("?")[0]
    return PLACE.sub("/", place.partition("?")[0]).rstrip("/") + "/"


def _call(eye: Eye, address: str, method: str) -> bytes:
    answer = eye.get(urljoin(address, "lib/exe/xmlrpc.php"), CALL.format(method).encode())
    return answer.body if answer.status == 200 and b"<methodResponse" in answer.body else b""


def _called(eye: Eye, address: str, method: str) -> str:
    said = re.search(rb"<value>\s*<string>([^<]*)</string>", _call(eye, address, method))
    return said[1].decode("utf-8", "replace").replace("&quot;", '"').strip() if said else ""


def _pages(eye: Eye, address: str) -> int | None:
    said = _call(eye, address, "wiki.getAllPages")
    return None if not said or b"<fault" in said else len(re.findall(rb"<name>\s*id\s*</name>", said))
