"""A real DokuWiki on loopback, from Debian's package, with a configuration and data of its own."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.mediawiki import free_port
from tests.support.presence import absent

PACKAGE, SETTINGS = Path("/usr/share/dokuwiki"), Path("/etc/dokuwiki")
PASSWORD = "a-Long-pass-1"
USERS = "# <?php exit()?>\n{people}\n"
EVERYONE_WRITES = "# <?php exit()?>\n*\t@ALL\t8\nsecret:*\t@ALL\t0\nsecret:*\t@staff\t16\n"
# Before DokuWiki's own preload.php: where this wiki's configuration lies.
PRELOAD = "<?php define('DOKU_MAIN_CONF', '{conf}/'); define('DOKU_CONF', '{conf}/');\n"


@dataclass
class DokuWiki:
    """A running wiki. People write through a second server over the same data, whose API is always on."""

    address: str
    folder: Path
    editor: str
    servers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def settings(self, **values: object) -> None:
        """Change the wiki's configuration as its readers see it."""
        (self.folder / "conf" / "local.php").write_text(
            _local(self.folder / "data", remote=1, remoteuser="") + _php(values)
        )

    def write(self, page: str, text: str, summary: str = "", person: str = "ada") -> None:
        """Write a page as a person does; without text, delete it."""
        with xmlrpc.client.ServerProxy(
            f"{self.editor.replace('//', f'//{person}:{PASSWORD}@')}lib/exe/xmlrpc.php"
        ) as api:
            assert api.wiki.putPage(page, text, {"sum": summary, "minor": False})

    def put_file(self, page: str, text: str) -> None:
        """Put a page there as a file, as a migration does: neither changelog nor search index know of it."""
        path = self.folder / "data" / "pages" / (page.replace(":", "/") + ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def put_media(self, name: str, content: bytes) -> None:
        path = self.folder / "data" / "media" / name.replace(":", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def requests(self) -> list[str]:
        """What readers asked for since forget(), with the method."""
        log = (self.folder / "access.log").read_text(errors="replace")
        return re.findall(r"\[\d{3}\]: ((?:GET|POST) \S+)", log)

    def forget(self) -> None:
        os.truncate(self.folder / "access.log", 0)


def _php(values: dict[str, object]) -> str:
    return "".join(f"$conf['{name}'] = {value!r};\n" for name, value in values.items())


def _local(data: Path, **more: object) -> str:
    values = {"title": "Test wiki", "license": "cc-by-sa", "useacl": 1, "superuser": "@admin", "savedir": str(data)}
    return "<?php\n" + _php({**values, **more})


def _configured(folder: Path, name: str, data: Path) -> Path:
    """A copy of the package's configuration with accounts ada (staff), bo, and an administrator."""
    conf = folder / name
    kept = [path for path in SETTINGS.iterdir() if path.is_file() and not path.is_symlink()]
    conf.mkdir()
    for path in kept:
        shutil.copy(path, conf)
    hashed = subprocess.run(["php", "-r", f"echo password_hash('{PASSWORD}', PASSWORD_BCRYPT, ['cost' => 4]);"],
                            capture_output=True, text=True, check=True).stdout  # fmt: skip
    people = {"ada": "staff,user", "bo": "user", "admin": "admin,user"}
    lines = [
        f"{login}:{hashed}:{login.title()} Example:{login}@example.org:{groups}" for login, groups in people.items()
    ]
    (conf / "users.auth.php").write_text(USERS.format(people="\n".join(lines)))
    (conf / "acl.auth.php").write_text(EVERYONE_WRITES)
    (conf / "local.php").write_text(_local(data, remote=1, remoteuser=""))
    (conf / "preload.php").write_text(PRELOAD.format(conf=conf))
    return conf


def _served(conf: Path, port: int, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen(
            ["php", "-d", f"auto_prepend_file={conf}/preload.php", "-d", "display_errors=0",
             "-S", f"127.0.0.1:{port}", "-t", str(PACKAGE)],
            stdout=out, stderr=out, env={**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}, start_new_session=True,
        )  # fmt: skip


def install(folder: Path) -> DokuWiki:
    """Set up and serve a wiki in `folder`."""
    if not PACKAGE.exists() or not shutil.which("php"):
        absent("DokuWiki is not here (Debian: dokuwiki php-cli php-xml)")
    data, port, editor = folder / "data", free_port(), free_port()
    for part in (
        "pages",
        "attic",
        "media",
        "media_attic",
        "meta",
        "media_meta",
        "cache",
        "index",
        "locks",
        "tmp",
        "log",
    ):
        (data / part).mkdir(parents=True)
    wiki = DokuWiki(f"http://127.0.0.1:{port}/", folder, f"http://127.0.0.1:{editor}/")
    wiki.servers = [
        _served(_configured(folder, "conf", data), port, folder / "access.log"),
        _served(_configured(folder, "editor", data), editor, folder / "editor.log"),
    ]
    for address in (wiki.address, wiki.editor):
        _wait(address)
    return wiki


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}doku.php?do=index", timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"DokuWiki answers {error.code}: {error.read()[:500]!r}") from error
        except OSError:
            time.sleep(0.25)
    raise AssertionError("DokuWiki did not come up")


@pytest.fixture
def dokuwiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DokuWiki]:
    """An empty wiki of the test's own: it starts in a second."""
    wiki = install(tmp_path_factory.mktemp("dokuwiki"))
    yield wiki
    for server in wiki.servers:
        os.killpg(server.pid, 15)
        server.wait(10)
