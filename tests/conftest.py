"""Fixtures shared by all tests: real servers, each started once a session at its first use and stopped at the end.

A fixture lives in tests/support beside what it needs and is registered here by its module. Tests use real engines and
real files; where something is absent they call `tests.support.presence.absent`, which skips, or fails in CI.
"""

import os

import pytest

pytest_plugins = [
    "tests.support.browser",
    "tests.support.elasticsearch",
    "tests.support.mediawiki",
    "tests.support.dokuwiki",
    "tests.support.wordpress",
    "tests.support.postgresql",
    "tests.support.small_disk",
    "tests.support.static_site",
    "tests.support.confluence",
    "tests.support.discourse",
    "tests.support.ssh_server",
    "tests.support.hostile_site",
]


def pytest_sessionfinish(session, exitstatus):
    """In CI a skip is a failure, wherever it came from."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("CI", "").lower() in {"1", "true"}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped: in CI nothing may be absent.", red=True)
