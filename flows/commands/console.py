"""What the commands share at the terminal: settings, progress bars, reports as text or JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from curation.database.session import schema_state
from curation.errors import CurationError
from curation.settings import Settings, settings
from flows.report import Progress, RunReport, StepReport

Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(function: Function) -> Function:
    """--json on every command that reports."""
    return click.option("as_json", "--json", is_flag=True, help="Print the report as JSON.")(function)


def ready() -> Settings:
    """The settings, once it is sure that the record is set up and of this version.

    Raises:
        CurationError: it is not; the message says what to run.
    """
    chosen = settings()
    if not chosen.database_url and not (chosen.home / "commonplace.db").exists():
        raise CurationError(f"There is no library in {chosen.home.resolve()} yet. Run: commonplace init")
    held, wanted = schema_state(chosen.record_url)
    if held != wanted:
        raise CurationError(
            f"The record is of schema {held or 'none'}, this version needs {wanted}. Run: commonplace init"
        )
    return chosen


def say_json(data: Any) -> None:
    """Data on standard output, one JSON value."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def print_figures(figures: dict[str, float], as_json: bool) -> int:
    """Figures as a table, or as JSON; the exit code 0."""
    if as_json:
        say_json(figures)
        return 0
    for name, value in figures.items():
        click.echo(f"{name:<22} {value:>12,.4f}" if isinstance(value, float) else f"{name:<22} {value!s:>12}")
    return 0


@contextmanager
def progress_bars(quiet: bool = False) -> Iterator[Progress]:
    """A bar for each step, on standard error; silent where that is no terminal or `quiet`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, disable=quiet or not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int | None = None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


def report_steps(steps: list[StepReport], as_json: bool) -> int:
    """Print what steps did; the exit code, 1 where one failed."""
    report = RunReport(steps)
    if as_json:
        say_json(report.to_dict())
        return 0 if report.ok else 1
    for step in steps:
        name = f"{step.step} {step.source}" if step.source else step.step
        mark = click.style("ok    ", fg="green") if step.ok else click.style("failed", fg="red")
        click.echo(f"{mark}  {name:<18} {step.line}")
        for message in step.messages:
            click.secho(f"        {message}", fg="yellow" if step.ok else "red")
    return 0 if report.ok else 1
