"""status: what is fresh, what failed, what waits."""

from dataclasses import asdict

import click

from curation.database.session import open_session
from curation.services import failures, indexing, review, runs
from curation.services.engine import open_index
from curation.services.standing import standing
from flows.commands.console import json_option, ready, say_json
from flows.commands.source_terms import say_standing


@click.command()
@json_option
def status(as_json: bool) -> int:
    """Say how every source and the index stand; the exit code is 1 where a source's last run failed."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        rows, running = standing(db), runs.status(db, limit=1).running
        reviews, jobs = review.waiting(db), indexing.waiting(db)
        given_up = failures.counts(db)
    index = open_index(settings)
    try:
        engine = index.status()
    finally:
        index.close()
    failed = any(row.status.last_state == "failed" for row in rows)
    if as_json:
        say_json(
            {
                "sources": [row.to_dict() for row in rows],
                "running": running,
                "left_alone": given_up,
                "index": asdict(engine),
                "index_waiting": jobs,
                "suggestions_waiting": reviews,
            }
        )
        return 1 if failed else 0
    for row in rows:
        say_standing(row)
        if row.name in given_up:
            click.echo(f"        {given_up[row.name]} addresses failed often: commonplace source failures {row.name}")
    click.echo(f"index   {engine.engine} {engine.name}: {engine.documents} documents, {jobs} changes wait")
    if engine.problem:
        click.secho(f"        {engine.problem}", fg="red")
    click.echo(f"review  {reviews} suggestions wait for a curator")
    for name in running:
        click.echo(f"running {name}")
    return 1 if failed else 0
