"""A person at the terminal: from nothing to a library, and every way to go wrong on the way."""

import json
import socket
from pathlib import Path

import pytest

from flows import sample
from flows.sample.server import SampleSite
from tests.support.commands import Commonplace


@pytest.fixture
def site():
    with SampleSite() as running:
        yield running


def test_from_an_address_to_a_library(commonplace: Commonplace, site):
    commonplace.ok("init")
    commonplace.ok("vocabulary", "import", sample.vocabulary_path())
    checked = commonplace.ok("source", "check", f"{site.base}/blog/feed.xml", "--json").json
    assert checked["kind"] == "feed"
    commonplace.ok("source", "add", f"{site.base}/blog/feed.xml", "--name", "blog", "--set", "delay=0")
    assert "blog" in commonplace.ok("source", "list").out
    report = commonplace.ok("run", "--json").json
    assert report["ok"]
    ratings = commonplace.folder / "ratings.csv"
    ratings.write_text(sample.ratings_csv(site.base), encoding="utf-8")
    imported = commonplace.ok("ratings", "import", ratings, "--json").json
    assert imported["added"] > 300 and imported["waiting"] > 0
    assert commonplace.ok("ratings", "import", ratings, "--json").json["added"] == 0
    commonplace.ok("index")
    assert commonplace.ok("search", "swell", "--json").json["total"] > 0
    commonplace.ok("account", "add", "ada", "--role", "curator", COMMONPLACE_PASSWORD="a long enough word")
    assert commonplace.ok("account", "list", "--json").json[0]["name"] == "ada"
    commonplace.ok("account", "password", "ada", COMMONPLACE_PASSWORD="another long word")
    assert "Board, Staff" in commonplace.ok("account", "groups", "ada", "Staff", " Board ").out
    assert commonplace.ok("account", "list", "--json").json[0]["groups"] == ["Board", "Staff"]
    assert "in Board, Staff" in commonplace.ok("account", "list").out
    assert "no group" in commonplace.ok("account", "groups", "ada").out
    assert commonplace("account", "groups", "nobody", "Staff").code == 1
    commonplace.ok("account", "disable", "ada")
    assert commonplace.ok("account", "list", "--json").json[0]["disabled"]
    assert commonplace.ok("ratings", "frozen", "--json").json == []
    commonplace.ok("index", "--rebuild")
    assert commonplace.ok("index", "--verify", "--repair", "--json").json["ok"]
    exported = commonplace.ok("vocabulary", "export", "--format", "csv").out
    assert exported.count("\n") > 80
    commonplace.ok("doctor")
    commonplace.ok("source", "remove", "blog", "--yes")
    commonplace.ok("index")
    assert commonplace.ok("search", "swell", "--json").json["total"] == 0


def refused(done, *words):
    assert done.code == 1, done.out + done.err
    for word in words:
        assert word in done.err + done.out
    return done


def test_without_a_library_every_command_says_what_to_run(commonplace: Commonplace):
    for words in (["run"], ["search", "x"], ["status"], ["source", "list"], ["index"], ["serve"]):
        refused(commonplace(*words), "commonplace init")
    refused(commonplace("doctor"), "commonplace init")


def test_addresses_that_are_no_use_change_nothing(commonplace: Commonplace):
    commonplace.ok("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    refused(commonplace("source", "add", dead), dead.rstrip("/"))
    refused(commonplace("source", "add", "ftp://example.org/", "--kind", "site"), "http")
    refused(commonplace("source", "show", "nothing"), "nothing", "commonplace source add")
    refused(commonplace("run"), "commonplace source add")
    commonplace.ok("source", "add", dead, "--kind", "site", "--name", "dead", "--set", "delay=0", "--set", "retries=0")
    report = refused(commonplace("run", "--json")).json
    assert not report["ok"] and report["steps"][0]["messages"]
    assert commonplace("status").code == 1


def test_bad_vocabularies_change_nothing_and_name_the_defect(commonplace: Commonplace):
    commonplace.ok("init")
    folder = commonplace.folder
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    cases = {
        "none.ttl": ("<http://x/a> <http://x/b> 1 .", "no SKOS concept"),
        "broken.ttl": ("this is not turtle {", "broken.ttl"),
        "twins.ttl": (
            prefix
            + '<http://x/a> a skos:Concept; skos:prefLabel "One"@en .\n'
            + '<http://x/b> a skos:Concept; skos:prefLabel "one"@en .',
            "prefLabel of 2 concepts",
        ),
        "cycle.ttl": (
            prefix
            + '<http://x/a> a skos:Concept; skos:prefLabel "A"@en; skos:broader <http://x/b> .\n'
            + '<http://x/b> a skos:Concept; skos:prefLabel "B"@en; skos:broader <http://x/a> .',
            "cycle.ttl",
        ),
    }
    for name, (text, said) in cases.items():
        (folder / name).write_text(text, encoding="utf-8")
        refused(commonplace("vocabulary", "import", folder / name), said)
    assert "prefLabel" not in commonplace.ok("vocabulary", "export").out


def test_people_keep_the_vocabulary_from_the_terminal(commonplace: Commonplace):
    commonplace.ok("init")
    file = commonplace.folder / "v.csv"
    file.write_text("uri,prefLabel\nhttp://x/a,Unit testing\nhttp://x/b,Testing\nhttp://x/c,Work\n", encoding="utf-8")
    commonplace.ok("vocabulary", "import", file)
    before = commonplace.ok("vocabulary", "export").out
    assert "Would be done: Merged" in commonplace.ok("vocabulary", "merge", "unit testing", "testing", "--dry-run").out
    assert commonplace.ok("vocabulary", "export").out == before
    number = commonplace.ok("vocabulary", "merge", "unit testing", "testing", "--json").json["change"]
    commonplace.ok("vocabulary", "move", "Testing", "Work")
    refused(commonplace("vocabulary", "move", "Work", "Testing"), "can't be broader")
    refused(commonplace("vocabulary", "merge", "Testng", "Work"), "Did you mean “Testing”?")
    assert commonplace("vocabulary", "move", "Work").code == 2
    assert "stays" not in commonplace.ok("vocabulary", "check").out
    assert "Kept" in commonplace.ok("vocabulary", "import", file).out
    commonplace.ok("account", "add", "ada", "--role", "curator", COMMONPLACE_PASSWORD="a long enough word")
    for undone in commonplace.ok("vocabulary", "history", "--json").json:
        commonplace.ok("vocabulary", "undo", str(undone["id"]), "--by", "ada")
    assert number and commonplace.ok("vocabulary", "export").out == before
    assert "Ada" in commonplace.ok("vocabulary", "history").out or "ada" in commonplace.ok("vocabulary", "history").out
    (commonplace.folder / "ring.csv").write_text("uri,prefLabel,broader\nhttp://x/a,A,http://x/a\n", encoding="utf-8")
    assert "circle" in commonplace("vocabulary", "check", commonplace.folder / "ring.csv").out


def test_names_of_two_letters_are_found_and_what_only_people_set_is_not(commonplace: Commonplace):
    folder = commonplace.folder
    lines = [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        '<http://x/ai> a skos:Concept; skos:prefLabel "Artificial intelligence"@en; skos:altLabel "AI"@en .',
        '<http://x/uk> a skos:Concept; skos:prefLabel "UK"@en .',
        '<http://x/hr> a skos:Concept; skos:prefLabel "HR"@en .',
        '<http://x/it> a skos:Concept; skos:prefLabel "IT"@en .',
        '<http://x/gold> a skos:Concept; skos:prefLabel "Gold standard"@en; <urn:commonplace:peopleOnly> true .',
    ]
    (folder / "v.ttl").write_text("\n".join(lines), encoding="utf-8")
    text = "The UK office asked HR how it may use AI. It is the gold standard, and it stays so."
    article = {"id": "1", "url": "http://x/1", "title": "Rules", "text": text, "language": "en"}
    (folder / "a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    done = commonplace.ok("tag", folder / "a.jsonl", "--vocabulary", folder / "v.ttl").out
    assert all(f"http://x/{name}" in done for name in ("ai", "uk", "hr"))
    assert "http://x/it" not in done and "http://x/gold" not in done


def test_bad_ratings_are_named_line_by_line_and_the_others_are_kept(commonplace: Commonplace):
    commonplace.ok("init")
    file = commonplace.folder / "ratings.csv"
    file.write_text("url,rater,stars\nhttp://x/,a,5\n", encoding="utf-8")
    refused(commonplace("ratings", "import", file), "no column time")
    file.write_text(
        "url,rater,stars,time,comment\nhttp://x/,a,6,2026-01-01,\nhttp://x/,a,4,yesterday,\nhttp://x/,a,4,2026-01-01,good\n",
        encoding="utf-8",
    )
    done = refused(commonplace("ratings", "import", file), "line 2", "line 3")
    assert "1 ratings added" in done.out
    file.write_bytes(b"\xff\xfe\x00url")
    refused(commonplace("ratings", "import", file), "UTF-8")


def test_an_engine_that_is_down_loses_nothing(commonplace: Commonplace, site):
    commonplace.ok("init")
    commonplace.ok(
        "source", "add", f"{site.base}/blog/feed.xml", "--name", "blog", "--kind", "feed", "--set", "delay=0"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}"
    report = refused(commonplace("run", "--json", ELASTICSEARCH_URL=dead)).json
    index = report["steps"][-1]
    assert index["step"] == "index" and not index["ok"] and dead in index["messages"][0]
    assert commonplace.ok("run", "--json").json["steps"][-1]["counts"]["written"] == 25


def test_a_bad_setting_is_named(commonplace: Commonplace):
    refused(commonplace("doctor", COMMONPLACE_SUGGESTIONS="many"), "suggestions")
    (commonplace.folder / "commonplace.toml").write_text("colour = 'red'\n", encoding="utf-8")
    refused(commonplace("doctor"), "colour")


def test_a_home_that_can_not_be_is_one_clear_message(commonplace: Commonplace):
    done = commonplace("init", COMMONPLACE_HOME="/dev/full/library")
    assert done.code == 1 and done.err.count("\n") == 1


def test_files_are_extracted_folded_and_tagged_without_a_library(commonplace: Commonplace):
    folder = commonplace.folder
    page = folder / "page.html"
    page.write_text(
        "<html lang=en><head><title>Fog on the Sound</title></head><body><nav>Home</nav><main><h1>Fog on the Sound</h1>"
        "<p>"
        + "When fog comes the ferry waits at the berth for the harbour master. " * 8
        + "</p></main></body></html>",
        encoding="utf-8",
    )
    articles = folder / "articles.jsonl"
    commonplace.ok("extract", page, "-o", articles)
    article = json.loads(articles.read_text(encoding="utf-8"))
    assert article["title"] == "Fog on the Sound" and "harbour master" in article["text"]
    lines = [{"id": str(n), "title": article["title"], "text": article["text"]} for n in range(2)]
    file = folder / "in.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines) + "no json\n", encoding="utf-8")
    done = commonplace("dedup", file)
    clusters = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1 and "line 3" in done.err
    assert len({row["cluster"] for row in clusters}) == 1 and [row["id"] for row in clusters] == ["0", "1"]
    tagged = commonplace("tag", file, "--vocabulary", sample.vocabulary_path())
    suggestions = json.loads(tagged.out.splitlines()[0])["suggestions"]
    assert "fog" in " ".join(s["label"].lower() for s in suggestions)
    assert commonplace("tag", file).code == 2


def test_the_crawler_names_the_installation_and_where_to_find_its_keeper(commonplace: Commonplace, static_site):
    commonplace.ok("init")
    static_site.page("/index.html", "A page", "<p>Words enough to be a page of its own.</p>")
    commonplace.ok("source", "add", static_site.url("/"), "--name", "one", "--kind", "site", "--set", "delay=0")
    commonplace("run", COMMONPLACE_USER_AGENT="Library of Ours (+{base_url})", COMMONPLACE_BASE_URL="http://books.test")
    agents = {headers["User-Agent"] for _, headers in static_site.requests}
    assert agents == {"Library of Ours (+http://books.test)"}


def test_a_database_that_is_down_is_one_message(commonplace: Commonplace):
    refused(commonplace("status", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"), "DATABASE_URL")


def test_a_broken_settings_file_is_named(commonplace: Commonplace):
    (commonplace.folder / "commonplace.toml").write_text("home = \n", encoding="utf-8")
    refused(commonplace("status"), "commonplace.toml")


def test_a_device_is_written_to_and_never_replaced(commonplace: Commonplace):
    articles = commonplace.folder / "in.jsonl"
    articles.write_text('{"id": "1", "title": "Fog", "text": "Fog on the Sound"}\n', encoding="utf-8")
    link = commonplace.folder / "out.jsonl"
    link.symlink_to(commonplace.folder / "real.jsonl")
    commonplace.ok("dedup", articles, "-o", "/dev/null")
    commonplace.ok("dedup", articles, "-o", link)
    assert link.is_symlink() and (commonplace.folder / "real.jsonl").read_text(encoding="utf-8").count("\n") == 1
    assert Path("/dev/null").is_char_device()
    assert commonplace("dedup", articles, "-o", "nowhere/out.jsonl").code == 2
