"""The kept copy of one branch: fetched by difference, made anew when damaged, asked for trees, files and renames."""

import os
import re
import shutil
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from urllib.parse import urlsplit

from crawlers.addresses import USUAL
from crawlers.errors import CrawlError
from crawlers.repository.address import folder_of
from crawlers.repository.git import Git, GitFailed, Stopped
from crawlers.repository.ssh import ssh_command
from crawlers.source import Source

# Files listed. Reason: a tree of a few hundred bytes can describe 10^10 files ("git bomb"); the largest real
# repositories have some 500,000. Source: judgement.
MOST_FILES = 1_000_000
# Commits that were read and are kept, so that a rename is seen though some runs in between were not believed.
KEPT_READS = 8
# The first git that knows http.curloptResolve. Source: its release notes.
HOLDS_TO_ADDRESSES = (2, 37)
HEAD = "refs/commonplace/head"
READS = "refs/commonplace/reads/"
OBJECT = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: its mode as git writes it, the hash of its content, its size in bytes."""

    path: str
    mode: str
    blob: str
    size: int


class Mirror:
    """A bare repository of our own in `folder`. Only one process uses it at a time."""

    def __init__(self, source: Source, folder: Path, git: Git, headers: dict[str, str]) -> None:
        self.source, self.folder = source, folder.absolute()
        self.git = replace(git, folder=self.folder)
        self.headers = headers
        self.branch = ""
        self.asked = 0
        self.kept = False
        """Whether the source has answered and there is a copy from an earlier run, which may be at fault."""

    # --- the other side -----------------------------------------------------------------------------------------------

    def update(self) -> str:
        """Bring the copy to what the source has now; the commit, or empty where the source has no commit yet.

        Raises:
            GitFailed: the source does not answer as it should, or the copy is damaged.
            CrawlError: its address may not be reached; it is larger than allowed.
        """
        network = replace(self.git, more=self._network(), pulse=self._watch_size)
        # Asked from outside our copy, so that only the source can be at fault.
        found, self.branch = self._branch(replace(network, folder=Path(self.folder.anchor)))
        self._prepare()
        if found and found != self.commit():
            self.asked += 1
            what = f"refs/heads/{self.branch}" if self.branch else "HEAD"
            network.run("fetch", "--quiet", "--force", "--no-tags", "--", self._url(), f"+{what}:{HEAD}")
            # A fetch quicker than the first look at its size is held to it too.
            self._watch_size()
        return self.commit() if found else ""

    def newest(self) -> tuple[str, str]:
        """The newest commit at the source and its branch, without copying anything; raises as update does."""
        return self._branch(replace(self.git, more=self._network(), folder=Path(self.folder.anchor)))

    def _prepare(self) -> None:
        self.kept = self.folder.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "HEAD").exists():
            self.git.run("init", "--quiet", "--bare", "--template=", ".")
        # A run that was killed leaves locks and half of what it fetched behind; nobody else works here.
        for pattern in ("*.lock", "objects/**/tmp_*"):
            for left in self.folder.rglob(pattern):
                left.unlink(missing_ok=True)

    def _branch(self, network: Git) -> tuple[str, str]:
        """The newest commit of the branch to read, and the branch's name where it is known."""
        wanted = self.source.branch
        self.asked += 1
        said = network.run("ls-remote", "--symref", "--", self._url(), f"refs/heads/{wanted}" if wanted else "HEAD")
        branch, commit = wanted, ""
        for line in said.decode("utf-8", "surrogateescape").splitlines():
            value, _, name = line.partition("\t")
            if value.startswith("ref: refs/heads/") and name == "HEAD":
                branch = value.removeprefix("ref: refs/heads/")
            elif OBJECT.fullmatch(value) and name in {"HEAD", f"refs/heads/{wanted}"}:
                commit = value
        if wanted and not commit:
            raise GitFailed(f"couldn't find remote ref {wanted}")
        return commit, branch

    def _url(self) -> str:
        return folder_of(self.source.address) or self.source.address

    def _network(self) -> tuple[tuple[str, str], ...]:
        """What lets git reach this one address and nothing else, with the source's credentials."""
        if self.source.address.startswith("file:"):
            return (("protocol.file.allow", "always"),)
        scheme, host, port, places = self._checked()
        if scheme == "ssh":
            command = ssh_command(host, port, places[0])
            return (("protocol.ssh.allow", "always"), ("core.sshCommand", command), ("ssh.variant", "ssh"))
        self._check_version()
        place = ",".join(f"[{place}]" if ":" in place else place for place in places)
        return (
            (f"protocol.{scheme}.allow", "always"),
            # Held to the address that was checked: a name that changes its address in between gains nothing.
            ("http.curloptResolve", f"{host}:{port}:{place}"),
            ("http.proxy", ""),
            ("http.userAgent", self.source.user_agent or "git/Commonplace"),
            ("http.sslVerify", str(self.source.verify_tls).lower()),
            ("http.lowSpeedTime", f"{max(60, self.source.timeout):.0f}"),
            *(("http.extraHeader", f"{name}: {value}") for name, value in self.headers.items()),
        )

    def _checked(self) -> tuple[str, str, int, list[str]]:
        """Scheme, host, port and the addresses of the host that the rules allow: those that git is then held to."""
        parts = urlsplit(self.source.address)
        host, port = parts.hostname or "", parts.port or USUAL[parts.scheme]
        try:
            places = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise CrawlError(f"The host {host} is not known. Is the address spelt right?") from error
        refusals = [self.source.rules.refusal(host, port, place) for place in places]
        good = [place for place, refusal in zip(places, refusals, strict=True) if not refusal]
        if not good:
            raise CrawlError(f"Not followed: {refusals[0] if refusals else host}.")
        return parts.scheme, host, port, good

    def _check_version(self) -> None:
        """Only a git that can be held to addresses is given one; an older one would ask for the name again."""
        said = replace(self.git, folder=Path(self.folder.anchor)).run("version").decode()
        found = re.search(r"(\d+)\.(\d+)", said)
        if found is None or (int(found[1]), int(found[2])) < HOLDS_TO_ADDRESSES:
            raise CrawlError(f"{said.strip()} is too old to read from a server safely. Install git 2.37 or newer.")

    def _watch_size(self) -> None:
        self.git.pulse()
        size = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                try:
                    size += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - walked twice a second
                except OSError:
                    continue
        if size > self.source.most_bytes:
            raise Stopped("most_bytes")

    # --- our side -----------------------------------------------------------------------------------------------------

    def commit(self) -> str:
        """The commit the copy stands at; empty where it has none."""
        try:
            return self.git.run("rev-parse", "--verify", "--quiet", HEAD).decode().strip()
        except GitFailed:
            return ""

    def forget(self) -> None:
        """Remove the copy; the next update makes it anew."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def files(self, commit: str) -> Iterator[Entry]:
        """Every file of a commit, at most MOST_FILES, in the order of their paths; submodules left out."""
        count = 0
        for record in records(self.git.stream("ls-tree", "-r", "-l", "-z", "--full-tree", commit)):
            facts, _, path = record.partition(b"\t")
            mode, kind, blob, size = facts.split()
            if kind == b"blob":
                count += 1
                yield Entry(os.fsdecode(path), mode.decode(), blob.decode(), int(size))
            if count >= MOST_FILES:
                return

    @contextmanager
    def contents(self) -> Iterator["Contents"]:
        """A git that hands out files one by one."""
        with self.git.start("cat-file", "--batch", stdin=PIPE, stderr=DEVNULL) as process:
            try:
                yield Contents(process)
            finally:
                process.kill()

    def renames(self, old: str, new: str) -> dict[str, str]:
        """New path by old path of the files that were renamed between two commits, changed a little or not."""
        said = self.git.run("diff-tree", "-r", "-M", "-z", "--name-status", "--no-ext-diff", old, new)
        words = iter(said.split(b"\0"))
        found = {}
        for status in words:
            if status.startswith(b"R"):
                before = os.fsdecode(next(words))
                found[before] = os.fsdecode(next(words))
            elif status:
                next(words)
        return found

    def earlier_reads(self) -> list[str]:
        """The commits that earlier runs read, newest first."""
        said = self.git.run("for-each-ref", "--sort=-refname", "--format=%(objectname)", READS)
        return said.decode().split()

    def remember(self, commit: str) -> None:
        """Note that a commit was read, and forget the oldest notes."""
        said = self.git.run("for-each-ref", "--sort=-refname", "--format=%(objectname) %(refname)", READS).decode()
        notes = [line.partition(" ")[::2] for line in said.splitlines()]
        if notes and notes[0][0] == commit:
            return
        number = int(notes[0][1].rpartition("/")[2]) + 1 if notes else 1
        self.git.run("update-ref", f"{READS}{number:09}", commit)
        for _, name in notes[KEPT_READS - 1 :]:
            self.git.run("update-ref", "-d", name)


class Contents:
    """Hands out files of the copy, one after the other."""

    def __init__(self, process: "Popen[bytes]") -> None:
        assert process.stdin is not None and process.stdout is not None
        self.questions, self.answers = process.stdin, process.stdout

    def of(self, blob: str) -> bytes:
        """The content of one file.

        Raises:
            GitFailed: the copy does not hold it.
        """
        self.questions.write(blob.encode() + b"\n")
        self.questions.flush()
        words = self.answers.readline().split()
        if len(words) != 3:
            raise GitFailed(f"bad object {blob}")
        content = self.answers.read(int(words[2]))
        self.answers.read(1)
        return content


def records(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between NULs."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole
