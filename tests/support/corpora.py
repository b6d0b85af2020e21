"""Where the shared corpora are, or a skip that says they are not."""

import os
from pathlib import Path

from tests.support.presence import absent

REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONPLACE_SHARED", REPOSITORY.parent / "shared"))


def corpus(*parts: str) -> Path:
    """The path of a corpus; skips the test, with the reason, where it is absent."""
    path = SHARED.joinpath("corpora", *parts)
    if not path.exists():
        absent(f"the corpus {'/'.join(parts)} is not here (COMMONPLACE_SHARED names the folder that holds corpora/)")
    return path
