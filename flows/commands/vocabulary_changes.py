"""vocabulary merge, split, rename, deprecate, move, history, undo, check: people keep the common language."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from curation.database import AccountRow
from curation.database.session import open_session
from curation.services import accounts, changes, keeping_words, vocabulary
from curation.services.keeping_words import Done
from flows.commands.console import Function, json_option, ready, say_json

Doing = Callable[[Session, AccountRow | None], Done]


def _options(function: Function) -> Function:
    """What every change has: a trial run, in whose name, as JSON."""
    dry = click.option("--dry-run", is_flag=True, help="Say what would move, and change nothing.")
    who = click.option("--by", metavar="ACCOUNT", help="The curator in whose name it is remembered.")
    return dry(who(json_option(function)))


def _change(do: Doing, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Make a change and report it."""
    settings = ready()
    with open_session(settings.record_url) as db:
        done = do(db, accounts.account(db, by) if by else None)
        if dry_run:
            db.rollback()
        else:
            db.commit()
    effect = done.effect
    if as_json:
        number = None if dry_run else done.id
        say_json({"change": number, "said": done.said, "dry_run": dry_run, **asdict(effect)})
        return 0
    click.echo(f"Would be done: {done.said}" if dry_run else done.said)
    verb = "would move" if dry_run else "moved"
    moved = f"{effect.taggings} taggings, {effect.suggestions} suggestions and {effect.narrower} concepts in the tree"
    click.echo(f"{moved} {verb}; {effect.resources} resources are indexed anew.")
    if not dry_run:
        click.echo(f"Take it back with: commonplace vocabulary undo {done.id}. Next: commonplace index")
    return 0


@click.command()
@click.argument("old", metavar="FROM")
@click.argument("into")
@_options
def merge(old: str, into: str, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Let the concept FROM go into INTO, each named by label, URI or slug.

    Its labels become further labels of INTO; its narrower concepts, taggings and suggestions go along, and FROM leads
    to INTO from then on, also where it is crawled or imported again.
    """
    return _change(lambda db, account: keeping_words.merge(db, account, old, into), by, dry_run, as_json)


@click.command()
@click.argument("concept")
@click.argument("labels", metavar="LABEL…", nargs=-1, required=True)
@_options
def split(concept: str, labels: tuple[str, ...], by: str | None, dry_run: bool, as_json: bool) -> int:
    """Put new concepts with these LABELS in the place of CONCEPT.

    Resources that carry CONCEPT come to the review queue with each part, and keep it until somebody decides.
    """
    return _change(lambda db, account: keeping_words.split(db, account, concept, labels), by, dry_run, as_json)


@click.command()
@click.argument("concept")
@click.argument("label")
@click.option("--language", help="Of the label; by default that of the one shown.")
@_options
def rename(concept: str, label: str, language: str | None, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Give CONCEPT the prefLabel LABEL; the old one stays as an altLabel."""
    return _change(
        lambda db, account: keeping_words.rename(db, account, concept, label, language), by, dry_run, as_json
    )


@click.command()
@click.argument("concept")
@_options
def deprecate(concept: str, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Take CONCEPT out of use: it is suggested no more. To put another in its place, merge it."""
    return _change(lambda db, account: keeping_words.deprecate(db, account, concept), by, dry_run, as_json)


@click.command()
@click.argument("concept")
@click.argument("broader", nargs=-1)
@click.option("--top", is_flag=True, help="Make it a top concept.")
@_options
def move(concept: str, broader: tuple[str, ...], top: bool, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Put CONCEPT, with all that is narrower, under the concepts BROADER."""
    if bool(broader) == top:
        raise click.UsageError("Name the broader concepts, or say --top.")
    return _change(lambda db, account: keeping_words.move(db, account, concept, broader), by, dry_run, as_json)


@click.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@_options
def undo(number: int, by: str | None, dry_run: bool, as_json: bool) -> int:
    """Take back change NUMBER of the history, with all that moved; what people decided since stays."""
    return _change(lambda db, account: keeping_words.undo(db, account, number), by, dry_run, as_json)


@click.command()
@click.argument("concept", required=False)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def history(concept: str | None, limit: int, as_json: bool) -> int:
    """What people changed, the latest first; of one CONCEPT where it is named."""
    from curation.services.naming import named

    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        found = changes.history(db, named(db, concept) if concept else None, limit)
    if as_json:
        say_json([asdict(one) for one in found])
        return 0
    for one in found:
        undone = "  (taken back)" if one.undone else ""
        click.echo(f"{one.id:>5}  {one.at:%Y-%m-%d %H:%M}  {one.who:<20} {one.said}{undone}")
    if not found:
        click.echo("Nobody changed the vocabulary since it was imported.")
    return 0


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(file: Path | None, as_json: bool) -> int:
    """Say what is wrong with the vocabulary, or with the one in FILE; 1 where something breaks suggestions or SKOS."""
    from curation.tagging.vocabulary import check as defects_of
    from curation.tagging.vocabulary import read_vocabulary

    if file is None:
        with open_session(ready().record_url, reads_only=True) as db:
            words = vocabulary.load(db)
    else:
        words = read_vocabulary(file)
    found = defects_of(words)
    if as_json:
        say_json([asdict(one) for one in found])
    for one in found if not as_json else ():
        click.secho(f"{one.severity:<8} {one.message}", fg="red" if one.severity == "error" else "yellow")
    if not found and not as_json:
        click.echo(f"Nothing is wrong with these {len(words)} concepts.")
    return 1 if any(one.severity == "error" for one in found) else 0
