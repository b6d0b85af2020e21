"""The secrets of a source: named in its terms, held by the environment alone."""

import os

from crawlers.errors import CrawlError
from crawlers.source import Source


def secrets(source: Source) -> dict[str, str]:
    """The values of a source's secret headers, from the environment.

    Raises:
        CrawlError: a variable is not set; it names the variable.
    """
    for header, variable in source.headers.items():
        if not os.environ.get(variable):
            raise CrawlError(f"Source {source.name!r} takes {header} from {variable}, which is not set. Set it.")
    return {header: os.environ[variable].strip() for header, variable in source.headers.items()}
