"""Runs a crawl in a child process of its own: crawl() starts and watches it, `python -m crawlers.run` is it."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from crawlers.errors import CrawlError
from crawlers.journal import now, write_report
from crawlers.known import read_known
from crawlers.report import CrawlReport, read_report
from crawlers.source import WITHOUT_SCRAPY, Source

# Seconds a child may take beyond most_seconds before it is ended by force. Reason: it finishes what is under way, one
# timeout long at most, and writes its file. Source: judgement.
GRACE = 30.0
# Lines of the child's own words that are kept for the message when it dies.
LAST_WORDS = 5
# The exit code of a child whose file can't be written. Source: EX_IOERR of sysexits.h.
NO_ROOM = 74


def crawl(
    source: Source,
    out: Path,
    known: Path | None = None,
    log: Callable[[str], None] = lambda line: None,
    progress: Callable[[int], None] | None = None,
    sweep: bool = True,
    keep: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> CrawlReport:
    """Read a source into `out` (pages.jsonl.gz) and return its report, which also lies beside it as stats.json.

    Where a crawl into `out` was cut short it goes on (crawlers.frontier); `out` is there only once all was read.
    `known` is a file of known pages (crawlers.known); `log` gets one line a trouble; `progress` the number of pages
    so far; with `sweep` everything is listed and compared, else a change feed may be believed; `keep` is a folder of
    the source's own that lasts from run to run; `environment` (credentials) is added to the child's. The child runs
    in a process group of its own and never longer than the source allows.

    Raises:
        CrawlError: the child could not do its work at all: a full disk, a missing credential, killed from outside.
    """
    started = now()
    out.with_name("stats.json").unlink(missing_ok=True)
    # A browser that was killed with its crawl may still be at its last breath, and write.
    with tempfile.TemporaryDirectory(prefix="commonplace-", ignore_cleanup_errors=True) as folder:
        terms = Path(folder, "source.json")
        terms.write_text(json.dumps(source.to_dict()), "utf-8")
        command = [sys.executable, "-m", "crawlers.run", str(terms), "--out", str(out), "--parent", str(os.getpid())]
        if known is not None:
            command += ["--known", str(known)]
        if not sweep:
            command += ["--believe-changes"]
        if keep is not None:
            command += ["--keep", str(keep)]
        longest = source.most_seconds + source.timeout + GRACE
        code, words, late = _watch(
            command, longest, log, progress, {**os.environ, "TMPDIR": folder, **(environment or {})}
        )
    return _outcome(source, out, started, code, words, late)


def _watch(
    command: list[str],
    limit: float,
    log: Callable[[str], None],
    progress: Callable[[int], None] | None,
    environment: dict[str, str],
) -> tuple[int, list[str], bool]:
    """Run the child to its end. Its exit code, its last words, and whether it had to be ended."""
    child = subprocess.Popen(  # noqa: S603 - our own module, and arguments that no shell reads
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        env=environment,
    )
    words: list[str] = []
    late = threading.Event()

    def listen() -> None:
        for line in child.stderr or ():
            words.append(line.rstrip())
            del words[:-LAST_WORDS]
            log(line.rstrip())

    def end() -> None:
        late.set()
        _kill(child)

    listener, timer = threading.Thread(target=listen, daemon=True), threading.Timer(limit, end)
    listener.start()
    timer.start()
    try:
        for line in child.stdout or ():
            if progress is not None and line.startswith("pages "):
                progress(int(line.split()[1]))
        code = child.wait()
        listener.join(timeout=5)
    finally:
        timer.cancel()
        if child.poll() is None:
            _kill(child)
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    return code, words, late.is_set()


def _kill(child: "subprocess.Popen[str]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()


def _outcome(source: Source, out: Path, started: str, code: int, words: list[str], late: bool) -> CrawlReport:
    last = words[-1] if words else "it said nothing"
    if late:
        message = f"The crawl did not end by itself within {source.most_seconds:g} seconds and was ended by force."
        report = CrawlReport(source.name, started, now(), finish_reason="killed", messages=(message,))
        write_report(report, out)
        return report
    if code == NO_ROOM:
        raise CrawlError(last)
    if code != 0:
        raise CrawlError(f"Reading {source.name!r} failed (exit code {code}): {last}")
    return read_report(out.with_name("stats.json"))


def main(arguments: list[str] | None = None) -> int:
    """The child: read SOURCE.json, crawl into --out and say how it went; 0 unless it could not do its work."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.run", description="Crawl one source into one file.")
    parser.add_argument("source", type=Path, help="the source as JSON")
    parser.add_argument("--out", type=Path, required=True, help="the file of pages, such as pages.jsonl.gz")
    parser.add_argument("--known", type=Path, help="known pages as JSON Lines, to read only what changed")
    parser.add_argument("--believe-changes", action="store_true", help="no full listing where there is a change feed")
    parser.add_argument("--keep", type=Path, help="a folder that lasts from run to run, such as for a clone")
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    given = parser.parse_args(arguments)
    try:
        report = _read(given)
    except CrawlError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{given.out} can't be written ({error.strerror or error}). Make room and crawl again.", file=sys.stderr)
        return NO_ROOM
    for message in report.messages:
        print(message, file=sys.stderr)
    return NO_ROOM if report.finish_reason == "disk_full" else 0


def _read(given: argparse.Namespace) -> CrawlReport:
    try:
        source = Source.from_dict(json.loads(given.source.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CrawlError(f"{given.source} is no description of a source ({error}).") from error
    known = read_known(given.known)
    if source.kind in WITHOUT_SCRAPY:
        from crawlers.plain import read_plainly

        return read_plainly(source, given.out, known, given.parent, given.keep or given.out.with_name("kept"))
    # Scrapy is loaded only in the child: importing this module stays cheap for everyone else.
    from crawlers.child import read_source

    return read_source(source, given.out, known, given.parent, not given.believe_changes)


if __name__ == "__main__":
    sys.exit(main())
