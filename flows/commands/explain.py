"""An error as one sentence for the person at the terminal; None where it is a fault of ours."""

import errno

from sqlalchemy.exc import SQLAlchemyError

from crawlers.errors import CrawlError
from curation.errors import CurationError
from search_config.errors import SearchError


def explain(error: BaseException) -> str | None:
    """The message of an expected error, with the next step."""
    if isinstance(error, (CrawlError, CurationError, SearchError)):
        return str(error)
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, SQLAlchemyError):
        said = str(error).splitlines()[0]
        return f"The record refused that ({said}). Nothing of it was kept; run it again, or ask commonplace doctor."
    return None


def _system(error: OSError) -> str | None:
    """What the operating system refused, in words."""
    place = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{place}. What was acknowledged is kept; make room and run it again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Not allowed to write or read there{place}. Check the rights, or set COMMONPLACE_HOME to another folder."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"A file stands where a folder is needed{place}. Set COMMONPLACE_HOME to another folder."
    if error.errno == errno.ENOENT:
        return f"There is no such file{place}."
    if error.errno == errno.EADDRINUSE:
        return "That port is in use. Choose another with --port."
    return None
