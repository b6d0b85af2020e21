"""A web server full of tricks, each with a name, a way in, and the words the report must have about it."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.static_site import Handler, StaticSite

MEGABYTE = 1024 * 1024


@dataclass
class Trick:
    """One trick: what is asked for first, how the source is set, what the report says, how many pages may come."""

    name: str
    start: str
    says: str
    most: int = 5
    kind: str = "site"
    terms: dict[str, Any] = field(default_factory=dict)
    least: int = 0


TRICKS: list[Trick] = []
ROUTES: dict[str, Callable[[Handler], None]] = {}
PREFIXES: dict[str, Callable[[Handler], None]] = {}


def trick(name: str, says: str, **more: Any) -> Callable[[Callable[[Handler], None]], Callable[[Handler], None]]:
    """Register a trick; it answers its own folder, /name/, and everything in it."""

    def register(answer: Callable[[Handler], None]) -> Callable[[Handler], None]:
        PREFIXES[f"/{name}/"] = answer
        TRICKS.append(Trick(name, more.pop("start", f"/{name}/"), says, **more))
        return answer

    return register


def page(handler: Handler, body: str = "", head: str = "") -> None:
    handler.answer(200, f"<html><head><title>x</title>{head}</head><body>{body or handler.path}</body></html>".encode())


def redirect(handler: Handler, to: str, status: int = 302, headers: Any = ()) -> None:
    handler.answer(status, b"", "text/html", [("Location", to), *headers])


def stream(
    handler: Handler, start: bytes, block: bytes, times: int, pause: float = 0.0, kind: str = "text/html"
) -> None:
    """An answer without a length: it goes on until the other side has had enough."""
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    handler.wfile.write(start)
    for _ in range(times):
        handler.wfile.write(block)
        if pause:
            handler.wfile.flush()
            time.sleep(pause)


@trick("redirects-in-a-circle", "redirects for ever")
def _(h: Handler) -> None:
    redirect(h, "b" if h.path.endswith("/") else "./")


@trick("redirects-without-end", "redirects for ever")
def _(h: Handler) -> None:
    redirect(h, f"{len(h.path)}x{h.path.rsplit('/', 1)[1]}"[:200])


@trick("redirects-to-itself", "redirects for ever")
def _(h: Handler) -> None:
    redirect(h, h.path)


@trick("cookie-wall", "redirects for ever")
def _(h: Handler) -> None:
    redirect(h, h.path, headers=[("Set-Cookie", "seen=1")])


@trick("redirect-to-metadata", "out of the source, to 169.254.169.254")
def _(h: Handler) -> None:
    redirect(h, "http://169.254.169.254/latest/meta-data/")


@trick("redirect-to-private", "out of the source, to 10.0.0.1")
def _(h: Handler) -> None:
    redirect(h, "http://10.0.0.1/")


@trick("redirect-to-a-file", "no web address")
def _(h: Handler) -> None:
    redirect(h, "file:///etc/passwd")


@trick("redirect-to-data", "no web address")
def _(h: Handler) -> None:
    redirect(h, "data:text/html,hello")


@trick("redirect-to-another-port", "out of the source")
def _(h: Handler) -> None:
    redirect(h, "http://127.0.0.1:9/")


@trick("redirect-to-nonsense", "no web address")
def _(h: Handler) -> None:
    redirect(h, "http://[::1/%zz")


@trick("ten-gigabytes", "larger than")
def _(h: Handler) -> None:
    stream(h, b"<html><body>", b"x" * MEGABYTE, 10_240)


@trick("length-of-ten-gigabytes", "larger than")
def _(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Type", "text/html")
    h.send_header("Content-Length", str(10 * 1024 * MEGABYTE))
    h.end_headers()
    h.wfile.write(b"<html>")


@trick("gzip-bomb", "unpacks to more than")
def _(h: Handler) -> None:
    machine = zlib.compressobj(9, wbits=31)
    body = b"".join(machine.compress(b"\0" * MEGABYTE) for _ in range(100)) + machine.flush()
    h.answer(200, body, headers=[("Content-Encoding", "gzip")])


@trick("gzip-in-gzip-bomb", "unpacks to more than")
def _(h: Handler) -> None:
    h.answer(200, gzip.compress(gzip.compress(b"a" * 50 * MEGABYTE)), headers=[("Content-Encoding", "gzip, gzip")])


@trick("broken-gzip", "", most=1)
def _(h: Handler) -> None:
    h.answer(200, b"\x1f\x8b\x08\x00 this is no gzip", headers=[("Content-Encoding", "gzip")])


@trick("wrong-charset", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, "<html><body>Grüße aus Zürich</body></html>".encode(), "text/html; charset=utf-16le")


@trick("unknown-charset", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, "<html><body>Grüße</body></html>".encode("latin-1"), "text/html; charset=klingon-1")


@trick("broken-markup", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, b"<<html><body <p>text<a href='/broken-markup/x><b></i>]]>&#xD800;&nosuch;<!--<svg/onload=")


@trick("nothing-but-nul", "", most=1)
def _(h: Handler) -> None:
    h.answer(200, b"\0" * 10_000)


@trick("nul-in-text", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, b"<html><body>a\0b\x01c\x7f<a href='\0x'>l</a></body></html>")


@trick("empty-body", "is empty", most=0)
def _(h: Handler) -> None:
    h.answer(200, b"")


@trick("no-content-type", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, b"<html><body>words</body></html>", None)


@trick("picture-as-page", "no page", most=0)
def _(h: Handler) -> None:
    h.answer(200, b"\x89PNG\r\n" + b"\0" * 1000, "image/png")


@trick("endless-video", "no page", most=0)
def _(h: Handler) -> None:
    stream(h, b"", b"\0" * MEGABYTE, 10_240, kind="video/mp4")


@trick("slow-loris", "does not answer in full within", terms={"timeout": 1, "retries": 0})
def _(h: Handler) -> None:
    stream(h, b"<html>", b"x", 60, 0.2)


@trick("silence", "does not answer in full within", terms={"timeout": 1, "retries": 0})
def _(h: Handler) -> None:
    time.sleep(3)
    h.close_connection = True


@trick("too-short-a-body", "breaks off", terms={"retries": 0})
def _(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Type", "text/html")
    h.send_header("Content-Length", "1000")
    h.end_headers()
    h.wfile.write(b"<html>short")
    h.close_connection = True


@trick("no-http-at-all", "can't be understood", terms={"retries": 0})
def _(h: Handler) -> None:
    h.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    h.close_connection = True


@trick("closes-at-once", "broke off before an answer came", terms={"retries": 0})
def _(h: Handler) -> None:
    h.close_connection = True


@trick("negative-length", "", most=1, terms={"retries": 0})
def _(h: Handler) -> None:
    h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\nhello")
    h.close_connection = True


@trick("huge-header", "broke off before an answer came|can't be understood", terms={"retries": 0})
def _(h: Handler) -> None:
    h.answer(200, b"<html>x</html>", headers=[("X-Big", "y" * 200_000)])


@trick("ten-thousand-headers", "", most=1, terms={"retries": 0})
def _(h: Handler) -> None:
    h.answer(200, b"<html>x</html>", headers=[(f"X-{n}", "y") for n in range(10_000)])


@trick("odd-status", "error (999)")
def _(h: Handler) -> None:
    h.answer(999, b"<html>x</html>")


@trick("only-errors", "error (500)", terms={"retries": 1})
def _(h: Handler) -> None:
    h.answer(500, b"<html>x</html>")


@trick("slow-down", "slow down (429)", terms={"retries": 1})
def _(h: Handler) -> None:
    h.answer(429, b"", headers=[("Retry-After", "0")])


@trick("come-back-tomorrow", "left alone for 86,400 seconds")
def _(h: Handler) -> None:
    h.answer(503, b"", headers=[("Retry-After", "86400")])


@trick("nonsense-retry-after", "left alone for 999,999,999 seconds", terms={"retries": 1})
def _(h: Handler) -> None:
    h.answer(503, b"", headers=[("Retry-After", "9" * 400)])


@trick("sign-in-first", "asks for sign-in (401)")
def _(h: Handler) -> None:
    h.answer(401, b"", headers=[("WWW-Authenticate", "Basic")])


@trick("forbidden", "may not be read by us (403)")
def _(h: Handler) -> None:
    h.answer(403, b"no")


@trick("calendar", "a calendar without end", most=300, terms={"most_depth": 1000})
def _(h: Handler) -> None:
    year = int(h.path.rstrip("/").rsplit("/", 1)[1] or 2000) if h.path != "/calendar/" else 2000
    page(h, f'<a href="/calendar/year/{year + 1}">next</a><a href="/calendar/year/{year - 1}">before</a>')


@trick("session-ids", "", most=1)
def _(h: Handler) -> None:
    page(h, "".join(f'<a href="/session-ids/?PHPSESSID={time.time_ns()}{n}">x</a>' for n in range(5)))


@trick("facets", "variants of one page", most=260, terms={"most_depth": 1000})
def _(h: Handler) -> None:
    page(
        h,
        "".join(f'<a href="/facets/?a={n}&b={time.time_ns() % 9973}&c={m}">x</a>' for n in range(9) for m in range(9)),
    )


@trick("deeper-and-deeper", "folder repeats", most=10)
def _(h: Handler) -> None:
    page(h, '<a href="again/">x</a>')


@trick("ever-longer", "longer than", most=60, terms={"most_depth": 1000})
def _(h: Handler) -> None:
    page(h, f'<a href="{h.path}{"y" * 400}">x</a>')


@trick("hundred-thousand-links", "more than 10,000 links", most=20, terms={"most_pages": 20, "most_page_bytes": 2**24})
def _(h: Handler) -> None:
    links = (
        "".join(f'<a href="/hundred-thousand-links/{n}">x</a>' for n in range(100_000)) if h.path[-1] == "/" else "leaf"
    )
    page(h, links)


@trick("endless-unique-links", "", most=40, terms={"most_pages": 40})
def _(h: Handler) -> None:
    page(h, "".join(f'<a href="/endless-unique-links/{time.time_ns():x}{n}">x</a>' for n in range(20)))


@trick("nested-tags", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, b"<html><body>" + b"<div>" * 100_000 + b"deep")


@trick("million-attributes", "", least=1)
def _(h: Handler) -> None:
    h.answer(200, b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</p>")


@trick("odd-links", "", least=1, most=4)
def _(h: Handler) -> None:
    odd = [
        "http://[",
        "//",
        "http://:80/",
        "javascript:alert(1)",
        "http://h:port/",
        "file:///etc/passwd",
        "gopher://x/",
    ]
    odd += ["http://127.0.0.1:1/", "?" * 5000, "%%%", "data:,x", "\u202e"]
    page(h, "".join(f'<a href="{link}">x</a>' for link in odd))


@trick("base-elsewhere", "", least=1, most=1)
def _(h: Handler) -> None:
    page(h, '<a href="secret">x</a>', '<base href="http://10.0.0.1/">')


@trick("refresh-circle", "", most=3)
def _(h: Handler) -> None:
    page(h, head=f'<meta http-equiv="refresh" content="0; url={h.path}">')


@trick("login-everywhere", "", most=20)
def _(h: Handler) -> None:
    page(
        h, '<form><input type="password"></form>' + "".join(f'<a href="/login-everywhere/{n}">x</a>' for n in range(9))
    )


@trick("fake-304", "error (304)", most=0)
def _(h: Handler) -> None:
    h.answer(304, b"")


def xml(handler: Handler, body: str | bytes, kind: str = "application/xml") -> None:
    handler.answer(200, body if isinstance(body, bytes) else body.encode(), kind)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@trick("billion-laughs-sitemap", "", kind="sitemap", start="/billion-laughs-sitemap/sitemap.xml", most=0)
def _(h: Handler) -> None:
    xml(
        h, f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><urlset><url><loc>&l11;</loc></url></urlset>'
    )


@trick("sitemap-of-itself", "", kind="sitemap", start="/sitemap-of-itself/sitemap.xml", most=0)
def _(h: Handler) -> None:
    xml(h, f"<sitemapindex><sitemap><loc>http://{h.headers['Host']}{h.path}</loc></sitemap></sitemapindex>")


@trick("sitemaps-for-ever", "for ever", kind="sitemap", start="/sitemaps-for-ever/sitemap.xml", most=0)
def _(h: Handler) -> None:
    more = "".join(f"<sitemap><loc>http://{h.headers['Host']}/sitemaps-for-ever/{time.time_ns()}{n}.xml</loc></sitemap>"
                   for n in range(20))  # fmt: skip
    xml(h, f"<sitemapindex>{more}</sitemapindex>")


@trick("sitemap-bomb", "unpacks to more than", kind="sitemap", start="/sitemap-bomb/sitemap.xml.gz", most=0)
def _(h: Handler) -> None:
    xml(h, gzip.compress(b" " * 100 * MEGABYTE), "application/gzip")


@trick("sitemap-is-a-page", "lists nothing", kind="sitemap", start="/sitemap-is-a-page/sitemap.xml", most=0)
def _(h: Handler) -> None:
    page(h, "No sitemap here")


@trick("sitemap-elsewhere", "lists nothing|", kind="sitemap", start="/sitemap-elsewhere/sitemap.xml", most=0)
def _(h: Handler) -> None:
    xml(h, "<urlset><url><loc>http://10.0.0.1/x</loc></url><url><loc>file:///etc/passwd</loc></url></urlset>")


@trick("feed-reads-files", "", kind="feed", start="/feed-reads-files/feed.xml", most=1)
def _(h: Handler) -> None:
    xml(h, '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title>'
           f"<link>http://{h.headers['Host']}/quiet</link></item></channel></rss>")  # fmt: skip


@trick("feed-laughs", "", kind="feed", start="/feed-laughs/feed.xml", most=1)
def _(h: Handler) -> None:
    xml(h, f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><rss><channel><item><title>&l11;</title><link>http://'
           f"{h.headers['Host']}/quiet</link></item></channel></rss>")  # fmt: skip


@trick("feed-to-private", "where the source may not go", kind="feed", start="/feed-to-private/feed.xml", most=0)
def _(h: Handler) -> None:
    links = (
        "http://169.254.169.254/latest/",
        "http://localhost:22/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://2130706433/",
    )
    xml(h, "<rss><channel>" + "".join(f"<item><link>{x}</link></item>" for x in links) + "</channel></rss>")


@trick("feed-is-a-page", "is no feed", kind="feed", start="/feed-is-a-page/feed.xml", most=0)
def _(h: Handler) -> None:
    page(h)


@trick("feed-for-ever", "", kind="feed", start="/feed-for-ever/feed.xml", most=3, terms={"most_pages": 3})
def _(h: Handler) -> None:
    n = time.time_ns()
    host = f"http://{h.headers['Host']}"
    xml(h, f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="{host}/feed-for-ever/{n}.xml"/>'
           f'<entry><link href="{host}/quiet/{n}"/></entry></feed>')  # fmt: skip


@trick("wiki-that-lies", "no MediaWiki", kind="mediawiki", start="/wiki-that-lies/api.php", most=0)
def _(h: Handler) -> None:
    xml(h, '{"query": {"general": null}}', "application/json")


@trick("wiki-of-lists", "", kind="mediawiki", start="/wiki-of-lists/api.php", most=0)
def _(h: Handler) -> None:
    body = '{"query": {"general": {}, "namespaces": {}, "pages": [1, null, {}]}, "continue": []}'
    xml(h, body if "siteinfo" in h.path else '{"query": {"pages": [{}]}}', "application/json")


@trick("private-wiki", "only by people it knows", kind="mediawiki", start="/private-wiki/api.php", most=0)
def _(h: Handler) -> None:
    xml(h, '{"error": {"code": "readapidenied", "info": "You need read permission"}}', "application/json")


class HostileSite(StaticSite):
    """All tricks on one server."""

    def __init__(self) -> None:
        super().__init__()
        self.patterns = [*PREFIXES.items(), ("/quiet", page)]


@pytest.fixture(scope="session")
def hostile_site() -> Iterator[HostileSite]:
    """The server with all the tricks."""
    site = HostileSite()
    yield site
    site.stop()
