"""A small blocking client for a look: checked addresses, few redirects, bounded bytes and time, robots.txt at hand."""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawlers.addresses import PORTS, AddressRules, origin
from crawlers.errors import CrawlError
from crawlers.look.found import Answer
from crawlers.urls import canonical

# Bytes and redirects. Reason: a look needs the start of a page, or a sitemap; more is the crawl's business.
MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 5
CHUNK = 65536
USER_AGENT = "Commonplace/0.1"
# Times its timeout that an answer may take in all. Reason: one that comes drop by drop never times out by itself.
WHOLE = 2


class Eye:
    """Looks at addresses by the rules of a source; `secrets` (header -> value) go to the home address alone."""

    def __init__(
        self,
        home: str,
        allow_private: tuple[str, ...] = (),
        timeout: float = 15,
        user_agent: str = USER_AGENT,
        secrets: Mapping[str, str] | None = None,
        verify_tls: bool = True,
    ) -> None:
        self.home, self.rules = home, AddressRules.of(home, allow_private)
        self.timeout, self.user_agent, self.verify_tls = timeout, user_agent, verify_tls
        self.secrets = dict(secrets or {})
        self.robots: dict[str, Protego] = {}

    def get(self, url: str, posted: bytes | None = None) -> Answer:
        """Fetch one address, following a few redirects; with `posted` as XML-RPC.

        Raises:
            CrawlError: it can't be fetched; the message says why.
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(url, posted)
            target = answer.headers.get("location", "")
            if answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer
            target = canonical(target, url)
            if not target:
                raise CrawlError(f"{url} redirects to something that is no web address. Check it in a browser.")
            url, posted = target, None
        raise CrawlError(f"{url} redirects for ever. Open it in a browser and give the address it ends at.")

    def _once(self, url: str, posted: bytes | None) -> Answer:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            connection.sock = self._connect(parts.scheme, host, port)
            path = canonical(url).partition("://")[2].partition("/")[2]
            headers = {"User-Agent": self.user_agent, "Host": parts.netloc}
            if origin(url) == origin(self.home):
                headers |= self.secrets
            if posted is None:
                connection.request("GET", f"/{path}", headers=headers)
            else:
                connection.request("POST", f"/{path}", posted, headers | {"Content-Type": "text/xml"})
            answer = connection.getresponse()
            return Answer(url, answer.status, {k.lower(): v for k, v in answer.getheaders()}, self._read(answer))
        except TimeoutError as error:
            raise CrawlError(f"{url} does not answer within {self.timeout:g} seconds. Is the server up?") from error
        except socket.gaierror as error:
            raise CrawlError(f"The host {host} is not known. Is the address spelt right?") from error
        except ssl.SSLError as error:
            said = f"{url} has no valid certificate ({error.reason}). Ask its keeper"
            raise CrawlError(f"{said}, or add it with --set verify_tls=false if you are sure.") from error
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise CrawlError(
                f"{url} can't be reached ({error or type(error).__name__}). Is it a web server?"
            ) from error
        finally:
            connection.close()

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        body, until = b"", time.monotonic() + WHOLE * self.timeout
        while len(body) < MOST_BYTES and (chunk := answer.read1(CHUNK)):
            body += chunk
            if time.monotonic() > until:
                raise TimeoutError
        return body

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
                return self._wrapped(plain, host) if scheme == "https" else plain
            except OSError:
                plain.close()
                raise
        raise CrawlError(f"Not followed: {refusals[0] if refusals else host}.")

    def _wrapped(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        if not self.verify_tls:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain, server_hostname=host)

    def allowed(self, url: str) -> bool:
        """Whether robots.txt of the address lets us read it."""
        return bool(self.robots_of(url).can_fetch(url, self.user_agent))

    def robots_of(self, url: str) -> Protego:
        """The robots.txt of an address; a server that can't say forbids everything."""
        root = urljoin(url, "/")
        if root not in self.robots:
            answer = self.get(urljoin(root, "robots.txt"))
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            self.robots[root] = Protego.parse("User-agent: *\nDisallow: /" if answer.status >= 500 else text)
        return self.robots[root]
