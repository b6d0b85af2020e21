"""The one written form of an address, what belongs to a source, and which addresses are traps."""

import re
from collections import Counter
from fnmatch import fnmatchcase
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# Characters. Source: the older Internet Explorer limit of 2,083, which sites still keep to.
LONGEST_URL = 2000
# Path segments. Reason: real handbooks stay under 10; relative-link traps grow without end. Source: judgement.
DEEPEST_PATH = 20
# Query parameters. Reason: faceted navigation multiplies them. Source: judgement.
MOST_PARAMETERS = 8
# Addresses that differ only in numbers, where the words speak of a calendar: 8 years of months.
# Source: judgement.
MOST_DATES = 100
# Queries of two or more parameters on one path. Reason: faceted navigation. Source: judgement.
MOST_VARIANTS = 200

# Shapes of addresses counted at once. Reason: bounds the memory; real sites have some dozens. Source: judgement.
MOST_SHAPES = 10_000

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|_ga|_gl|igshid|mkt_tok", re.IGNORECASE)
SESSION = re.compile(
    r"jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|session_?id|oscsid|zenid", re.I
)
HOST = re.compile(r"[\w.:-]+")
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
LOOKS_RANDOM = re.compile(r"[0-9a-fA-F]{16,}")
INDEX_PAGE = re.compile(r"/index\.html?$")
CALENDAR = re.compile(r"calend|event|year|month|\bday|date|week|\bcal\b|archive", re.IGNORECASE)
ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
PLAIN_PATH = re.compile(r"[A-Za-z0-9\-_~/!$&'()*+,=:@]*(?:\.[A-Za-z0-9\-_~!$&'()*+,=:@]+)*")


def _escape(match: re.Match[str]) -> str:
    byte = int(match[1], 16)
    return chr(byte) if byte in UNRESERVED else f"%{byte:02X}"


def _normal(text: str, safe: str) -> str:
    return quote(ESCAPE.sub(_escape, text), safe=safe + "%", encoding="utf-8", errors="replace")


def _host(parts_host: str, port: int | None, scheme: str) -> str:
    host = parts_host.lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if not HOST.fullmatch(host):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return shown if port in (None, {"http": 80, "https": 443}[scheme]) else f"{shown}:{port}"


def _query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        random_sid = name.lower() in {"sid", "s"} and LOOKS_RANDOM.fullmatch(value)
        if pair and not TRACKING.fullmatch(name) and not SESSION.fullmatch(name) and not random_sid:
            kept.append(_normal(pair, "!$'()*+,;:@/?=-._~"))
    return "&".join(sorted(kept))


def canonical(url: str, base: str = "") -> str:
    """The one form an address is stored in; empty where it is no http(s) address.

    Host in lower case (and punycode), default port, fragment, user and password dropped; dot segments resolved;
    escapes in one spelling; index.html left off; session ids and tracking parameters dropped, the other parameters
    sorted. A slash at the end is kept as it is, because servers differ about it; only an empty path becomes "/".
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        return ""
    if scheme not in {"http", "https"} or not host:
        return ""
    netloc = _host(host, port, scheme)
    path = parts.path
    if not PLAIN_PATH.fullmatch(path):
        path = _normal(SESSION_IN_PATH.sub("", path), "/!$&'()*+,;=:@-._~")
        path = urlsplit(urljoin("http://h/", path)).path if "/." in path else path
    path = INDEX_PAGE.sub("/", path) or "/"
    return urlunsplit((scheme, netloc, path, _query(parts.query) if parts.query else "", "")) if netloc else ""


def prefix_of(address: str) -> str:
    """The folder an address stands in: what a source covers unless it says otherwise."""
    parts = urlsplit(canonical(address))
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))


def within(url: str, prefix: str) -> bool:
    """Whether a canonical address lies under a prefix; http and https count as one, the prefix's own folder too."""
    bare_url, bare_prefix = url.partition("://")[2], prefix.partition("://")[2]
    return bare_url.startswith(bare_prefix) or bare_url == bare_prefix.rstrip("/")


def skipped(url: str, patterns: tuple[str, ...]) -> bool:
    """Whether a source's own patterns (shell style, on path and query) leave this address out."""
    parts = urlsplit(url)
    shown = parts.path + (f"?{parts.query}" if parts.query else "")
    return any(fnmatchcase(shown, pattern) for pattern in patterns)


class Traps:
    """Remembers the shapes of addresses seen, and names the trap where one would go on without end."""

    def __init__(self) -> None:
        self._shapes: Counter[str] = Counter()

    def keep(self) -> dict[str, int]:
        """The counts, for a checkpoint."""
        return dict(self._shapes)

    def take_up(self, counts: dict[str, int]) -> None:
        """What keep() said."""
        self._shapes = Counter(counts)

    def name(self, url: str) -> str:
        """The trap a canonical address is part of, or empty. Counts the address."""
        if len(url) > LONGEST_URL:
            return f"longer than {LONGEST_URL:,} characters"
        parts = urlsplit(url)
        segments = [s for s in parts.path.split("/") if s]
        if len(segments) > DEEPEST_PATH:
            return f"more than {DEEPEST_PATH} folders deep"
        if len(segments) > 3 and Counter(segments).most_common(1)[0][1] > 3:
            return "a folder repeats in the path"
        if parts.query:
            if parts.query.count("&") >= MOST_PARAMETERS:
                return f"more than {MOST_PARAMETERS} parameters"
            if "&" in parts.query and self._over(f"{parts.path}?", MOST_VARIANTS):
                return "variants of one page by its parameters"
        return self._calendar(parts.path, parts.query)

    def _calendar(self, path: str, query: str) -> str:
        shown = f"{path}?{query}"
        if not CALENDAR.search(shown):
            return ""
        shape = re.sub(r"\d+", "#", shown)
        return "a calendar without end" if "#" in shape and self._over(shape, MOST_DATES) else ""

    def _over(self, shape: str, most: int) -> bool:
        # A shape past its limit stays there, and new ones are not counted for ever: both bound the table.
        if self._shapes[shape] <= most and (shape in self._shapes or len(self._shapes) < MOST_SHAPES):
            self._shapes[shape] += 1
        return self._shapes[shape] > most
