"""account add, list, groups: the people who sign in, and what they may read."""

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
@click.option("--group", "groups", multiple=True, help="A group whose restricted pages it may read; repeat for more.")
@click.option("--display-name", default="", help="The name shown; the account's name where none is given.")
@click.password_option(
    help="Asked for where not given; COMMONPLACE_PASSWORD in the environment works too.", envvar="COMMONPLACE_PASSWORD"
)
def add(name: str, role: str, groups: tuple[str, ...], display_name: str, password: str) -> int:
    """Add the account NAME; each role may also do what the ones before it may."""
    settings = ready()
    with open_session(settings.record_url) as db:
        accounts.add(db, name, password, role, display_name)
        accounts.set_groups(db, name, groups)
        db.commit()
    click.echo(f"Added {name} as {role}. They sign in at {settings.base_url}/sign-in")
    return 0


@account.command(name="list")
@json_option
def list_(as_json: bool) -> int:
    """List the accounts."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        held = accounts.accounts(db)
    if as_json:
        said = {"name", "display_name", "role", "groups"}
        say_json([{n: getattr(a, n) for n in sorted(said)} | {"disabled": a.disabled_at is not None} for a in held])
        return 0
    if not held:
        click.echo("No account yet. Next: commonplace account add NAME --role curator")
    for row in held:
        marks = f"  in {', '.join(row.groups)}" if row.groups else ""
        marks += "  (disabled)" if row.disabled_at is not None else ""
        click.echo(f"{row.name:<20} {row.role:<8} {row.display_name}{marks}")
    return 0


@account.command(name="groups")
@click.argument("name")
@click.argument("groups", nargs=-1)
def groups_(name: str, groups: tuple[str, ...]) -> int:
    """Say which GROUPS the account NAME belongs to, in place of those it had; none takes it out of all.

    A page that its source restricts is shown to those it names: by account name or by group.
    """
    settings = ready()
    with open_session(settings.record_url) as db:
        kept = accounts.set_groups(db, name, groups).groups
        db.commit()
    click.echo(f"{name} is in {', '.join(kept)}." if kept else f"{name} is in no group.")
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
