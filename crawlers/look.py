"""A first look at an address: what is there, whether it may be read, and as which kind of source."""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer
from protego import Protego

from crawlers.addresses import PORTS, AddressRules
from crawlers.errors import CrawlError
from crawlers.spiders.entries import read_feed
from crawlers.spiders.maps import read_sitemap
from crawlers.urls import canonical

# Bytes and redirects. Reason: a look needs the start of a page, or a sitemap; more is the crawl's business.
MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 5
USER_AGENT = "Commonplace/0.1"
# Bytes of a page that are parsed. Reason: what it says of itself stands in its head. Source: judgement.
HEAD = 200_000


@dataclass(frozen=True)
class Answer:
    """What an address answered: the last address after redirects, status, headers in lower case, and the body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def head(self) -> BeautifulSoup:
        """Title, meta and link elements, as far as the page has any."""
        return BeautifulSoup(self.body[:HEAD], "lxml", parse_only=SoupStrainer(["title", "meta", "link", "input"]))

    def said(self, selector: str, attribute: str) -> str:
        """An attribute of the first element that fits, with white space folded; empty where there is none."""
        found = self.head.select_one(selector)
        return " ".join(str(found.get(attribute) or "").split()) if isinstance(found, Tag) else ""


@dataclass(frozen=True)
class Found:
    """What a look found; `pages` is None where the source does not say how many; `message` is one sentence."""

    kind: str
    address: str
    title: str = ""
    generator: str = ""
    pages: int | None = None
    may_read: bool = True
    message: str = ""


def look(address: str, allow_private: tuple[str, ...] = (), timeout: float = 15, user_agent: str = USER_AGENT) -> Found:
    """Look at an address, with a handful of requests, and suggest the kind of source it is.

    Raises:
        CrawlError: it does not answer, answers with an error, or lies where the rules forbid.
    """
    if not canonical(address):
        raise CrawlError(f"{address!r} is no web address. Give one that starts with http:// or https://.")
    eye = _Eye(AddressRules.of(address, allow_private), timeout, user_agent)
    answer = eye.get(address)
    if answer.status >= 400:
        raise CrawlError(_refused(address, answer.status))
    found = _wiki(eye, answer) or _listing(address, answer) or _site(eye, address, answer)
    if not eye.allowed(found.address):
        return _with(found, f"{found.message} But robots.txt forbids reading it: ask its keeper.", False)
    return found


def _refused(address: str, status: int) -> str:
    why = {401: "asks for sign-in", 403: "does not let us in", 404: "is not there", 429: "asks us to slow down"}
    return f"{address} {why.get(status, 'answers with an error')} ({status}). Open it in a browser and check."


def _wiki(eye: "_Eye", answer: Answer) -> Found | None:
    link = answer.said("link[rel~=EditURI i]", "href")
    path = urlsplit(answer.url).path
    if link:
        api = urljoin(answer.url, link).partition("?")[0]
    elif path.endswith(("/api.php", "/index.php")) or b"MediaWiki" in answer.body[:20_000]:
        api = urljoin(answer.url, "api.php")
    else:
        return None
    said = eye.get(f"{api}?action=query&meta=siteinfo&siprop=general|statistics&format=json&formatversion=2")
    try:
        data: Any = json.loads(said.body)
        general, numbers = data["query"]["general"], data["query"]["statistics"]
    except (ValueError, KeyError, TypeError):
        if b"readapidenied" not in said.body:
            return None
        message = "A MediaWiki that may be read only by people it knows. Name a token for it under headers."
        return Found("mediawiki", api, may_read=False, message=message)
    generator, pages = str(general.get("generator", "MediaWiki")), int(numbers.get("articles") or 0)
    total = int(numbers.get("pages") or 0)
    message = f"{generator}, {total:,} pages ({pages:,} articles), you may read them."
    return Found("mediawiki", api, str(general.get("sitename", "")), generator, total, message=message)


def _listing(address: str, answer: Answer) -> Found | None:
    start = answer.body[:2000]
    if b"<rss" in start or b"<feed" in start or b"<rdf:RDF" in start:
        feed = read_feed(answer.body)
        message = f"A feed with {len(feed.entries):,} entries{_by(feed.generator)}."
        return None if feed.problem and not feed.title else Found(
            "feed", address, feed.title, feed.generator, len(feed.entries), message=message
        )  # fmt: skip
    if b"<urlset" in start or b"<sitemapindex" in start or start.startswith(b"\x1f\x8b"):
        found = read_sitemap(answer.body, MOST_BYTES)
        if found.maps:
            return Found("sitemap", address, message=f"A sitemap index that leads to {len(found.maps):,} sitemaps.")
        if found.pages:
            return Found(
                "sitemap", address, pages=len(found.pages), message=f"A sitemap of {len(found.pages):,} pages."
            )
    return None


def _site(eye: "_Eye", address: str, answer: Answer) -> Found:
    generator = answer.said("meta[name=generator i]", "content")
    title = " ".join(answer.head.title.get_text().split()) if answer.head.title else ""
    if "html" not in answer.headers.get("content-type", "html") and b"<html" not in answer.body[:2000].lower():
        kind = answer.headers.get("content-type", "something unknown")
        raise CrawlError(f"{address} answers with {kind}, which is no page. Give the address of a site, wiki or feed.")
    if answer.head.find("input", attrs={"type": "password"}):
        message = "A page that asks for a password. Name the variable with the credentials under headers."
        return Found("site", answer.url, title, generator, may_read=False, message=message)
    sitemap = eye.sitemap(answer.url)
    if sitemap is not None and sitemap.pages:
        message = f"A site{_by(generator)} with a sitemap of {sitemap.pages:,} pages, you may read them."
        return Found("sitemap", sitemap.address, title, generator, sitemap.pages, message=message)
    feed = answer.said("link[type='application/atom+xml'], link[type='application/rss+xml']", "href")
    more = f" It has a feed too: {urljoin(answer.url, feed)}." if feed else ""
    return Found("site", answer.url, title, generator, message=f"A site{_by(generator)}, you may read it.{more}")


def _by(generator: str) -> str:
    return f" made with {generator}" if generator else ""


def _with(found: Found, message: str, may_read: bool) -> Found:
    return Found(found.kind, found.address, found.title, found.generator, found.pages, may_read, message)


class _Eye:
    """A small blocking client: checked addresses, few redirects, bounded bytes, robots.txt kept at hand."""

    def __init__(self, rules: AddressRules, timeout: float, user_agent: str) -> None:
        self.rules, self.timeout, self.user_agent = rules, timeout, user_agent
        self.robots: dict[str, Protego] = {}

    def get(self, url: str) -> Answer:
        """Fetch one address, following a few redirects.

        Raises:
            CrawlError: it can't be fetched; the message says why.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(url)
            target = answer.headers.get("location", "")
            if answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer
            target = canonical(target, url)
            if not target:
                raise CrawlError(f"{url} redirects to something that is no web address. Check it in a browser.")
            url = target
        raise CrawlError(f"{url} redirects for ever. Open it in a browser and give the address it ends at.")

    def _once(self, url: str) -> Answer:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            connection.sock = self._connect(parts.scheme, host, port)
            path = canonical(url).partition("://")[2].partition("/")[2]
            connection.request("GET", f"/{path}", headers={"User-Agent": self.user_agent, "Host": parts.netloc})
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES)
            return Answer(url, answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)
        except TimeoutError as error:
            raise CrawlError(f"{url} does not answer within {self.timeout:g} seconds. Is the server up?") from error
        except socket.gaierror as error:
            raise CrawlError(f"The host {host} is not known. Is the address spelt right?") from error
        except ssl.SSLError as error:
            raise CrawlError(f"{url} has no valid certificate ({error.reason}). Ask its keeper.") from error
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise CrawlError(
                f"{url} can't be reached ({error or type(error).__name__}). Is it a web server?"
            ) from error
        finally:
            connection.close()

    def _connect(self, scheme: str, host: str, port: int) -> socket.socket:
        refusals = []
        for family, kind, proto, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            refusal = self.rules.refusal(host, port, str(place[0]))
            if refusal:
                refusals.append(refusal)
                continue
            plain = socket.socket(family, kind, proto)
            plain.settimeout(self.timeout)
            try:
                plain.connect(place)
                return (
                    ssl.create_default_context().wrap_socket(plain, server_hostname=host)
                    if scheme == "https"
                    else plain
                )
            except OSError:
                plain.close()
                raise
        raise CrawlError(f"Not followed: {refusals[0] if refusals else host}.")

    def allowed(self, url: str) -> bool:
        """Whether robots.txt of the address lets us read it."""
        root = urljoin(url, "/")
        return bool(self._rules(root).can_fetch(url, self.user_agent))

    def _rules(self, root: str) -> Protego:
        if root not in self.robots:
            answer = self.get(urljoin(root, "robots.txt"))
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            self.robots[root] = Protego.parse("User-agent: *\nDisallow: /" if answer.status >= 500 else text)
        return self.robots[root]

    def sitemap(self, url: str) -> Found | None:
        """The sitemap that robots.txt names, or the usual one; None where there is none."""
        root = urljoin(url, "/")
        for place in [*self._rules(root).sitemaps, urljoin(root, "sitemap.xml")][:3]:
            if canonical(place):
                answer = self.get(canonical(place))
                found = read_sitemap(answer.body, MOST_BYTES) if answer.status == 200 else None
                if found is not None and found.pages:
                    return Found("sitemap", canonical(place), pages=len(found.pages))
        return None
