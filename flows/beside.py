"""A Prefect server beside the site, for one machine: started, waited for, stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import AF_INET, SOCK_STREAM, socket
from urllib.error import URLError
from urllib.request import urlopen

from curation.errors import CurationError
from curation.settings import Settings

# Seconds a server may take: 10-18 were measured on an idle machine with 2 cores, and a laptop is seldom idle.
PATIENCE_SECONDS = 120.0
# Seconds it may take to end by itself; one that is still starting on a busy machine hears nothing. Source: judgement.
END_SECONDS = 30.0
PORT = 4200


def _free(port: int) -> bool:
    """Whether nobody listens there."""
    with closing(socket(AF_INET, SOCK_STREAM)) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def prefect_server(settings: Settings, port: int = PORT) -> Iterator[str]:
    """The API address of a server that ends with the block; it keeps its runs under the home folder.

    Raises:
        CurationError: the port is taken, or the server does not come up.
    """
    if not _free(port):
        raise CurationError(
            f"Port {port} is in use. If that is Prefect, set PREFECT_API_URL=http://127.0.0.1:{port}/api."
        )
    address = f"http://127.0.0.1:{port}/api"
    home = settings.home.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    environment.pop("PREFECT_API_URL", None)
    with (home / "server.log").open("ab") as log:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own interpreter
    before = os.environ.get("PREFECT_API_URL")
    os.environ["PREFECT_API_URL"] = address
    try:
        _wait(server, address, str(home / "server.log"))
        yield address
    finally:
        os.environ.pop("PREFECT_API_URL")
        if before is not None:
            os.environ["PREFECT_API_URL"] = before
        server.terminate()
        try:
            server.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", address: str, log: str) -> None:
    """Until it answers."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own server on loopback
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise CurationError(f"The Prefect server did not come up. Its log says why: {log}")
