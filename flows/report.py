"""What a step says of itself when it is done: counts, messages, time; as text, Markdown and data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


class Progress(Protocol):
    """Told how far a step is; `total` is None where nobody can know it."""

    def __call__(self, step: str, done: int, total: int | None = None) -> None: ...


def silent(step: str, done: int, total: int | None = None) -> None:
    """Progress for those who do not watch."""


@dataclass(slots=True)
class StepReport:
    """One step over one source, or over the library (source is None); `ok` is False where it must count as failed."""

    step: str
    source: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    seconds: float = 0.0
    ok: bool = True

    def count(self, name: str, by: int = 1) -> None:
        """One more of something."""
        self.counts[name] = self.counts.get(name, 0) + by

    @property
    def line(self) -> str:
        """The report in a line of plain words."""
        said = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in self.counts.items() if n) or "nothing to do"
        return f"{said} ({self.seconds:.1f} s)"


@contextmanager
def timed(report: StepReport) -> Iterator[StepReport]:
    """Add the seconds spent inside to the report."""
    begun = time.monotonic()
    try:
        yield report
    finally:
        report.seconds += time.monotonic() - begun


@dataclass(slots=True)
class RunReport:
    """A whole run, step by step."""

    steps: list[StepReport] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return all(step.ok for step in self.steps)

    @property
    def seconds(self) -> float:
        """Time in all steps."""
        return sum(step.seconds for step in self.steps)

    def to_dict(self) -> dict[str, Any]:
        """As data, for --json and the record."""
        return {"ok": self.ok, "seconds": round(self.seconds, 2), "steps": [asdict(step) for step in self.steps]}

    def to_markdown(self) -> str:
        """As the table shown in Prefect and kept with the run."""
        rows = [
            f"| {step.step} | {step.source or ''} | {step.line} | {'ok' if step.ok else '**failed**'} |"
            for step in self.steps
        ]
        said = [f"- {step.source or step.step}: {message}" for step in self.steps for message in step.messages]
        head = f"# Run {'finished' if self.ok else 'failed'} in {self.seconds:.1f} s"
        table = ["| step | source | what happened | state |", "|---|---|---|---|", *rows]
        return "\n".join([head, "", *table, *(["", *said] if said else []), ""])
