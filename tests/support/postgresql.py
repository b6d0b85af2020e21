"""A real PostgreSQL for the session: the one DATABASE_URL names, or one started from the packages on this machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.presence import absent


def _programs() -> Path | None:
    """Where initdb and pg_ctl are: Debian keeps them out of the PATH."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = kept[0].as_posix() if kept else shutil.which("initdb")
    return Path(found).parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a database on a real server, stopped at the end if it was started here."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgresql"):
        yield given
        return
    programs = _programs()
    if programs is None:
        absent("PostgreSQL is not installed (Debian: postgresql) and DATABASE_URL names none")
    # PostgreSQL refuses to run as root, and its user must be able to enter the folder.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="commonplace-postgresql-"))
    shutil.chown(folder, user)
    port = _free_port()

    def run(*command: str) -> None:
        subprocess.run(command, user=user if os.getuid() == 0 else None, cwd=folder, check=True, capture_output=True)

    data, options = (
        str(folder / "data"),
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off",
    )
    run(str(programs / "initdb"), "-D", data, "-U", "commonplace", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
    run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://commonplace@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
