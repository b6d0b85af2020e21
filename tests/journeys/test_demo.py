"""The first thing a newcomer runs, and runs again."""

from tests.support.commands import Commonplace

CHANGES = {
    "new",
    "changed",
    "returned",
    "folded",
    "tagged",
    "scores_changed",
    "matched",
    "written",
    "removed",
    "accepted",
}


def steps(report):
    return {(step["step"], step["source"]): step["counts"] for step in report["steps"]}


def test_the_demo_makes_a_library_and_a_second_run_changes_nothing(commonplace: Commonplace):
    first = commonplace.ok("demo", "--once", "--json").json
    done = steps(first)
    assert done["extract", "wiki"]["new"] >= 40 and done["extract", "blog"]["new"] >= 25
    assert done["dedup", None]["folded"] >= 3
    assert done["tag", None]["suggestions"] > 100
    assert first["seconds"] < 60

    assert "library/demo" in commonplace.ok("demo", "--once").out.splitlines()[-1]
    second = steps(commonplace.ok("demo", "--once", "--json").json)
    changed = {
        (step, name): n for step, counts in second.items() for name, n in counts.items() if name in CHANGES and n
    }
    assert changed == {}

    demo = commonplace.folder / "library" / "demo"
    found = commonplace.ok("search", "database failover", "--json", COMMONPLACE_HOME=str(demo)).json
    assert found["items"][0]["title"] == "Runbook: failing over the Quayside database"
    assert commonplace.ok("index", "--verify", "--json", COMMONPLACE_HOME=str(demo)).json["ok"]
    assert commonplace.ok("status", "--json", COMMONPLACE_HOME=str(demo)).json["index_waiting"] == 0
