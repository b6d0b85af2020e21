"""The secrets of a source: named in its terms, held by the environment alone."""

import os
from collections.abc import Mapping

from crawlers.errors import CrawlError
from crawlers.source import Source
from crawlers.terms import BLOCK


def secrets(source: Source) -> dict[str, str]:
    """The values of a source's secret headers, from the environment.

    Raises:
        CrawlError: a variable is not set; it names the variable, or the block.
    """
    return values_of(source.headers, f"Source {source.name!r} takes")


def values_of(headers: Mapping[str, str], who: str) -> dict[str, str]:
    """The values of headers, whose names map to variables or blocks; `who` takes them begins a message.

    Raises:
        CrawlError: a variable is not set.
    """
    for header, held in headers.items():
        if os.environ.get(variable_of(held)):
            continue
        if held.startswith(BLOCK):
            name = held.removeprefix(BLOCK)
            raise CrawlError(
                f"{who} {header} from the Prefect block {name}, which nobody handed over. Read it through commonplace, "
                "with PREFECT_API_URL set."
            )
        raise CrawlError(f"{who} {header} from {held}, which is not set. Set it and try again.")
    return {header: os.environ[variable_of(held)].strip() for header, held in headers.items()}


def variable_of(held: str) -> str:
    """The variable that holds a credential: the one that is named, or the one in which a block is handed to a crawl."""
    if not held.startswith(BLOCK):
        return held
    return "COMMONPLACE_BLOCK_" + held.removeprefix(BLOCK).upper().replace("-", "_")
