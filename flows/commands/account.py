"""account add, list: the people who sign in."""

import click

from curation.database.session import open_session
from curation.services import accounts
from flows.commands.console import json_option, ready, say_json


@click.group()
def account() -> None:
    """Add and list the people who sign in."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), default="learner", show_default=True)
@click.option("--display-name", default="", help="The name shown; the account's name where none is given.")
@click.password_option(
    help="Asked for where not given; COMMONPLACE_PASSWORD in the environment works too.", envvar="COMMONPLACE_PASSWORD"
)
def add(name: str, role: str, display_name: str, password: str) -> int:
    """Add the account NAME; each role may also do what the ones before it may."""
    settings = ready()
    with open_session(settings.record_url) as db:
        accounts.add(db, name, password, role, display_name)
        db.commit()
    click.echo(f"Added {name} as {role}. They sign in at {settings.base_url}/sign-in")
    return 0


@account.command(name="list")
@json_option
def list_(as_json: bool) -> int:
    """List the accounts."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        rows = [
            {"name": a.name, "display_name": a.display_name, "role": a.role, "disabled": a.disabled_at is not None}
            for a in accounts.accounts(db)
        ]
    if as_json:
        say_json(rows)
        return 0
    if not rows:
        click.echo("No account yet. Next: commonplace account add NAME --role curator")
    for row in rows:
        click.echo(
            f"{row['name']:<20} {row['role']:<8} {row['display_name']}{'  (disabled)' if row['disabled'] else ''}"
        )
    return 0


@account.command()
@click.argument("name")
@click.password_option(envvar="COMMONPLACE_PASSWORD", help="Asked for where not given.")
def password(name: str, password: str) -> int:
    """Give the account NAME a new password; its open sessions end."""
    settings = ready()
    with open_session(settings.record_url) as db:
        accounts.set_password(db, name, password)
        db.commit()
    click.echo(f"{name} has a new password.")
    return 0


@account.command()
@click.argument("name")
def disable(name: str) -> int:
    """Let the account NAME sign in no more; what the person wrote stays."""
    settings = ready()
    with open_session(settings.record_url) as db:
        accounts.disable(db, name)
        db.commit()
    click.echo(f"{name} can sign in no more.")
    return 0
