"""A run that is killed at any moment costs nothing but time: the next one ends where an undisturbed one ends."""

import os
import random
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers.source import Source
from curation.database import LeaseRow
from curation.database.session import engine, open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows import demo, library
from flows.index import verify
from flows.sample.server import SampleSite
from tests.support.commands import COMMAND, OURS, Commonplace
from tests.support.generated_site import fill
from tests.support.processes import descendants, left_behind, words_of
from tests.support.states import Held, differences, held
from tests.support.static_site import StaticSite

# Moments at which a run is killed; the environment raises them for a long look.
KILLS = int(os.environ.get("COMMONPLACE_KILLS", "8"))
SEED = int(os.environ.get("COMMONPLACE_SEED", "0")) or random.randrange(1, 10**6)


def settings_for(home: Path) -> Settings:
    return Settings(home=home, database_url="", elasticsearch_url="", prefect_api_url="", secret_key="for tests alone")


def environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    return {**kept, "COMMONPLACE_HOME": str(home)}


def begin(home: Path) -> "subprocess.Popen[bytes]":
    """A run in a process of its own."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([COMMAND, "run", "--json"], cwd=home.parent, env=environment(home), **quiet)


def kill(run: "subprocess.Popen[bytes]") -> list[int]:
    """End a run as a power cut would, the children it has at that moment excepted; they are named."""
    children = descendants(run.pid)
    run.kill()
    run.wait()
    return children


@dataclass
class Undisturbed:
    """The sample organisation before any run, and what a run that nobody disturbs makes of it, in how long."""

    before: Path
    state: Held
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    with SampleSite() as site:
        before = settings_for(folder / "before")
        demo.prepare(before, site.base)
        engine(before.record_url).dispose()
        shutil.copytree(before.home, folder / "after")
        begun = time.monotonic()
        assert begin(folder / "after").wait(120) == 0
        seconds = time.monotonic() - begun
        after = settings_for(folder / "after")
        yield Undisturbed(before.home, held(after.record_url), seconds)
        engine(after.record_url).dispose()


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_is_made_good_by_the_next(undisturbed: Undisturbed, tmp_path, number):
    moment = undisturbed.seconds * (number + random.Random(f"{SEED}/{number}").random()) / KILLS
    home = tmp_path / "library"
    shutil.copytree(undisturbed.before, home)
    run = begin(home)
    time.sleep(moment)
    children = kill(run)
    said = f"killed after {moment:.3f} s of {undisturbed.seconds:.1f} (COMMONPLACE_SEED={SEED})"
    settings = settings_for(home)
    report = library.run(settings)
    assert report.ok, (said, report.to_markdown())
    assert differences(undisturbed.state, held(settings.record_url)) == [], said
    assert verify(settings).ok, said
    assert left_behind(children) == [], said
    engine(settings.record_url).dispose()


def a_library(home: Path, site: StaticSite, **terms: object) -> Settings:
    """A record that knows one site."""
    settings = settings_for(home)
    upgrade(settings.record_url)
    hurry = {"delay": 0, "concurrency": 8, "retries": 0, **terms}
    source = Source.from_dict({"name": "site", "kind": "site", "address": site.address, **hurry})
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    return settings


def eventually(true, patience: float = 60.0) -> None:
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_a_run_killed_among_its_workers_leaves_none_of_them(static_site: StaticSite, tmp_path):
    fill(static_site, 150)
    settings = a_library(tmp_path / "library", static_site)
    run = begin(settings.home)

    def workers() -> list[int]:
        return [pid for pid in descendants(run.pid) if "spawn_main" in words_of(pid)]

    eventually(lambda: workers() or run.poll() is not None)
    assert run.poll() is None, "the run ended before it had workers"
    assert left_behind(kill(run)) == []
    assert library.run(settings).ok and verify(settings).ok
    with open_session(settings.record_url, reads_only=True) as db:
        assert sources.counts(db) == {"site": 150}
    engine(settings.record_url).dispose()


def test_a_second_run_is_told_who_is_at_work(static_site: StaticSite, tmp_path):
    static_site.page("/", "Home", links=("/slow",))
    reached, go_on = threading.Event(), threading.Event()

    def slow(handler):
        reached.set()
        go_on.wait(60)
        handler.answer(200, b"<html><title>Slow</title><body><p>At last there are words.</p></body></html>")

    static_site.routes["/slow"] = slow
    settings = a_library(tmp_path / "library", static_site, timeout=60)
    run = begin(settings.home)
    try:
        assert reached.wait(60)
        second = Commonplace(tmp_path, {"COMMONPLACE_HOME": str(settings.home)})("run", "--json")
        assert (
            second.code == 1
            and f"Another run works on source site (process {os.uname().nodename}:{run.pid}" in second.err
        )
        assert "commonplace status" in second.err
    finally:
        go_on.set()
    assert run.wait(60) == 0
    with open_session(settings.record_url, reads_only=True) as db:
        assert db.query(LeaseRow).count() == 0 and sources.counts(db) == {"site": 2}
    engine(settings.record_url).dispose()
