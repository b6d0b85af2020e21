"""init: the home folder and the record in it, ready to use."""

import click

from curation.database.session import upgrade
from curation.settings import settings
from flows.commands.console import json_option, say_json

EXAMPLE = """\
# Settings of this library; every one can also be given in the environment as COMMONPLACE_<NAME>.
# home = "library"
# site_title = "Commonplace"
# base_url = "http://127.0.0.1:8000"
# database_url = ""        # empty: SQLite in home
# elasticsearch_url = ""   # empty: the embedded index in home
# prefect_api_url = ""     # empty: commands do the steps themselves
"""


@click.command()
@click.option("--example", is_flag=True, help="Print a commonplace.toml with every common setting and stop.")
@json_option
def init(example: bool, as_json: bool) -> int:
    """Set up the home folder and the record, or bring them to this version; safe to repeat."""
    if example:
        click.echo(EXAMPLE, nl=False)
        return 0
    chosen = settings()
    chosen.home.mkdir(parents=True, exist_ok=True)
    upgrade(chosen.record_url)
    if as_json:
        say_json({"home": str(chosen.home.resolve()), "ready": True})
        return 0
    click.echo(f"The library in {chosen.home.resolve()} is ready.")
    click.echo("Next: commonplace vocabulary import FILE, commonplace source add ADDRESS, commonplace run")
    return 0
