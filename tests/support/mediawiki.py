"""A real MediaWiki on loopback, from Debian's package: SQLite, PHP's own server, one wiki a session."""

import html
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
from markdown_it import MarkdownIt

from tests.support.presence import absent

PACKAGE = Path("/usr/share/mediawiki")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MediaWiki:
    """A running wiki."""

    address: str
    folder: Path
    log: Path

    def maintain(self, script: str, *arguments: str, text: str | None = None) -> str:
        """Run one of MediaWiki's maintenance scripts."""
        done = subprocess.run(
            ["php", f"maintenance/{script}.php", *arguments],
            cwd=self.folder, input=text, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def write(self, title: str, text: str, summary: str = "") -> None:
        self.maintain("edit", "-u", "Admin", "-s", summary, title, text=text)

    def edit(self, title: str, text: str) -> None:
        """Write a page as a passer-by does, through the API: many times faster than a script."""
        asked = {"action": "edit", "format": "json", "title": title, "text": text, "token": "+\\"}
        with urllib.request.urlopen(self.api, urlencode(asked).encode(), timeout=60) as answer:
            said = json.load(answer)
        assert said.get("edit", {}).get("result") == "Success", said

    @property
    def api(self) -> str:
        return urljoin(self.address, "/api.php")

    def upload(self, name: str, content: bytes) -> None:
        folder = self.folder / "cache" / "uploads"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        self.maintain("importImages", "--user", "Admin", str(folder))

    def delete(self, *titles: str) -> None:
        self._batch("deleteBatch", "\n".join(titles))

    def move(self, old: str, new: str) -> None:
        self._batch("moveBatch", f"{old}|{new}")

    def _batch(self, script: str, lines: str) -> None:
        listing = self.folder / "cache" / "batch.txt"
        listing.write_text(lines + "\n")
        self.maintain(script, "-u", "Admin", str(listing))

    def load(self, pages: dict[str, str]) -> None:
        """Bring many pages in at once, as an XML dump, as another wiki would."""
        rows = "".join(
            f"<page><title>{html.escape(title)}</title><ns>0</ns><revision><timestamp>2024-01-01T00:00:00Z</timestamp>"
            f"<contributor><username>Admin</username></contributor><model>wikitext</model><format>text/x-wiki</format>"
            f'<text xml:space="preserve">{html.escape(text)}</text></revision></page>'
            for title, text in pages.items()
        )
        dump = self.folder / "cache" / "dump.xml"
        dump.write_text(f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">'
                        f"{rows}</mediawiki>", "utf-8")  # fmt: skip
        self.maintain("importDump", "--username-prefix=", str(dump))
        self.maintain("runJobs")

    def requests(self) -> list[str]:
        """Paths asked for since forget()."""
        return re.findall(r"\[\d{3}\]: GET (\S+)", self.log.read_text(errors="replace"))

    def forget(self) -> None:
        os.truncate(self.log, 0)


def install(folder: Path) -> tuple[MediaWiki, "subprocess.Popen[bytes]"]:
    """Copy, install and serve a wiki."""
    if not PACKAGE.exists() or not shutil.which("php"):
        absent("MediaWiki is not here (Debian: mediawiki php-cli php-sqlite3 php-xml php-mbstring php-intl)")
    copy, data, port = folder / "mediawiki", folder / "data", free_port()
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("LocalSettings.php"), ignore_dangling_symlinks=True)
    data.mkdir()
    (copy / "cache").mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    wiki = MediaWiki(address + "/index.php/Main_Page", copy, folder / "access.log")
    wiki.maintain("install", "--dbtype", "sqlite", "--dbpath", str(data), "--dbname", "wiki", "--pass", "a-Long-pass-1",
                  "--scriptpath", "", "--server", address, "--confpath", str(copy), "Test wiki", "Admin")  # fmt: skip
    with (copy / "LocalSettings.php").open("a") as settings:
        settings.write(
            f'\n$wgCacheDirectory = "{copy}/cache";\nwfLoadSkin("Vector");\n$wgJobRunRate = 0;\n'
            "$wgRateLimits = [];\n$wgEnableUploads = true;\n"
            '$wgRightsText = "CC0";\n$wgRightsUrl = "https://creativecommons.org/publicdomain/zero/1.0/";\n'
        )
    log = wiki.log.open("ab")
    server = subprocess.Popen(
        ["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{port}", "-t", str(copy)],
        stdout=log, stderr=log, env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}, start_new_session=True,
    )  # fmt: skip
    log.close()
    _wait(address)
    return wiki, server


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(
                f"{address}/api.php?action=query&meta=siteinfo&format=json", timeout=10
            ) as answer:
                json.load(answer)
                return
        except (OSError, ValueError):
            time.sleep(0.5)
    raise AssertionError("MediaWiki did not come up")


@pytest.fixture(scope="module")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    """An installed wiki without pages of ours; a module's own, because what one edits would be news to another."""
    wiki, server = install(tmp_path_factory.mktemp("mediawiki"))
    yield wiki
    os.killpg(server.pid, 15)
    server.wait(10)


def handbook(path: Path) -> dict[str, tuple[str, str]]:
    """Title -> (wikitext, plain text) of a handbook corpus; the wikitext is HTML that MediaWiki takes as it is."""
    pages: dict[str, tuple[str, str]] = {}
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        title = re.sub(r"[\[\]{}|#<>_\s]+", " ", html.unescape(record["title"])).strip()[:200]
        title = (title[:1].upper() + title[1:]) if title not in pages else f"{title} {len(pages)}"
        words = MarkdownIt().render(record["markdown"])
        plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())
        pages[title or f"Page {len(pages)}"] = ("<nowiki>" + html.escape(plain) + "</nowiki>", plain)
    return pages
