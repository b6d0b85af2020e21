"""One row a deployment: which flow, when, with what. Data, not code; prefect.yaml is written from it.

A source's own schedule (its five cron fields) becomes a deployment of `run` when `commonplace serve --with-prefect`
or a worker starts; the rows here are what every library has besides.
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
    "Verify and repair the index, settle the tagging model, weigh ratings anew, drop old crawl files.",
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
