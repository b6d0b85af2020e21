"""What indexes are called: prefix, schema and time of birth, so that a name says whether this version can read it."""

import re
import time

from search_config.errors import SearchError
from search_config.tuning import tuning

PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")
REBUILD = "run `commonplace index --rebuild`"


def checked_prefix(prefix: str) -> str:
    """The prefix itself; SearchError where an engine would not take it."""
    if not PREFIX.fullmatch(prefix):
        raise SearchError(
            f"the index prefix {prefix!r} must begin with a lower-case letter or digit and go on with those, - and _"
        )
    return prefix


def new_name(prefix: str) -> str:
    """A name for a fresh index of this schema; later ones sort behind earlier ones."""
    return f"{prefix}-v{tuning().schema}-{time.time_ns()}"


def own_names(prefix: str) -> re.Pattern[str]:
    """What every index of this prefix is called, of any schema."""
    return re.compile(rf"{re.escape(prefix)}-v\d+-[0-9a-f]{{8}}-\d+")


def schema_problem(name: str, prefix: str) -> str | None:
    """A sentence where the index was written by another version or tuning, None where this one can read it."""
    if name.startswith(f"{prefix}-v{tuning().schema}-"):
        return None
    return f"the index {name} was built with other fields or tuning than v{tuning().schema}; {REBUILD}"
