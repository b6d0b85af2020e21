"""The flows on a real Prefect server: what is run shows there, and a failed check shows as failed."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from curation.errors import CurationError
from curation.settings import Settings
from flows.beside import prefect_server
from flows.blocks import handed
from flows.sample.server import SampleSite
from tests.support.commands import Commonplace
from tests.support.discourse import Forum

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def prefect(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with prefect_server(Settings(home=tmp_path_factory.mktemp("prefect")), port) as address:
        yield address


def ask(address: str, path: str, **body):
    request = Request(f"{address}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_run_shows_as_a_flow_with_its_report_and_a_failed_check_as_failed(prefect: str, tmp_path: Path):
    commonplace = Commonplace(tmp_path, {"COMMONPLACE_HOME": str(tmp_path / "library"), "PREFECT_API_URL": prefect})
    commonplace.ok("init")
    with SampleSite() as site:
        feed = f"{site.base}/blog/feed.xml"
        commonplace.ok("source", "add", feed, "--name", "blog", "--kind", "feed", "--set", "delay=0")
        report = commonplace.ok("run", "--json").json
    assert report["ok"] and [step["step"] for step in report["steps"]][:2] == ["crawl", "extract"]
    run = ask(prefect, "flow_runs/filter", sort="START_TIME_DESC", limit=1)[0]
    assert run["state"]["type"] == "COMPLETED"
    tasks = ask(prefect, "task_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})
    assert {task["name"].split()[0] for task in tasks} == {"crawl", "extract", "dedup", "tag", "rate", "index"}
    artifact = ask(prefect, "artifacts/filter", limit=1)[0]
    assert artifact["key"] == "run-report" and "| crawl | blog |" in artifact["data"]

    commonplace.ok("source", "add", "http://127.0.0.1:9/", "--name", "dead", "--kind", "site", "--set", "retries=0")
    failed = commonplace("run", "dead", "--json", PREFECT_CLIENT_TASK_RETRIES="0", timeout=200)
    assert failed.code == 1 and not failed.json["ok"]
    run = ask(prefect, "flow_runs/filter", sort="START_TIME_DESC", limit=1)[0]
    assert run["state"]["type"] == "FAILED"


def test_every_source_has_a_deployment_of_its_own(prefect: str, tmp_path: Path):
    commonplace = Commonplace(tmp_path, {"COMMONPLACE_HOME": str(tmp_path / "library"), "PREFECT_API_URL": prefect})
    commonplace.ok("init")
    commonplace.ok(
        "source", "add", "http://127.0.0.1:9/", "--name", "wiki", "--kind", "site", "--set", "schedule=5 4 * * *"
    )
    code = (
        "from flows.scheduled import deployments;print([(d.name, d.schedules[0].schedule.cron) for d in deployments()])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": "",
            "COMMONPLACE_HOME": str(tmp_path / "library"),
            "PREFECT_API_URL": prefect,
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[('run-wiki', '5 4 * * *'), ('nightly-upkeep', '30 2 * * *')]"


def test_a_credential_may_lie_in_a_prefect_block_and_goes_nowhere_else(prefect: str, tmp_path: Path, forum: Forum):
    secret = "key-from-a-block-4b7e"
    forum.ask("Filter is full", "What can I do about the filter of line four?")
    forum.key, forum.closed = secret, True
    keep = "from sys import argv; from prefect.blocks.system import Secret; Secret(value=argv[1]).save('forum-key')"
    environment = {**os.environ, "PREFECT_API_URL": prefect}
    subprocess.run([sys.executable, "-c", keep, secret], env=environment, check=True, capture_output=True, timeout=120)
    commonplace = Commonplace(tmp_path, {"COMMONPLACE_HOME": str(tmp_path / "library"), "PREFECT_API_URL": prefect})
    commonplace.ok("init")
    terms = ["--kind", "discourse", "--name", "forum", "--set", "delay=0"]
    commonplace.ok("source", "add", forum.address, *terms, "--header", "Api-Key=block:forum-key")
    report = commonplace.ok("run", "forum", "--json")
    assert report.json["steps"][0]["counts"]["read"] == 1, report.out
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in written + report.out.encode() + report.err.encode()

    with pytest.raises(CurationError, match="has no Secret block no-such-block"):
        handed(Settings(home=tmp_path, prefect_api_url=prefect), {"Api-Key": "block:no-such-block"})
