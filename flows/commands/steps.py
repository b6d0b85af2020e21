"""run, crawl, extract, dedup, tag, rate, index: the steps over the library, three of them over files too."""

from pathlib import Path

import click

from flows.commands.console import json_option, progress_bars, ready, report_steps
from flows.report import StepReport

FILES = click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
OUT = click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    help="File to write; - is standard output.",
)
SOURCE = click.option("names", "--source", multiple=True, help="Only this source; may be given several times.")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--full", is_flag=True, help="Read everything again, as if nothing were known.")
@json_option
def run(names: tuple[str, ...], full: bool, as_json: bool) -> int:
    """Do everything for the sources NAMES, or for all: crawl, extract, dedup, tag, rate, index.

    A page that did not change costs no extraction, tagging or indexing. With PREFECT_API_URL set it runs as a
    Prefect flow, with the same report.
    """
    settings = ready()
    if settings.prefect_api_url:
        from flows.scheduled import reported

        return report_steps(reported(list(names), full).steps, as_json)
    from flows.library import run as plain

    with progress_bars(quiet=as_json) as progress:
        report = plain(settings, names, progress, full=full)
    return report_steps(report.steps, as_json)


def _names(names: tuple[str, ...]) -> list[str]:
    """The sources meant: those named, or all."""
    from flows.library import chosen

    return chosen(ready(), names)


@click.command()
@SOURCE
@click.option("--full", is_flag=True, help="Read everything again, as if nothing were known.")
@json_option
def crawl(names: tuple[str, ...], full: bool, as_json: bool) -> int:
    """Read what sources say now and keep it as a file; extract takes it in."""
    from flows.library import read

    settings = ready()
    with progress_bars(quiet=as_json) as progress:
        return report_steps(read(settings, names, progress, full=full).steps, as_json)


@click.command()
@FILES
@OUT
@SOURCE
@click.option("--confirm-withdrawal", is_flag=True, help="Withdraw the pages a run held back as suspiciously many.")
@json_option
def extract(files: tuple[Path, ...], out: str, names: tuple[str, ...], confirm_withdrawal: bool, as_json: bool) -> int:
    """Turn pages into articles.

    With FILES (HTML, also gzipped, PDF, DOCX, PPTX) it needs no library: one JSON object a line with path, url,
    title, text, authors, published, language and more. Without, it takes in what was crawled (and --json is for
    that report).
    """
    if files:
        from flows.files import extract_files

        return extract_files(files, out)
    from flows.alone import alone
    from flows.extract import confirm_withdrawal as confirm
    from flows.extract import extract as step

    settings, steps = ready(), []
    with progress_bars(quiet=as_json) as progress:
        for name in _names(names):
            with alone(settings, f"source {name}"):
                steps.append(confirm(settings, name) if confirm_withdrawal else step(settings, name, progress))
    return report_steps(steps, as_json)


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@OUT
@json_option
def dedup(file: Path | None, out: str, as_json: bool) -> int:
    """Fold copies together and group siblings.

    With FILE (JSON Lines: id, title, text; source, url, published if known) it needs no library: a line each with
    id, cluster, canonical, similarity and relation, in the order of the file. Without source, similarity alone
    decides.
    """
    if file:
        from flows.files import dedup_file

        return dedup_file(file, out)
    from flows.dedup import dedup as step

    settings = ready()
    with progress_bars(quiet=as_json) as progress:
        return report_steps([step(settings, progress)], as_json)


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vocabulary", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="SKOS file to tag with."
)
@click.option("--model", type=click.Path(file_okay=False, path_type=Path), help="Folder of a model that learn made.")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Most suggestions a document.")
@OUT
@json_option
def tag(file: Path | None, vocabulary: Path | None, model: Path | None, limit: int, out: str, as_json: bool) -> int:
    """Suggest concepts from the vocabulary, each with score, method and quote.

    With FILE (JSON Lines: id, title, text) and --vocabulary it needs no library: a line each with id and
    suggestions.
    """
    if file:
        if vocabulary is None:
            raise click.UsageError("Tagging a file needs --vocabulary FILE (SKOS: Turtle, RDF/XML, JSON-LD or CSV).")
        from flows.files import tag_file

        return tag_file(file, vocabulary, model, limit, out)
    from flows.tag import tag as step

    settings = ready()
    with progress_bars(quiet=as_json) as progress:
        return report_steps([step(settings, progress)], as_json)


@click.command()
@json_option
def rate(as_json: bool) -> int:
    """Match ratings that waited for their resource and weigh all of them."""
    from flows.rate import rate as step

    return report_steps([step(ready())], as_json)


@click.command()
@click.option("--rebuild", is_flag=True, help="Build a fresh index beside the one in use, then swap.")
@click.option("--verify", is_flag=True, help="Hold the index against the record.")
@click.option("--repair", is_flag=True, help="With --verify: make the index true.")
@json_option
def index(rebuild: bool, verify: bool, repair: bool, as_json: bool) -> int:
    """Write what changed into the search index; searches go on meanwhile."""
    if repair and not verify:
        raise click.UsageError("--repair goes with --verify.")
    from flows import index as step

    settings = ready()
    with progress_bars(quiet=as_json) as progress:
        steps: list[StepReport] = []
        if rebuild:
            steps.append(step.rebuild(settings, progress))
        if verify:
            steps.append(step.verify(settings, repair))
        return report_steps(steps or [step.index(settings, progress)], as_json)
