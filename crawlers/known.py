"""What earlier runs know of a source's pages, handed to the next run so that it reads only what changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from crawlers.errors import CrawlError
from crawlers.page import open_text


@dataclass(frozen=True, slots=True)
class Known:
    """One page as it was last read.

    `url` and `etag`, `last_modified` are those of its Page; `content_hash` is content_hash(page.html), or empty;
    `last_seen` is the fetched_at of its newest Page line (ISO 8601, UTC), whatever its state was.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    last_seen: str = ""


def content_hash(html: str) -> str:
    """A short name for exactly this body (BLAKE2b, 128 bits, hexadecimal): equal bodies have equal names."""
    return hashlib.blake2b(html.encode("utf-8", "replace"), digest_size=16).hexdigest()


def read_known(path: Path | None) -> dict[str, Known]:
    """The known pages by address; none where no file is given.

    Raises:
        CrawlError: the file is missing or a line is no record; it names the line.
    """
    if path is None:
        return {}
    names, known = {f.name for f in fields(Known)}, {}
    try:
        with open_text(path) as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = Known(**{k: str(v) for k, v in json.loads(line).items() if k in names})
                except (ValueError, TypeError, AttributeError) as error:
                    raise CrawlError(f"{path}, line {number}: no record of a known page ({error}).") from error
                known[record.url] = record
    except OSError as error:
        raise CrawlError(f"{path} can't be read ({error.strerror or error}). Give the file of known pages.") from error
    return known


def write_known(records: Iterable[Known], path: Path) -> None:
    """Write known pages as JSON Lines."""
    with open_text(path, "w") as out:
        out.writelines(json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records)


def write_leave(urls: Iterable[str], out: Path) -> None:
    """Write down which addresses the crawl into a file leaves alone."""
    _leave(out).write_text(json.dumps(sorted(urls)), "utf-8")


def read_leave(out: Path) -> frozenset[str]:
    """Addresses that the crawl into this file leaves alone, because they failed too often."""
    return frozenset(json.loads(_leave(out).read_text("utf-8"))) if _leave(out).exists() else frozenset()


def _leave(out: Path) -> Path:
    return out.with_name("leave.json")
