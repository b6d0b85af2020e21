"""Reads a repository: fetch the difference, compare the tree with what is known, read what changed, name what went."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from crawlers.errors import CrawlError
from crawlers.extract.decode import decode
from crawlers.journal import Journal, now
from crawlers.known import Known
from crawlers.page import Page
from crawlers.repository.address import Addresses
from crawlers.repository.failures import explained, is_damage
from crawlers.repository.git import Git, GitFailed, Stopped
from crawlers.repository.history import Past, pasts
from crawlers.repository.mirror import Contents, Entry, Mirror
from crawlers.repository.pages import LFS, is_page, name_of, page_html
from crawlers.repository.site import NAMES, Site, read_site
from crawlers.source import Source
from crawlers.spiders.links import attachments
from crawlers.urls import skipped

# Seconds for one page. Reason: markup of a megabyte takes about one; some made to hurt takes hours. Source: judgement.
LONGEST_PAGE = 20
SYMLINK = "120000"


class RepositoryReader:
    """Reads one source of the kind repository into a journal; `read` is all there is to call."""

    lists_all = True

    def __init__(
        self, source: Source, known: Mapping[str, Known], journal: Journal, keep: Path, headers: dict[str, str]
    ) -> None:
        self.source, self.known, self.journal = source, known, journal
        self.keep, self.headers = keep, headers
        self.site = Site()
        self.noted: set[str] = set()

    def read(self, pulse: Callable[[], None]) -> str:
        """Read all of it; the reason it ended, as in a report. `pulse` is called often and may raise Stopped."""
        git = Git(self.keep, pulse, self.source.most_memory * 2)
        self.mirror = Mirror(self.source, self.keep, git, self.headers)
        try:
            try:
                return self._read(pulse)
            except GitFailed as error:
                if not self.mirror.kept or not is_damage(str(error)):
                    raise
                self.journal.troubles.add("Our copy of the repository was damaged and was made anew")
                self.mirror.forget()
                return self._read(pulse)
        except Stopped as error:
            return self._ended(str(error))
        except (GitFailed, CrawlError) as error:
            self.journal.errors["no repository"] += 1
            self.journal.troubles.add(explained(str(error), self.source).rstrip("."))
        finally:
            self.journal.requests = self.mirror.asked
        return self._ended("finished")

    def _ended(self, reason: str) -> str:
        self.lists_all = False
        if reason == "most_bytes" and not self.journal.pages:
            self.journal.troubles.add(
                f"The repository is larger than {self.source.most_bytes:,} bytes. Raise most_bytes, and crawl again"
            )
        return reason

    def _read(self, pulse: Callable[[], None]) -> str:
        commit = self.mirror.update()
        if not commit:
            raise CrawlError(f"The repository {self.source.address} is empty. Commit a page and crawl again.")
        found = self._listed(commit)
        fresh = {url: e for url, e in found.items() if not self._same(url, e) and url not in self.noted}
        for url in [url for url in found if url not in fresh and url not in self.noted]:
            self._note(url, "unchanged", 200, self.known[url].etag)
        past = pasts(self.mirror.git, commit, {entry.path for entry in fresh.values()}) if fresh else {}
        with self.mirror.contents() as contents:
            for url, entry in fresh.items():
                pulse()
                if self.journal.full:
                    break
                self.noted.add(url)
                self._page(url, entry, contents, past.get(entry.path, Past()))
        self._departed(commit, found)
        self.mirror.remember(commit)
        return self._ended(self.journal.full) if self.journal.full else "finished"

    # --- what is there ------------------------------------------------------------------------------------------------

    def _listed(self, commit: str) -> dict[str, Entry]:
        """The pages of a commit by their address. Sets the addresses, which need what the tree holds."""
        self.paths, pages = set(), []
        for entry in self.mirror.files(commit):
            self.paths.add(entry.path)
            if entry.path in NAMES and entry.mode != SYMLINK:
                self._describe(entry)
            if self._wanted(entry):
                pages.append(entry)
        # Of two files with one address (index.md and README.md) the one whose name comes last in this order yields.
        self.addresses = Addresses(
            self.source.address,
            self.mirror.branch or "HEAD",
            self.source.web,
            self.site.address,
            self.site.docs,
            self.site.folders,
        )
        return self._addressed(pages)

    def _describe(self, entry: Entry) -> None:
        with self.mirror.contents() as contents:
            self.site = read_site(decode(contents.of(entry.blob)))

    def _wanted(self, entry: Entry) -> bool:
        path = entry.path
        inside = path.startswith(self.source.folder.strip("/") + "/") or not self.source.folder.strip("/")
        if not inside or not is_page(path) or skipped("/" + path, self.source.skip):
            return False
        if entry.mode == SYMLINK:
            self.journal.troubles.add("A file is a link to another, left out", path)
            return False
        if entry.size > self.source.most_page_bytes:
            self.journal.troubles.add(f"A file is larger than {self.source.most_page_bytes:,} bytes, left out", path)
            return False
        return True

    def _addressed(self, pages: list[Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in pages:
            url = self.addresses.of(entry.path)
            if url in found:
                self.journal.troubles.add("Two files have one address, the second is left out", entry.path)
            else:
                found[url] = entry
        return found

    def _same(self, url: str, entry: Entry) -> bool:
        known = self.known.get(url)
        return known is not None and known.etag == entry.blob

    # --- reading ------------------------------------------------------------------------------------------------------

    def _page(self, url: str, entry: Entry, contents: Contents, past: Past) -> None:
        body = contents.of(entry.blob)
        self.journal.body(body)
        if body.startswith(LFS):
            self.journal.troubles.add("A file is kept outside the repository (Git LFS), left out", entry.path)
        elif b"\0" in body[:8000]:
            self.journal.troubles.add("A file holds no text, left out", entry.path)
        elif not body.strip():
            self.journal.troubles.add("A page is empty", entry.path)
        else:
            self._understood(url, entry, decode(body).replace("\0", ""), past)

    def _understood(self, url: str, entry: Entry, text: str, past: Past) -> None:
        try:
            with within(LONGEST_PAGE):
                markup, facts = page_html(entry.path, text, self._linked)
        except TimeoutError:
            message = f"The markup of a page takes longer than {LONGEST_PAGE} seconds to read, left out"
            self.journal.troubles.add(message, url, True)
            return
        # One page that breaks a parser must not end the run; the report names it.
        except Exception as error:
            self.journal.troubles.add(f"A page could not be read ({type(error).__name__}: {error})", url, True)
            return
        if facts.pop("draft", False):
            self.journal.troubles.add("A page calls itself a draft, left out", url)
            if url in self.known:
                self._note(url, "gone", 410)
            return
        hints = {**self._hints(entry.path, facts, past), "attachments": attachments(markup, url)}
        self.journal.write(
            Page(self.source.name, url, markup, "read", 200, "text/html", now(), entry.blob, past.modified, hints)
        )

    def _hints(self, path: str, facts: dict[str, Any], past: Past) -> dict[str, Any]:
        """What the page says of itself, then what its history says."""
        said = {
            "title": self.site.titles.get(path) or name_of(path),
            "authors": past.authors,
            "published": past.created,
            "modified": past.modified,
            "generator": "Git",
            "kind": "wiki",
            "html_is_content": True,
        }
        return {name: value for name, value in {**said, **facts}.items() if value}

    def _linked(self, path: str) -> str:
        """The address of what a link names; a wiki's links name pages without ending or folder."""
        if path in self.paths:
            return self.addresses.of(path) if is_page(path) else self.addresses.raw(path)
        for ending in (".md", ".markdown", ".rst", ".adoc", "/README.md", "/index.md", "/_index.md"):
            if path + ending in self.paths:
                return self.addresses.of(path + ending)
        return ""

    # --- what went ----------------------------------------------------------------------------------------------------

    def _departed(self, commit: str, found: Mapping[str, Entry]) -> None:
        """Name every known page that the tree no longer holds, and where it went as far as that can be told."""
        lost = [url for url in self.known if url not in found]
        moved = dict(self._moves(commit, lost, found)) if lost else {}
        for url in lost:
            self._note(url, "gone", 301 if url in moved else 410, moved_to=moved.get(url, ""))

    def _moves(self, commit: str, lost: list[str], found: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
        """Old and new address of renamed pages: by git's own comparison, else by the same content at a new address."""
        counts = Counter(entry.blob for url, entry in found.items() if url not in self.known)
        by_blob = {e.blob: url for url, e in found.items() if url not in self.known and counts[e.blob] == 1}
        waiting = set(lost)
        for earlier in self.mirror.earlier_reads():
            if not waiting or earlier == commit:
                continue
            for before, after in self.mirror.renames(earlier, commit).items():
                old, new = self.addresses.of(before), self.addresses.of(after)
                if old in waiting and new in found:
                    waiting.discard(old)
                    yield old, new
        for url in waiting:
            if self.known[url].etag in by_blob:
                yield url, by_blob[self.known[url].etag]

    def _note(self, url: str, state: Any, status: int, etag: str = "", moved_to: str = "") -> None:
        self.noted.add(url)
        hints = {"moved_to": moved_to} if moved_to else {}
        self.journal.write(Page(self.source.name, url, "", state, status, fetched_at=now(), etag=etag, hints=hints))


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Let a block take so long and no longer.

    Raises:
        TimeoutError: it took longer.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
