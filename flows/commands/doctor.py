"""doctor: what is missing or misconfigured, and the next step for each."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from shutil import disk_usage

import click

from curation.database.session import schema_state
from curation.errors import CurationError
from curation.settings import Settings, settings
from flows.commands.console import json_option, say_json

# Free bytes below which a run may end in the middle: the crawl files, record and index of a large wiki.
LEAST_FREE = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, and in `message` what it is like or the next step."""

    name: str
    ok: bool
    message: str


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Look at everything the library stands on; the exit code is 1 where something needs doing."""
    chosen = settings()
    findings = [finding for check in CHECKS for finding in check(chosen)]
    ok = all(finding.ok for finding in findings)
    if as_json:
        say_json({"ok": ok, "findings": [asdict(finding) for finding in findings]})
        return 0 if ok else 1
    for finding in findings:
        mark = click.style("ok     ", fg="green") if finding.ok else click.style("do this", fg="red")
        click.echo(f"{mark}  {finding.name:<12} {finding.message}")
    return 0 if ok else 1


def _home(chosen: Settings) -> Iterator[Finding]:
    place = next(p for p in (chosen.home.resolve(), *chosen.home.resolve().parents) if p.exists())
    free = disk_usage(place).free
    said = f"{chosen.home.resolve()}, {free / 1024**3:.1f} GiB free"
    yield Finding("home", free >= LEAST_FREE, said if free >= LEAST_FREE else f"{said}: make room before the next run")


def _record(chosen: Settings) -> Iterator[Finding]:
    if not chosen.database_url and not (chosen.home / "commonplace.db").exists():
        yield Finding("record", False, "There is none yet. Run: commonplace init")
        return
    try:
        held, wanted = schema_state(chosen.record_url)
    except Exception as error:
        yield Finding("record", False, f"It does not answer ({str(error).splitlines()[0]}). Check DATABASE_URL.")
        return
    said = f"schema {held}" if held == wanted else f"schema {held}, needed {wanted}. Run: commonplace init"
    yield Finding("record", held == wanted, said)


def _contents(chosen: Settings) -> Iterator[Finding]:
    from curation.database.session import open_session
    from curation.services import accounts, sources, vocabulary

    try:
        with open_session(chosen.record_url, reads_only=True) as db:
            counts = (len(sources.listed(db)), len(vocabulary.load(db).concepts), len(accounts.accounts(db)))
    except CurationError:
        return
    nexts = (
        "commonplace source add ADDRESS",
        "commonplace vocabulary import FILE",
        "commonplace account add NAME --role admin",
    )
    for name, count, following in zip(("sources", "vocabulary", "accounts"), counts, nexts, strict=True):
        yield Finding(name, count > 0, f"{count} in the record" if count else f"None yet. Run: {following}")


def _index(chosen: Settings) -> Iterator[Finding]:
    from curation.services.engine import open_index

    index = open_index(chosen)
    try:
        state = index.status()
    finally:
        index.close()
    yield Finding(
        "index", state.problem is None, state.problem or f"{state.engine} {state.name}, {state.documents} documents"
    )


def _prefect(chosen: Settings) -> Iterator[Finding]:
    if not chosen.prefect_api_url:
        yield Finding("prefect", True, "not used: commands do the steps themselves (PREFECT_API_URL is not set)")
        return
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"{chosen.prefect_api_url.rstrip('/')}/health", timeout=5):  # noqa: S310 - the operator's own setting
            yield Finding("prefect", True, f"answers at {chosen.prefect_api_url}")
    except (URLError, OSError, ValueError) as error:
        yield Finding(
            "prefect", False, f"{chosen.prefect_api_url} does not answer ({error}). Start it, or unset PREFECT_API_URL."
        )


def _model(chosen: Settings) -> Iterator[Finding]:
    there = find_spec(chosen.spacy_model) is not None
    said = f"spaCy model {chosen.spacy_model}" + (
        ""
        if there
        else " is not installed: new concepts are not proposed. Run: pip install "
        + chosen.spacy_model.replace("_", "-")
    )
    yield Finding("language", there, said)


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_home, _record, _contents, _index, _prefect, _model)
