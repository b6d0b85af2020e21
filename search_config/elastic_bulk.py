"""Writes to Elasticsearch in bulks, each item judged by itself: done, stale, failed, or to be tried again."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from search_config.document import SearchDocument
from search_config.elastic_query import Json
from search_config.elastic_server import LATER, PAUSES, Server, refusal_reason
from search_config.entry import checked_version, entry, key
from search_config.errors import IndexUnavailable, SearchError
from search_config.index import WriteReport
from search_config.tuning import tuning

# characters of one bulk: the server takes 100 MB, and a sign takes up to 4 bytes twice, as text and as words
BULK_CHARACTERS = 8_000_000


@dataclass(frozen=True, slots=True)
class Action:
    """One item of a bulk; `reason` says why it can't be sent at all."""

    id: str
    operation: Json | None = None
    source: Json | None = None
    reason: str = ""

    @property
    def weight(self) -> int:
        """About how many characters it sends."""
        return sum(map(len, self.source["words"])) + len(self.source["text"]) if self.source else 0


def written(documents: Iterable[SearchDocument]) -> Iterator[Action]:
    """Actions that add or replace."""
    for document in documents:
        try:
            new = dict(entry(document))
        except (ValueError, TypeError) as problem:
            yield Action(document.id, reason=str(problem))
            continue
        about = {"_id": new["key"], "version": new["version"], "version_type": "external"}
        yield Action(document.id, {"index": about}, new)


def deleted(versions: Mapping[str, int]) -> Iterator[Action]:
    """Actions that remove; a document of the same version goes too."""
    for document_id, version in versions.items():
        try:
            about = {"_id": key(document_id), "version": checked_version(version), "version_type": "external_gte"}
        except ValueError as problem:
            yield Action(document_id, reason=str(problem))
            continue
        yield Action(document_id, {"delete": about})


class Bulk:
    """Sends actions to an alias and, during a rebuild, to the index being filled as well."""

    def __init__(self, server: Server, alias: str, beside: str | None = None) -> None:
        self._server = server
        self._alias = alias
        self._beside = beside
        self._written = 0
        self._stale = 0
        self._failed: dict[str, str] = {}

    def run(self, actions: Iterable[Action]) -> WriteReport:
        """Send them all; IndexUnavailable where the server stays too busy, with the rest unsent."""
        for chunk in _chunks(self._sendable(actions)):
            if self._beside:
                self._send_beside(self._beside, chunk)
            for action, status, error in self._settled(self._alias, chunk):
                self._count(action, status, error)
        return WriteReport(self._written, self._stale, self._failed)

    def _sendable(self, actions: Iterable[Action]) -> Iterator[Action]:
        for action in actions:
            if action.reason:
                self._failed[action.id] = action.reason
            else:
                yield action

    def _count(self, action: Action, status: int, error: Any) -> None:
        if status == 409:
            self._stale += 1
        elif status < 300 or (status == 404 and not error):
            # 404 without an error answers the deletion of what was not there
            self._written += 1
        elif status in {403, 404}:
            reason = refusal_reason(error)
            raise IndexUnavailable(f"Elasticsearch at {self._server.address} takes no writes now ({reason}); try again")
        else:
            self._failed[action.id] = refusal_reason(error)

    def _send_beside(self, alias: str, chunk: list[Action]) -> None:
        """Write to the index of a running rebuild; it may be swapped or given up at any moment."""
        try:
            list(self._settled(alias, chunk))
        except IndexUnavailable:
            raise
        except SearchError:
            self._beside = None

    def _settled(self, alias: str, chunk: list[Action]) -> Iterator[tuple[Action, int, Any]]:
        """Each action with its status and error, after those the server had no room for were tried again."""
        for pause in (*PAUSES, None):
            waiting = []
            for action, item in zip(chunk, self._send(alias, chunk), strict=True):
                if item["status"] in LATER:
                    waiting.append((action, item))
                else:
                    yield action, item["status"], item.get("error")
            if not waiting:
                return
            if pause is None:
                reason = refusal_reason(waiting[0][1].get("error"))
                raise IndexUnavailable(f"Elasticsearch at {self._server.address} has no room now ({reason}); try again")
            time.sleep(pause)
            chunk = [action for action, _ in waiting]

    def _send(self, alias: str, chunk: list[Action]) -> list[Json]:
        operations = [part for action in chunk for part in (action.operation, action.source) if part is not None]
        answer = self._server.insist(lambda client: client.bulk(operations=operations, index=alias, require_alias=True))
        return [next(iter(item.values())) for item in answer["items"]]


def _chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """Bulks of a good size, by number and by weight."""
    chunk: list[Action] = []
    weight = 0
    for action in actions:
        if chunk and (len(chunk) >= tuning().limit("bulk") or weight + action.weight > BULK_CHARACTERS):
            yield chunk
            chunk, weight = [], 0
        chunk.append(action)
        weight += action.weight
    if chunk:
        yield chunk
