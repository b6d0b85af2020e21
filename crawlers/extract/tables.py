"""The YAML tables beside this file: what is told from data, not from code."""

from pathlib import Path
from typing import Any

import yaml

# The loader in C, where PyYAML has it, takes a tenth of the time; each process that extracts waits for three tables.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def table(name: str) -> Any:
    """What a table says."""
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a table, their lists as tuples."""
    return [{key: tuple(said) if isinstance(said, list) else said for key, said in row.items()} for row in table(name)]
