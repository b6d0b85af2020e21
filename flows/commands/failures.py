"""source failures: the addresses of a source that failed in run after run, and how to have them asked again."""

import click

from curation.database.session import open_session
from curation.services import failures, sources
from flows.commands.console import json_option, ready, say_json


@click.command(name="failures")
@click.argument("name")
@click.option("--retry", is_flag=True, help="Ask for all of them again at the next run.")
@json_option
def failures_(name: str, retry: bool, as_json: bool) -> int:
    """List the addresses of the source NAME that failed: why, how often, when.

    One that failed in three runs is asked no more in each, but once a week; it counts as there meanwhile.
    """
    settings = ready()
    with open_session(settings.record_url) as db:
        sources.get(db, name)
        asked = failures.retry(db, name) if retry else 0
        db.commit()
        rows = failures.listed(db, name)
        said = [
            {
                "url": row.url,
                "why": row.why,
                "times": row.times,
                "first": row.first_at.isoformat(),
                "last": row.last_at.isoformat(),
                "left_alone": row.times >= failures.MOST_TIMES and not row.retry,
            }
            for row in rows
        ]
    if as_json:
        say_json(said)
        return 0
    for row in rows:
        click.echo(f"{row.times:>3} times, last {row.last_at:%Y-%m-%d %H:%M} UTC  {row.url}\n          {row.why}")
    if retry:
        click.echo(f"{asked} addresses are asked again. Next: commonplace run {name}")
    elif not rows:
        click.echo(f"Nothing of {name} failed in its last run.")
    return 0
