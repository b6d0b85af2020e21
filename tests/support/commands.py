"""The command as a person runs it: another process, its exit code, what it prints."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("commonplace")
# Settings a developer may have set for themselves must not reach a test.
OURS = ("COMMONPLACE_", "ELASTICSEARCH_URL", "DATABASE_URL", "PREFECT_API_URL")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Commonplace:
    """A library in a folder of its own, used through the command."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *words: str | Path, timeout: float = 300, **more: str) -> Done:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        done = subprocess.run(
            [COMMAND, *map(str, words)],
            cwd=self.folder,
            env={**kept, **self.environment, **more},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *words: str | Path, **more: str) -> Done:
        """The same, for a command that must succeed."""
        done = self(*words, **more)
        assert done.code == 0, f"{words}: {done.code}\n{done.out}\n{done.err}"
        return done
