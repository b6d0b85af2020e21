"""The laws of the layout and the house numbers, held by tests so that they need no reviewer."""

import ast
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("flows", "crawlers", "curation", "search_config")
MODULES = sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))
OURS = [path for path in MODULES if "migrations/versions" not in path.as_posix()]
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
# Seconds for `commonplace --help`, best of several: a cold disk or a busy machine says nothing about the imports.
HELP_SECONDS = 0.5


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_the_import_laws_hold():
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_is_typed():
    done = run(sys.executable, "-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [("check",), ("format", "--check")])
def test_the_style_is_kept(command):
    done = run(sys.executable, "-m", "ruff", *command, "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_one_sentence(path):
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said and re.search(r"[.:;?]$", said.split("\n\n")[0]), f"{name(path)} does not say what it is for"


@pytest.mark.parametrize("path", OURS, ids=name)
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE, f"{name(path)} is over {LONGEST_MODULE} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.body[0].lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{name(path)}: {node.name} is {lines} lines"


def test_no_package_marker_under_tests_shadows_ours():
    assert not list((REPOSITORY / "tests").rglob("__init__.py"))


def test_no_folder_is_a_drawer_for_everything():
    drawers = {"common", "utils", "core", "helpers", "util", "misc"}
    assert not [name(p) for package in PACKAGES for p in (REPOSITORY / package).rglob("*") if p.stem in drawers]


def test_help_is_there_at_once():
    command = [str(Path(sys.executable).with_name("commonplace")), "--help"]
    best = 60.0
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - begun)
    assert best < HELP_SECONDS


def test_help_loads_no_framework():
    heavy = {"scrapy", "spacy", "prefect", "sqlalchemy", "sklearn"}
    code = f"import sys, flows.cli; print(sorted({heavy} & set(sys.modules)))"
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_every_command_has_help():
    from click import Context, Group

    from flows.cli import COMMANDS, cli

    def walk(command, path):
        assert (command.help or "").strip(), f"{' '.join(path)} has no help"
        for sub in command.commands.values() if isinstance(command, Group) and path != ["commonplace"] else ():
            walk(sub, [*path, sub.name])

    for command in COMMANDS:
        walk(cli.get_command(Context(cli), command), ["commonplace", command])


def test_every_setting_and_command_is_in_the_readme():
    from curation.settings import Settings
    from flows.cli import COMMANDS

    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    missing = [f"commonplace {command}" for command in COMMANDS if f"commonplace {command}" not in readme]
    missing += [setting for setting in Settings.model_fields if f"`{setting}`" not in readme]
    assert not missing


def test_nothing_committed_names_this_machine_or_a_registry():
    found = run(
        "git",
        "grep",
        "-nIE",
        # A class of one letter, so that this line names no place itself.
        r"index-url|\"resolved\": *\"https|registry *= *\"https|/wor[k]/(main|shared)",
        "--",
        ".",
        ":!tests/habits",
    )
    assert not found.stdout, found.stdout


def test_the_tables_are_what_the_migrations_make(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from curation.database import Base
    from curation.database.session import engine, upgrade

    url = f"sqlite:///{tmp_path / 'schema.db'}"
    upgrade(url)
    with engine(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
