"""search: the site's own search at the terminal."""

import html
import re

import click

from curation.database.session import open_session
from curation.services.engine import open_index
from curation.services.search import find
from flows.commands.console import json_option, ready, say_json
from search_config.index import FACETS


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--filter", "given", multiple=True, metavar="FACET=VALUE", help=f"Only these; facets are {', '.join(FACETS)}."
)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--page", type=click.IntRange(1), default=1)
@json_option
def search(words: tuple[str, ...], given: tuple[str, ...], limit: int, page: int, as_json: bool) -> int:
    """Search the library for WORDS."""
    settings = ready()
    filters: dict[str, tuple[str, ...]] = {}
    for text in given:
        facet, _, value = text.partition("=")
        if facet not in FACETS:
            raise click.BadParameter(f"{facet!r} is no facet; there are {', '.join(FACETS)}", param_hint="--filter")
        filters[facet] = (*filters.get(facet, ()), value)
    index = open_index(settings)
    try:
        with open_session(settings.record_url, reads_only=True) as db:
            found = find(db, index, " ".join(words), filters, "relevance", page, limit, log=False)
    finally:
        index.close()
    if as_json:
        items = [
            {"id": i.card.id, "title": i.card.title, "url": i.card.url, "snippet": _plain(i.snippet_html)}
            for i in found.items
        ]
        say_json({"total": found.total, "items": items})
        return 0
    click.echo(f"{found.total} found")
    for item in found.items:
        click.secho(item.card.title, bold=True)
        click.echo(f"  {item.card.url}\n  {_plain(item.snippet_html)}")
    return 0


def _plain(snippet: str) -> str:
    """A snippet without its markup."""
    return html.unescape(re.sub(r"</?mark>", "", snippet))
