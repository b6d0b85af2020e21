"""A run that is killed at any moment costs nothing but time: the next one ends where an undisturbed one ends."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawlers.source import Source
from curation.database import LeaseRow
from curation.database.session import engine, open_session, upgrade
from curation.services import sources
from curation.settings import Settings, settings
from flows import demo, library
from flows.cli import cli
from flows.index import verify
from flows.sample.server import SampleSite
from tests.support.commands import COMMAND, OURS, Commonplace
from tests.support.generated_site import fill
from tests.support.processes import descendants, left_behind, words_of
from tests.support.states import Held, differences, held, indexed
from tests.support.static_site import StaticSite

STEPS = ("crawl", "extract", "dedup", "tag", "rate", "index")
# Moments at which something is killed, spread over the whole run and each step; the environment raises them.
KILLS = int(os.environ.get("COMMONPLACE_KILLS", "7"))
SEED = int(os.environ.get("COMMONPLACE_SEED", "0")) or random.randrange(1, 10**6)
# Loads everything first, so that the moments fall into the work.
READY = "import flows.library, flows.commands.steps; from flows.cli import main; print('ready', flush=True); main()"


def settings_for(home: Path) -> Settings:
    return Settings(home=home, database_url="", elasticsearch_url="", prefect_api_url="", secret_key="for tests alone")


def environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    return {**kept, "COMMONPLACE_HOME": str(home)}


def begin(home: Path) -> "subprocess.Popen[bytes]":
    """A run in a process of its own."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([COMMAND, "run", "--json"], cwd=home.parent, env=environment(home), **quiet)


def begun(home: Path, what: str) -> "subprocess.Popen[bytes]":
    """A command in a process of its own that has everything loaded and begins its work now."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    words = [sys.executable, "-c", READY, what, "--json"]
    process = subprocess.Popen(words, cwd=home.parent, env=environment(home), **piped)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    return process


def done(home: Path, what: str) -> None:
    """The same command in this process, which has everything loaded; to its end."""
    others = {key: None for key in os.environ if key.startswith(OURS)}
    runner = CliRunner(env={**others, "COMMONPLACE_HOME": str(home)})
    # A process reads its settings once, and an earlier test may have asked.
    settings.cache_clear()
    ended = runner.invoke(cli, [what, "--json"], standalone_mode=False, catch_exceptions=False)
    settings.cache_clear()
    assert ended.return_value == 0, f"{what}: {ended.output}"


def kill(run: "subprocess.Popen[bytes]", whole: bool = False) -> list[int]:
    """End a run as a power cut would, the children it has at that moment only if it is the `whole`; they are named."""
    children = descendants(run.pid)
    run.kill()
    for child in children if whole else ():
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    run.wait()
    if run.stdout is not None:
        run.stdout.close()
    return children


@dataclass
class Undisturbed:
    """The sample organisation before each step, and what the steps make of it if nobody disturbs them, in how long.

    Everything happens in one home, because the record names its files by their places.
    """

    folder: Path
    state: Held = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return settings_for(self.folder / "library")

    def keep(self, what: str) -> None:
        engine(self.settings.record_url).dispose()
        shutil.copytree(self.settings.home, self.folder / what)

    def put_back(self, what: str) -> None:
        engine(self.settings.record_url).dispose()
        shutil.rmtree(self.settings.home)
        shutil.copytree(self.folder / what, self.settings.home)

    def measure(self, what: str) -> None:
        with begun(self.settings.home, what) as process:
            began = time.monotonic()
            assert process.wait(120) == 0, what
        self.seconds[what] = time.monotonic() - began

    def now(self) -> Held:
        return held(self.settings.record_url) | indexed(self.settings)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    there = Undisturbed(tmp_path_factory.mktemp("sample"))
    with SampleSite() as site:
        demo.prepare(there.settings, site.base)
        for step in STEPS:
            there.keep(step)
            there.measure(step)
        there.state = there.now()
        shutil.copytree(there.folder / "crawl", there.folder / "run")
        there.put_back("run")
        there.measure("run")
        assert differences(there.state, there.now()) == []
        yield there
        engine(there.settings.record_url).dispose()


def moments() -> list[tuple[str, int, int]]:
    """What is killed, and in which part of its time of how many."""
    what = ["run", *STEPS]
    times = Counter(what[number % len(what)] for number in range(KILLS))
    return [(one, part, parts) for one, parts in times.items() for part in range(parts)]


@pytest.mark.parametrize(("what", "part", "parts"), moments())
def test_what_is_killed_is_made_good_by_the_next(undisturbed: Undisturbed, what, part, parts):
    chance = random.Random(f"{SEED}/{what}/{part}/{parts}")
    moment, home = undisturbed.seconds[what] * (part + chance.random()) / parts, undisturbed.settings.home
    whole = chance.random() < 0.5
    while True:
        undisturbed.put_back(what)
        process = begun(home, what)
        time.sleep(moment)
        if process.poll() is None:
            break
        # It was quicker this time.
        kill(process)
        moment *= 0.7
    children = kill(process, whole)
    said = f"{what} killed after {moment:.3f} s of {undisturbed.seconds[what]:.1f} (COMMONPLACE_SEED={SEED})"
    print(said, "with all its children" if whole else "alone", flush=True)
    for step in STEPS[STEPS.index(what) :] if what in STEPS else (what,):
        done(home, step)
    assert differences(undisturbed.state, undisturbed.now()) == [], said
    assert verify(undisturbed.settings).ok, said
    assert left_behind(children) == [], said


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
