"""Runs git so that a foreign repository can run nothing: no hooks, filters, helpers, prompts or redirects."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from typing import IO

from crawlers.errors import CrawlError

# Seconds between two looks at a git that works. Reason: a person watches the progress. Source: judgement.
TICK = 0.5
# Bytes read at once from git. Source: judgement; a pipe holds 64 KiB.
CHUNK = 1 << 16
# Characters of git's own words that are kept. Reason: the last line says why; the rest is progress.
MOST_WORDS = 4000
# What of our environment git may see. Reason: everything else (proxies, traces, other configuration) changes what it
# does; two names are how organisations name their own certificate authority, the socket is the agent with keys for ssh.
PASSED = ("PATH", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSH_AUTH_SOCK", "TMPDIR")
CONFIG = {
    "protocol.allow": "never",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.askPass": "",
    "core.quotePath": "false",
    "core.packedGitWindowSize": "32m",
    "core.packedGitLimit": "256m",
    "credential.helper": "",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
    "gc.autoDetach": "false",
    "maintenance.autoDetach": "false",
    "diff.renameLimit": "2000",
    "safe.directory": "*",
}


class GitFailed(Exception):
    """Git ended with an error; the message is its own words."""


class Stopped(Exception):
    """The run ends before its end; the message is the reason, as in a report's finish_reason."""


@dataclass(frozen=True)
class Git:
    """Git in one folder, on the terms of one run.

    `pulse` is called at least once a TICK while git works and may raise Stopped. `more` is configuration beyond
    CONFIG; it may hold secrets and so travels in the environment, which only the same user can see, not in arguments.
    """

    folder: Path
    pulse: Callable[[], None]
    most_memory: int
    """MiB of address space for each git."""
    more: tuple[tuple[str, str], ...] = ()

    def run(self, *arguments: str) -> bytes:
        """What git says on standard output.

        Raises:
            GitFailed: it ended with an error.
            Stopped: the run ended first.
        """
        return b"".join(self.stream(*arguments))

    def stream(self, *arguments: str) -> Iterator[bytes]:
        """The same, piece by piece. Ending the loop early ends git; raises as run does."""
        with TemporaryFile() as words, self.start(*arguments, stderr=words) as process:
            assert process.stdout is not None
            try:
                while True:
                    while not select([process.stdout], [], [], TICK)[0]:
                        self.pulse()
                    piece = os.read(process.stdout.fileno(), CHUNK)
                    if not piece:
                        break
                    yield piece
                    self.pulse()
            except BaseException:
                process.kill()
                raise
            if process.wait():
                raise GitFailed(_last(words) or f"git {arguments[0]} ended with {process.returncode}")

    def start(self, *arguments: str, stderr: IO[bytes] | int, stdin: int = DEVNULL) -> "Popen[bytes]":
        """Start git with the safe environment; the caller ends it.

        Raises:
            CrawlError: git is not installed.
        """
        try:
            process = Popen(  # noqa: S603 - arguments that no shell reads, and an environment of our own
                ["git", "--no-pager", *arguments],  # noqa: S607 - found on the PATH, as every command
                cwd=self.folder,
                env=self._environment(),
                stdin=stdin,
                stdout=PIPE,
                stderr=stderr,
            )
        except FileNotFoundError as error:
            raise CrawlError("Git is not installed here, and a repository is read with it. Install git.") from error
        # Set from outside, because code between fork and exec may hang in a process with threads.
        most = self.most_memory * 1024 * 1024
        with suppress(AttributeError, OSError):
            resource.prlimit(process.pid, resource.RLIMIT_AS, (most, most))
        return process

    def _environment(self) -> dict[str, str]:
        config = [*CONFIG.items(), *self.more]
        pairs = {}
        for number, (key, value) in enumerate(config):
            pairs[f"GIT_CONFIG_KEY_{number}"], pairs[f"GIT_CONFIG_VALUE_{number}"] = key, value
        return {
            **{name: os.environ[name] for name in PASSED if name in os.environ},
            **pairs,
            "GIT_CONFIG_COUNT": str(len(config)),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "HOME": os.devnull,
            "LC_ALL": "C",
        }


def _last(words: IO[bytes]) -> str:
    words.seek(0)
    return words.read()[-MOST_WORDS:].decode("utf-8", "replace").strip()
