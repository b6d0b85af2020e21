"""One row a deployment: which flow, when, with what. Data, not code.

`python -m flows.schedules > prefect.yaml` writes it for the sources of the library in force, for `prefect deploy --all`
against a real server and work pool. `commonplace serve --with-prefect` and `python -m flows.scheduled` need no file.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Deployment:
    """`flow` is a function of flows.scheduled, `cron` five fields in UTC."""

    name: str
    flow: str
    cron: str
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)


UPKEEP = Deployment(
    "nightly-upkeep",
    "upkeep",
    "30 2 * * *",
    "Weigh ratings, fit the tagging model on the day's decisions, verify the index, drop old crawl files.",
)


def source_deployment(name: str, cron: str) -> Deployment:
    """The deployment that reads one source on its own schedule."""
    return Deployment(f"run-{name}", "run", cron, f"Read {name} and take in what changed.", {"names": [name]})


def to_yaml(rows: list[Deployment], pool: str = "commonplace") -> str:
    """The rows as prefect.yaml, for `prefect deploy --all` against a real server and work pool."""
    import yaml

    return yaml.safe_dump(
        {
            "name": "commonplace",
            "prefect-version": "3.8.8",
            "pull": [{"prefect.deployments.steps.set_working_directory": {"directory": "{{ $COMMONPLACE_CODE }}"}}],
            "deployments": [
                {
                    "name": row.name,
                    "description": row.description,
                    "entrypoint": f"flows/scheduled.py:{row.flow}",
                    "parameters": row.parameters,
                    "schedules": [{"cron": row.cron, "timezone": "UTC"}],
                    "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
                    "work_pool": {"name": pool},
                }
                for row in rows
            ],
        },
        sort_keys=False,
        width=120,
    )


def of_library() -> list[Deployment]:
    """A deployment for each source of the library in force, and the nightly upkeep."""
    from curation.database.session import open_session
    from curation.services import sources
    from curation.settings import settings

    with open_session(settings().record_url, reads_only=True) as db:
        rows = [source_deployment(s.name, str(s.settings["schedule"])) for s in sources.listed(db)]
    return [*rows, UPKEEP]


if __name__ == "__main__":
    print(to_yaml(of_library()), end="")
