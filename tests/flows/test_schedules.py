"""The schedules as data: the file for Prefect says what the library says."""

from pathlib import Path

import yaml

from flows.schedules import UPKEEP, source_deployment, to_yaml

REPOSITORY = Path(__file__).parents[2]


def test_the_file_for_prefect_names_flows_that_exist_and_has_the_upkeep():
    rows = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    code = (REPOSITORY / "flows" / "scheduled.py").read_text(encoding="utf-8")
    for row in rows:
        path, _, flow = row["entrypoint"].partition(":")
        assert path == "flows/scheduled.py" and f"\ndef {flow}(" in code
        assert row["concurrency_limit"]["limit"] == 1 and row["schedules"]
    assert UPKEEP.name in {row["name"] for row in rows} and len(rows) > 1


def test_a_source_keeps_its_own_schedule():
    row = yaml.safe_load(to_yaml([source_deployment("wiki", "5 4 * * *")]))["deployments"][0]
    assert (row["name"], row["parameters"], row["schedules"][0]["cron"]) == (
        "run-wiki",
        {"names": ["wiki"]},
        "5 4 * * *",
    )
