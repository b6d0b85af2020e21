"""A real ssh server on loopback, from Debian's package: one key may enter, and git's own commands answer."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.mediawiki import free_port
from tests.support.presence import absent

SERVER = "/usr/sbin/sshd"


@dataclass
class SshServer:
    """Where it listens, the private key that it lets in, and the file with its own key; their names hold a blank."""

    port: int
    key: Path
    hosts: Path
    log: Path

    def clone(self, folder: Path) -> str:
        """The clone address of a repository on this machine."""
        return f"ssh://{getpass.getuser()}@localhost:{self.port}{folder}"


def _key(path: Path) -> str:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return " ".join(path.with_suffix(".pub").read_text().split()[:2])


@pytest.fixture
def ssh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    if not Path(SERVER).exists() or not shutil.which("ssh"):
        absent("An ssh server is not here (Debian: openssh-server openssh-client)")
    folder, port = tmp_path_factory.mktemp("ssh"), free_port()
    own, client = _key(folder / "own"), _key(folder / "client key")
    (folder / "authorized").write_text(client + "\n")
    (folder / "known hosts").write_text(f"[localhost]:{port} {own}\n")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/own\nAuthorizedKeysFile {folder}/authorized\n"
        f"StrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nPermitRootLogin prohibit-password\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen([SERVER, "-D", "-e", "-f", folder / "config"], stderr=out)
    for _ in range(100):
        if b"listening" in log.read_bytes() or server.poll() is not None:
            break
        time.sleep(0.05)
    assert server.poll() is None, log.read_text()
    yield SshServer(port, folder / "client key", folder / "known hosts", log)
    server.terminate()
    server.wait(10)
