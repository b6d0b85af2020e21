"""Who wrote each page and when: one walk through the history, from the newest commit, with renames followed."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from crawlers.repository.git import Git
from crawlers.repository.mirror import records

# Commits looked at, newest first. Reason: some 10 s a 100,000 here; a handbook has a few thousand. Source: judgement.
MOST_COMMITS = 200_000
# People named for one page. Reason: a list of names that people read. Source: judgement.
MOST_AUTHORS = 20
# Programs that commit: "[bot]" is GitHub's own mark, the names are those of common services and of forges' web pages.
BOT = re.compile(
    r"\[bot\]|^(?:dependabot|renovate|github-actions?|gitlab-?bot|greenkeeper|snyk|weblate|allcontributors|web-flow"
    r"|pre-commit-ci|imgbot|mergify|codecov)\b|\bbot$|^bot\b|^(?:root|jenkins|ci)$",
    re.I,
)
PERSON = re.compile(r"\s*(.*?)\s*<([^<>]*)>\s*")
MARK = b"commit:"
FORMAT = "%x00".join(
    ("", MARK.decode(), "%aN", "%aE", "%aI", "%(trailers:key=Co-authored-by,valueonly,separator=%x1f)", "")
)


@dataclass(slots=True)
class Past:
    """What the history says of one page: its authors, most commits first, and when it was first and last written."""

    authors: list[str] = field(default_factory=list)
    created: str = ""
    modified: str = ""


@dataclass(slots=True)
class Commit:
    """One commit: its people (name and mail), its time, and what it did to which file (status, path before, after)."""

    people: list[tuple[str, str]]
    at: str
    changes: list[tuple[bytes, str, str]]


class People:
    """Who is who: one name for each mail address, that of an author (spelt by the mailmap) before a co-author's."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def note(self, path: str, people: list[tuple[str, str]]) -> None:
        """Count a commit to a page."""
        for number, (name, email) in enumerate(people):
            if number == 0:
                self.names[email.lower()] = name
            self.names.setdefault(email.lower(), name)
        # A list, whose order is the same in every process: it decides between people with as many commits.
        self.counts[path].update(list(dict.fromkeys(email.lower() for _, email in people)))

    def of(self, path: str) -> list[str]:
        """The people of a page, those with most commits first; programs left out."""
        named: Counter[str] = Counter()
        for email, count in self.counts[path].items():
            name = " ".join(self.names[email].split())
            if name and not BOT.search(name) and "[bot]" not in email:
                named[name] += count
        return [name for name, _ in named.most_common(MOST_AUTHORS)]


def pasts(git: Git, commit: str, wanted: set[str]) -> dict[str, Past]:
    """The past of the wanted files (paths as in this commit), as far back as MOST_COMMITS go."""
    found: defaultdict[str, Past] = defaultdict(Past)
    names, people = {path: path for path in wanted}, People()
    for made in islice(commits(git, commit), MOST_COMMITS):
        for status, before, after in made.changes:
            path = names.get(after)
            if path is None:
                continue
            people.note(path, made.people)
            past = found[path]
            past.modified, past.created = max(past.modified, made.at), min(past.created or made.at, made.at)
            # Before it was added or renamed, the path belonged to another file.
            if status.startswith((b"R", b"A")):
                del names[after]
            if status.startswith(b"R"):
                names.setdefault(before, path)
        if not names:
            break
    for path, past in found.items():
        past.authors = people.of(path)
    return found


def commits(git: Git, commit: str) -> Iterator[Commit]:
    """The commits that lead to this one, newest first; merges, which write nothing themselves, have no changes."""
    spelt = replace(git, more=(*git.more, ("mailmap.blob", f"{commit}:.mailmap")))
    asked = ("-z", "-M", "--name-status", "--no-ext-diff", "--no-show-signature", f"--format={FORMAT}")
    words = records(spelt.stream("log", *asked, commit))
    current: Commit | None = None
    for word in words:
        word = word.lstrip(b"\n")
        if word == MARK:
            if current is not None:
                yield current
            current = _commit(words)
        elif word and current is not None:
            before = os.fsdecode(next(words, b""))
            after = os.fsdecode(next(words, b"")) if word.startswith((b"R", b"C")) else before
            current.changes.append((word, before, after))
    if current is not None:
        yield current


def _commit(words: Iterator[bytes]) -> Commit:
    name, email, at, others = (next(words, b"").decode("utf-8", "replace") for _ in range(4))
    together = [(found[1], found[2]) for found in map(PERSON.fullmatch, others.split("\x1f")) if found]
    return Commit([(name, email), *together], _utc(at), [])


def _utc(at: str) -> str:
    try:
        return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""
