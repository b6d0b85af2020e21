"""The connection to an Elasticsearch server: what it can do, and its failures as errors that name the next step."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch, UnsupportedProductError

from search_config.errors import IndexUnavailable, SearchError

# the client speaks to this major version; another one misunderstands requests or answers
MAJOR = 9
# seconds for one request; a search takes milliseconds, a bulk of 500 some hundreds
PATIENCE = 30
# the server answered so because it is busy or short of space: the same request may succeed later
LATER = frozenset({429, 502, 503, 504})
# seconds between attempts at a request the server was too busy for: 7.5 s in all; source unknown
PAUSES = (0.5, 1.0, 2.0, 4.0)
Answer = TypeVar("Answer")


class Server:
    """One server by its address; looked at before its first use."""

    def __init__(self, url: str) -> None:
        self.address = _public(url)
        try:
            self._client = Elasticsearch(url, request_timeout=PATIENCE, retry_on_timeout=False, max_retries=1)
        except (ValueError, TypeError) as problem:
            raise SearchError(
                f"{self.address!r} is no Elasticsearch address ({problem}); give http://host:port"
            ) from None
        self._probed = False

    def ask(self, request: Callable[[Elasticsearch], Answer]) -> Answer:
        """The answer to a request; IndexUnavailable while the server is down or busy, SearchError where it refuses."""
        with self._explained():
            self._probe()
            return request(self._client)

    def insist(self, request: Callable[[Elasticsearch], Answer]) -> Answer:
        """The same, tried again with growing pauses while the server is busy: for writes, which can wait."""
        for pause in PAUSES:
            try:
                return self.ask(request)
            except Busy:
                time.sleep(pause)
        return self.ask(request)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _probe(self) -> None:
        if self._probed:
            return
        try:
            version = str(self._client.info()["version"]["number"])
        except UnsupportedProductError as problem:
            raise SearchError(f"what answers at {self.address} is no Elasticsearch: {problem.message}") from problem
        except BadRequestError:
            # an older server does not know the media type of this client
            version = "an earlier one"
        if version.partition(".")[0] != str(MAJOR):
            raise SearchError(
                f"Elasticsearch at {self.address} is version {version}; Commonplace needs {MAJOR}.x: "
                "upgrade the server or unset ELASTICSEARCH_URL to use the embedded engine"
            )
        self._probed = True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ApiError as problem:
            raise self._refusal(problem) from problem
        except ConnectionTimeout as problem:
            raise IndexUnavailable(
                f"Elasticsearch at {self.address} did not answer within {PATIENCE} s; try again"
            ) from problem
        except TransportError as problem:
            raise IndexUnavailable(
                f"Elasticsearch at {self.address} can't be reached; start it or correct ELASTICSEARCH_URL"
            ) from problem

    def _refusal(self, problem: ApiError) -> SearchError:
        reason = refusal_reason(problem.body) or str(problem)
        if problem.status_code in LATER:
            return Busy(f"Elasticsearch at {self.address} is busy or short of space ({reason}); try again")
        if problem.status_code in {401, 403}:
            return SearchError(
                f"Elasticsearch at {self.address} refuses access ({reason}); check user and password in the address"
            )
        return SearchError(f"Elasticsearch at {self.address} refused a request: {reason}")


class Busy(IndexUnavailable):
    """The server is there but has no room now."""


def refusal_reason(body: Any) -> str:
    """The reason in an error's body, in the server's own words; empty where it gave none."""
    error = body.get("error", body) if isinstance(body, dict) else {}
    if isinstance(error, str):
        return error
    cause = error.get("caused_by") or {}
    return ": ".join(str(said) for said in (error.get("reason"), cause.get("reason")) if said)


def _public(url: str) -> str:
    """The address without user and password, for messages."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
