"""A first look at an address: what is there, whether it may be read, and as which kind of source."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from crawlers.addresses import origin
from crawlers.credentials import values_of
from crawlers.errors import CrawlError
from crawlers.look import confluence, discourse, dokuwiki, listing, mediawiki, repository, site, wordpress
from crawlers.look.advice import suggested
from crawlers.look.eye import USER_AGENT, Eye
from crawlers.look.found import Answer, Found
from crawlers.source import KINDS
from crawlers.urls import canonical

__all__ = ["Found", "look"]

# The first that knows the address wins; the particular before the general.
DETECTORS = {
    "repository": repository.detect,
    "mediawiki": mediawiki.detect,
    "dokuwiki": dokuwiki.detect,
    "wordpress": wordpress.detect,
    "confluence": confluence.detect,
    "discourse": discourse.detect,
    "feed": listing.detect,
}
REFUSED = {401: "asks for sign-in", 403: "does not let us in", 404: "is not there", 429: "asks us to slow down"}


def look(
    address: str,
    allow_private: tuple[str, ...] = (),
    timeout: float = 15,
    user_agent: str = USER_AGENT,
    headers: Mapping[str, str] | None = None,
    verify_tls: bool = True,
) -> Found:
    """Look at an address, with a handful of requests, and suggest the kind of source it is and its terms.

    `headers` maps header names to what holds their values (see Source.headers).

    Raises:
        CrawlError: it does not answer, answers with an error, or lies where the rules forbid.
    """
    here = repository.folder(address) or repository.by_ssh(address, allow_private) if "repository" in KINDS else None
    if here is not None:
        return replace(here, terms=suggested(here, None))
    if not canonical(address):
        raise CrawlError(f"{address!r} is no web address. Give one that starts with http:// or https://.")
    eye = Eye(address, allow_private, timeout, user_agent, values_of(headers or {}, "The look takes"), verify_tls)
    found = _found(eye, eye.get(address))
    if not found.may_read:
        return found
    if found.kind != "repository" and not eye.allowed(found.address):
        return replace(
            found, message=f"{found.message} But robots.txt forbids reading it: ask its keeper.", may_read=False
        )
    asked = eye.robots_of(found.address).crawl_delay(eye.user_agent)
    return replace(found, terms=suggested(found, asked))


def _found(eye: Eye, answer: Answer) -> Found:
    for kind, detect in DETECTORS.items():
        found = detect(eye, answer) if kind in KINDS else None
        if found is not None:
            return _moved(eye, answer, found)
    if answer.status >= 400:
        raise CrawlError(_refused(eye, answer))
    return _moved(eye, answer, site.detect(eye, answer))


def _moved(eye: Eye, answer: Answer, found: Found) -> Found:
    """A note where the address sends on to another host."""
    asked, ended = urlsplit(eye.home).hostname, urlsplit(answer.url).hostname
    if asked == ended:
        return found
    return replace(found, notes=(f"{eye.home} sends on to {answer.url}, which is what would be read.", *found.notes))


def _refused(eye: Eye, answer: Answer) -> str:
    why = f"{answer.url} {REFUSED.get(answer.status, 'answers with an error')} ({answer.status})"
    if answer.status in (401, 403) and eye.secrets and origin(answer.url) != origin(eye.home):
        return f"{why}. Credentials went to {eye.home} alone, which sends on to there: give the address it ends at."
    if answer.status in (401, 403) and eye.secrets:
        return f"{why}, although {' and '.join(eye.secrets)} was sent. Check the variable's value."
    if answer.status == 401:
        scheme = answer.headers.get("www-authenticate", "").split(" ")[0].strip(",")
        takes = f"It takes {scheme}. " if scheme.isalpha() else ""
        return f"{why}. {takes}Put the value into an environment variable: --header Authorization=VARIABLE."
    return f"{why}. Open it in a browser and check."
