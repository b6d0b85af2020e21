"""An ops person's way with sources: terms explained and changed, files of sources, what an address is."""

import subprocess

import pytest

from tests.support.commands import Commonplace


@pytest.fixture
def docs(commonplace: Commonplace) -> Commonplace:
    """A library with one source that was never read."""
    commonplace.ok("init")
    commonplace.ok(
        "source", "add", "https://docs.example.org/guide/", "--name", "docs", "--kind", "site", "--set", "delay=3"
    )
    return commonplace


def test_terms_are_explained_changed_and_reset(docs: Commonplace):
    shown = docs.ok("source", "show", "docs").out
    assert "* delay                3 seconds  (default 1.0)" in shown and "Between two requests" in shown
    assert "  most_pages           10000 pages" in shown
    changed = docs.ok("source", "set", "docs", "delay=", "keeper=The docs team", "schedule=0 5 * * 1").out
    assert "delay: 3 -> 1.0" in changed and "schedule: 0 3 * * * -> 0 5 * * 1" in changed
    settings = docs.ok("source", "show", "docs", "--json").json
    assert settings["settings"]["keeper"] == "The docs team"
    assert {t["name"] for t in settings["terms"] if t["changed"]} == {"name", "kind", "address", "keeper", "schedule"}
    assert docs.ok("source", "set", "docs", "delay=1", "--json").json == {"name": "docs", "changed": {}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("docs", "delai=2"), "Did you mean delay?"),
        (("docs", "schedule=99 99 * * *"), "'99' as minute (0-59)"),
        (("dosc", "delay=2"), "Did you mean docs?"),
        (("docs", "name=other"), "keeps its name"),
        (("docs", "delay"), "must look like"),
    ],
)
def test_a_change_that_can_not_be_made_changes_nothing(docs: Commonplace, words, said):
    before = docs.ok("source", "show", "docs").out
    refused = docs("source", "set", *words)
    assert refused.code in (1, 2) and said in refused.err
    assert docs.ok("source", "show", "docs").out == before


def test_a_check_gives_the_line_that_adds_it(commonplace: Commonplace, static_site):
    commonplace.ok("init")
    static_site.put("/", "<html><title>Docs</title></html>", status=302, headers=(("Location", "/guide/"),))
    static_site.page("/guide/", "Guide", "Everything about it.")
    static_site.sitemap({f"/guide/{n}": "" for n in range(12)})
    checked = commonplace.ok("source", "check", static_site.address)
    assert "with a sitemap of 12 pages, you may read them." in checked.out
    line = checked.out.split("Next: ")[1].strip()
    assert line.startswith("commonplace source add http") and line.endswith("--set least_pages=6")
    assert commonplace.ok("source", "check", static_site.address, "--json").json["add"] == line
    commonplace.ok(*line.split()[1:])
    (added,) = commonplace.ok("source", "list", "--json").json
    assert added["kind"] == "sitemap" and added["name"] == "127.0.0.1"


def test_a_secret_is_named_and_never_written(commonplace: Commonplace, static_site):
    commonplace.ok("init")

    def guarded(handler):
        known = handler.headers.get("Authorization") == "Bearer 51-secret"
        handler.answer(200 if known else 401, b"<html><title>Inside</title><p>Ours.</p></html>", headers=(
            ("WWW-Authenticate", "Bearer"),))  # fmt: skip

    static_site.routes["/"] = guarded
    assert "It takes Bearer" in commonplace("source", "check", static_site.address).err
    header = ("--header", "Authorization=DOCS_TOKEN")
    assert "DOCS_TOKEN, which is not set" in commonplace("source", "check", static_site.address, *header).err
    said = commonplace.ok("source", "check", static_site.address, *header, DOCS_TOKEN="Bearer 51-secret")
    assert "--header Authorization=DOCS_TOKEN" in said.out
    commonplace.ok("source", "add", static_site.address, *header, "--name", "inside", DOCS_TOKEN="Bearer 51-secret")
    shown = commonplace.ok("source", "show", "inside", "--json")
    assert shown.json["settings"]["headers"] == {"Authorization": "DOCS_TOKEN"}
    assert "51-secret" not in said.out + said.err + shown.out
    assert not [
        file
        for file in (commonplace.folder / "library").rglob("*")
        if file.is_file() and b"51-secret" in file.read_bytes()
    ]
    wrong = commonplace("source", "check", static_site.address, *header, DOCS_TOKEN="Bearer wrong")
    assert "although Authorization was sent" in wrong.err


def test_sources_go_out_and_come_in_as_a_file_all_or_nothing(docs: Commonplace):
    file = docs.folder / "sources.yaml"
    docs.ok("source", "set", "docs", "licence=CC-BY-4.0", "keeper=The docs team", 'headers={"Cookie": "DOCS_COOKIE"}')
    docs.ok("source", "export", "-o", file)
    assert "Nothing to change" in docs.ok("source", "import", file).out
    text = file.read_text()
    file.write_text(
        text.replace("delay: 3", "delay: 5") + "\n  blog: {kind: feed, address: 'https://b.org/f', delai: 1}\n"
    )
    refused = docs("source", "import", file)
    assert refused.code == 1 and "blog, delai: delai is no setting. Did you mean delay?" in refused.err
    assert docs.ok("source", "export").out == text
    file.write_text(
        text.replace("delay: 3", "delay: 5").replace(
            "  docs:", "  guide:\n    kind: feed\n    address: https://c.org/f\n\n  docs:"
        )
    )
    dry = docs.ok("source", "import", file, "--dry-run").out
    assert "+ guide would be added" in dry and "delay: 3 -> 5" in dry and docs.ok("source", "export").out == text
    assert docs.ok("source", "import", file, "--json").json["changed"] == {"docs": {"delay": [3, 5]}}
    file.write_text(text)
    assert "left alone: guide" in docs.ok("source", "import", file).out
    assert docs("source", "import", file, "--prune").code == 130
    assert "- guide removed" in docs.ok("source", "import", file, "--prune", "--yes").out
    assert docs.ok("source", "export").out == text
    assert "Did you mean docs?" in docs("source", "export", "dosc").err


def test_a_folder_with_a_git_wiki_is_added_by_its_path(commonplace: Commonplace):
    commonplace.ok("init")
    place = commonplace.folder / "handbook"
    place.mkdir()
    (place / "start.md").write_text("# Start\n\nHow we work.")
    subprocess.run(["git", "init", "-q", place], check=True)
    checked = commonplace.ok("source", "check", "handbook")
    assert "A git repository with 1 page, you may read them." in checked.out and "--name handbook" in checked.out
    commonplace.ok("source", "add", "./handbook")
    assert commonplace.ok("source", "list", "--json").json[0]["address"] == place.as_uri()
