"""The lines of a file that is being written, packed in members as a crawl writes them."""

import gzip
from pathlib import Path

import pytest

from crawlers.errors import CrawlError
from crawlers.lines import lines_of
from crawlers.page import Page, read_lines, to_line


def member(*lines: str) -> bytes:
    return gzip.compress("".join(line + "\n" for line in lines).encode(), 1)


class Writer:
    """Asked at the end of a file, writes the next piece, if there is one."""

    def __init__(self, file: Path, *pieces: bytes) -> None:
        self.file, self.pieces = file, [*pieces]
        file.write_bytes(b"")

    def __call__(self) -> bool:
        if not self.pieces:
            return False
        with self.file.open("ab") as file:
            file.write(self.pieces.pop(0))
        return True


def test_lines_come_as_soon_as_they_are_whole(tmp_path):
    packed = member("one", "two" * 50_000, "three") + member("four")
    pieces = [packed[start : start + 40] for start in range(0, len(packed), 40)]
    writer = Writer(tmp_path / "pages.jsonl.gz.part", *pieces)
    lines = lines_of(writer.file, writer)
    assert next(lines) == b"one" and writer.pieces
    assert list(lines) == [b"two" * 50_000, b"three", b"four"]


def test_a_member_that_is_not_at_its_end_gives_its_whole_lines(tmp_path):
    packed = member(*(f"line {number} {hash(str(number))}" for number in range(5000)))
    writer = Writer(tmp_path / "pages.jsonl.gz.part", packed[: len(packed) // 2])
    found = list(lines_of(writer.file, writer))
    assert 1000 < len(found) < 5000 and all(line.split()[1] == b"%d" % n for n, line in enumerate(found))


def test_plain_files_are_read_too_also_without_a_last_line_end(tmp_path):
    file = tmp_path / "pages.jsonl"
    file.write_bytes(b"one\n\ntwo")
    assert list(lines_of(file)) == [b"one", b"", b"two"]


@pytest.mark.parametrize("damage", [lambda packed: packed[:-20], lambda packed: packed[:-6] + b"longer"])
def test_a_finished_file_that_is_cut_or_damaged_is_told(tmp_path, damage):
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(member("one") + damage(member("two", "three")))
    with pytest.raises(OSError, match=r"pages\.jsonl\.gz"):
        list(lines_of(file))


def test_a_line_that_is_no_page_is_named(tmp_path):
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(member(to_line(Page("wiki", "https://wiki.example/")), "[1]"))
    pages = read_lines(file, Page)
    assert next(pages).url == "https://wiki.example/"
    with pytest.raises(CrawlError, match="line 2: no page record"):
        next(pages)
