"""Three steps over files, without a library: extract, dedup and tag stream lines in and lines out."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import click

from curation.tagging.lines import UNREADABLE, open_lines


@contextmanager
def _output(out: str) -> Iterator[IO[str]]:
    """Where lines go: standard output for -, else a file that appears whole or not at all.

    A device or pipe is written to, never replaced; a link is followed.
    """
    if out == "-":
        yield sys.stdout
        return
    place = Path(out).resolve()
    if place.exists() and not place.is_file():
        with place.open("w", encoding="utf-8", errors="replace") as lines:
            yield lines
        return
    if not place.parent.is_dir():
        raise click.UsageError(f"There is no folder {place.parent} to write {place.name} into.")
    with NamedTemporaryFile("w", dir=place.parent, encoding="utf-8", errors="replace", delete=False) as lines:
        part = Path(lines.name)
        try:
            yield lines
        except BaseException:
            part.unlink()
            raise
    part.chmod(0o666 & ~_mask())
    part.replace(place)


def _mask() -> int:
    """The process's file mode mask, which a temporary file does not follow."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write(lines: IO[str], record: dict[str, Any]) -> None:
    """One record as a line; a lone surrogate is replaced, never an error."""
    text = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    lines.write(text + "\n")


def _lines(file: Path, bad: Callable[[int, str], None]) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers; `bad` hears where it breaks off."""
    number = 0
    try:
        with open_lines(file) as lines:
            for number, line in enumerate(lines, 1):
                yield number, line
    except UNREADABLE as error:
        bad(number + 1, f"can't be read from here on ({error})")


def records(file: Path, bad: Callable[[int, str], None]) -> Iterator[tuple[int, Any]]:
    """What each line of a JSON Lines file says, with its number; `bad` hears of those that are no JSON."""
    for number, line in _lines(file, bad):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as error:
            bad(number, f"no JSON ({error})")
            continue
        yield number, said


class Complaints:
    """Names bad lines on standard error and remembers that there were some."""

    def __init__(self, file: Path) -> None:
        self.file, self.count = file, 0

    def __call__(self, number: int, what: str) -> None:
        self.count += 1
        click.secho(f"{self.file}, line {number}: {what}; left out", fg="red", err=True)

    @property
    def code(self) -> int:
        """The exit code: 1 where a line was left out."""
        return 1 if self.count else 0


def extract_files(files: tuple[Path, ...], out: str) -> int:
    """Articles of HTML, PDF, DOCX and PPTX files, a line each; a file that can't be read is named and left out."""
    from crawlers.files import FileRefused
    from crawlers.page import HANDED_ON

    code = 0
    with _output(out) as lines:
        for file in files:
            try:
                with open_lines(file) as raw:
                    said = _article(raw.read())
            except (*UNREADABLE, FileRefused) as error:
                why = error if isinstance(error, FileRefused) else f"can't be read ({error})"
                click.secho(f"{file}: {why}; left out", fg="red", err=True)
                code = 1
                continue
            # What only a system's own interface hands on, a file can't.
            _write(lines, {"id": str(file), "path": str(file), **{k: v for k, v in said.items() if k not in HANDED_ON}})
    return code


def _article(body: bytes) -> dict[str, Any]:
    """The article in a file, whatever of these it is."""
    from crawlers.extract import article_from_html
    from crawlers.files import convert, kind_of

    kind = kind_of(body)
    if not kind:
        return asdict(article_from_html(body))
    found = convert(body, kind)
    return asdict(article_from_html(found.html, hints={"kind": "file", "html_is_content": True, **found.facts}))


def dedup_file(file: Path, out: str) -> int:
    """Clusters of the articles in a file, a line each, in its order."""
    from curation.dedup.records import fold_lines

    complain = Complaints(file)
    texts = (line.decode("utf-8", "replace") for _, line in _lines(file, complain))
    with _output(out) as lines:
        for line in fold_lines(texts, complain):
            lines.write(line + "\n")
    return complain.code


def tag_file(file: Path, vocabulary: Path, model: Path | None, limit: int, out: str) -> int:
    """Suggestions for the articles in a file, a line each."""
    from curation.tagging.suggestion import document_of
    from curation.tagging.tagger import open_tagger
    from curation.tagging.vocabulary import read_vocabulary

    complain = Complaints(file)
    tagger = open_tagger(read_vocabulary(vocabulary), model, lambda said: click.secho(said, fg="yellow", err=True))
    with _output(out) as lines:
        for number, record in records(file, complain):
            try:
                document = document_of(record)
            except ValueError as error:
                complain(number, str(error))
                continue
            found = [asdict(suggestion) for suggestion in tagger.suggest(document, limit)]
            _write(lines, {"id": record["id"], "suggestions": found})
    return complain.code
