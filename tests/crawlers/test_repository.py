"""Real git repositories are read completely, then only where they changed; nothing in them is run or followed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.checks import judge
from crawlers.errors import CrawlError
from crawlers.look import look
from crawlers.repository import ssh
from crawlers.repository.address import Addresses, clone_address
from crawlers.repository.failures import explained
from crawlers.repository.git import Git, GitFailed
from tests.support.crawling import quick, run
from tests.support.repositories import BEN, Repository, served

LONG = "\n".join(f"Line {number} of a page that is long enough to be known again." for number in range(20))


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "handbook")
    made.write("README.md", "# The handbook\n\nSee [travel](docs/travel.md) and ![map](docs/map.png).\n")
    made.write("docs/travel.md", f"---\ntitle: Going places\ntags: [travel, money]\n---\n\n# Travel\n\n{LONG}\n")
    made.write("docs/moor.rst", "Mooring\n=======\n\n:Author: Cleo Dunn\n\nUse a :ref:`bowline <knots>`.\n")
    made.write("docs/map.png", b"\x89PNG\r\n\x1a\n\0\0")
    made.commit(at="2024-05-01T10:00:00Z")
    made.write("docs/travel.md", f"---\ntitle: Going places\ntags: [travel, money]\n---\n\n# Travel\n\n{LONG}\nMore.\n")
    made.commit("More\n\nCo-authored-by: Cleo Dunn <cleo@example.org>", BEN, "2024-06-01T10:00:00Z")
    return made


def source(repository, **more):
    return quick("repository", str(repository.folder), **more)


def address(repository, path):
    return f"{repository.folder.as_uri()}/{path}"


def test_every_page_arrives_with_its_people_and_times(repository, tmp_path):
    crawled = run(source(repository), tmp_path)
    assert crawled.report.complete and not crawled.report.messages, crawled.said
    assert crawled.in_state("read") == [
        address(repository, p) for p in ("README.md", "docs/moor.rst", "docs/travel.md")
    ]
    page = crawled.page(address(repository, "docs/travel.md"))
    assert page.hints["title"] == "Going places" and page.hints["tags"] == ["travel", "money"]
    assert page.hints["authors"] == ["Ben Hale", "Cleo Dunn", "Ada Moss"] and page.hints["html_is_content"] is True
    assert (page.hints["published"], page.hints["modified"]) == ("2024-05-01T10:00:00Z", "2024-06-01T10:00:00Z")
    moor = crawled.page(address(repository, "docs/moor.rst"))
    assert moor.hints["title"] == "Mooring" and moor.hints["authors"] == ["Cleo Dunn"] and "bowline</span>" in moor.html
    home = crawled.page(address(repository, "README.md"))
    assert f'href="{page.url}"' in home.html and f'src="{address(repository, "docs/map.png")}"' in home.html


def test_a_second_run_asks_once_and_reads_only_what_changed(repository, tmp_path):
    first = run(source(repository), tmp_path)
    again = run(source(repository), tmp_path, [first])
    assert again.report.unchanged == 3 and again.report.pages_read == 0 and again.report.requests == 1
    repository.write("docs/new.md", "# New\n\nWords.\n")
    repository.git("mv", "docs/travel.md", "docs/journeys.md")
    repository.write("docs/journeys.md", f"# Travel\n\n{LONG}\nMore still.\n")
    repository.git("rm", "--quiet", "docs/moor.rst")
    repository.commit(at="2024-07-01T10:00:00Z")
    changed = run(source(repository), tmp_path, [first, again])
    assert changed.report.complete and changed.report.requests == 2
    new, moved = (address(repository, f"docs/{name}.md") for name in ("new", "journeys"))
    assert changed.in_state("read") == [moved, new] and changed.report.unchanged == 1
    gone = {page.url: (page.status, page.hints.get("moved_to")) for page in changed.pages if page.state == "gone"}
    assert gone == {
        address(repository, "docs/travel.md"): (301, moved),
        address(repository, "docs/moor.rst"): (410, None),
    }
    assert changed.page(moved).hints["published"] == "2024-05-01T10:00:00Z"
    assert changed.page(moved).hints["authors"][0] == "Ada Moss"


def test_a_rewritten_history_is_told_by_comparing_trees(repository, tmp_path):
    first = run(source(repository), tmp_path)
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.git("rm", "--quiet", "docs/moor.rst", "-f")
    repository.git("mv", "docs/travel.md", "docs/far.md")
    repository.commit("All anew")
    repository.git("branch", "--quiet", "-M", "main")
    changed = run(source(repository), tmp_path, [first])
    assert changed.report.complete, changed.said
    assert changed.in_state("read") == [address(repository, "docs/far.md")] and changed.report.unchanged == 1
    assert changed.page(address(repository, "docs/travel.md")).hints["moved_to"] == address(repository, "docs/far.md")


def test_a_rename_is_seen_though_runs_in_between_were_not_believed(repository, tmp_path):
    first = run(source(repository), tmp_path)
    repository.git("mv", "docs/travel.md", "docs/journeys.md")
    repository.write("docs/journeys.md", LONG + "\nChanged a little.\n")
    repository.commit()
    run(source(repository), tmp_path, [first])
    again = run(source(repository), tmp_path, [first])
    assert again.page(address(repository, "docs/travel.md")).hints["moved_to"].endswith("journeys.md")


HARMS = [
    "rm -r objects",
    "echo x > HEAD",
    "find objects -type f -exec sh -c ': > {}' \\;",
    "touch HEAD.lock config.lock",
]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_copy_is_made_anew(repository, tmp_path, harm):
    first = run(source(repository), tmp_path)
    subprocess.run(["sh", "-c", f"chmod -R u+w . && {harm}"], cwd=tmp_path / "kept", check=True)
    repository.write("docs/new.md", "# New\n\nWords.\n")
    repository.commit()
    again = run(source(repository), tmp_path, [first])
    assert again.report.complete and again.report.unchanged == 3 and again.report.pages_read == 1, again.said


def test_people_are_spelt_as_the_mailmap_says_and_programs_left_out(repository, tmp_path):
    repository.write(".mailmap", "Ada Lovelace Moss <ada@example.org>\n")
    repository.write("docs/moor.rst", "Mooring\n=======\n\nOther words.\n")
    repository.commit("By a program", ("dependabot[bot]", "bot@example.org"))
    repository.write("docs/moor.rst", "Mooring\n=======\n\nOther words still.\n")
    repository.commit("Together\n\nCo-authored-by: A. M. <ada@example.org>", BEN)
    page = run(source(repository), tmp_path).page(address(repository, "docs/moor.rst"))
    assert page.hints["authors"] == ["Ada Lovelace Moss", "Ben Hale"]


def test_odd_files_are_left_out_with_a_word_and_odd_names_kept(repository, tmp_path):
    repository.write("docs/sp ace ünï?.md", "# Odd name\n\nWords.\n")
    repository.write("docs/new\nline.md", "# A line\n\nWords.\n")
    repository.write(b"docs/latin-\xe9.md", "# Café\n\nDéjà vu, naïve.\n".encode("latin-1"))
    repository.write("docs/huge.md", b"x" * 200_000)
    repository.write("docs/binary.md", b"\x7fELF\0\0\0")
    repository.write("docs/large.md", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n")
    repository.write("docs/empty.md", "\n\n")
    repository.write("docs/draft.md", "---\ndraft: true\n---\nNot yet.\n")
    repository.write("_Sidebar.md", "* [Home](Home)\n")
    repository.write(".github/ISSUE_TEMPLATE/bug.md", "Which bug?\n")
    (repository.folder / "docs" / "link.md").symlink_to("/etc/passwd")
    repository.commit()
    crawled = run(source(repository, most_page_bytes=100_000), tmp_path)
    names = {url.rpartition("/")[2] for url in crawled.in_state("read")}
    assert names == {
        "README.md", "moor.rst", "travel.md", "sp%20ace%20%C3%BCn%C3%AF%3F.md", "new%0Aline.md", "latin-%E9.md"
    }  # fmt: skip
    assert "Déjà vu, naïve" in crawled.page(address(repository, "docs/latin-%E9.md")).html
    for word in ("larger than 100,000 bytes", "no text", "Git LFS", "is empty", "draft", "a link to another"):
        assert word in crawled.said
    assert "root:" not in "".join(page.html for page in crawled.pages)


def test_a_folder_a_branch_and_patterns_choose_what_is_read(repository, tmp_path):
    assert run(source(repository, folder="docs"), tmp_path / "a").report.pages_read == 2
    assert run(source(repository, skip=["/docs/*.rst", "/README*"]), tmp_path / "b").report.pages_read == 1
    repository.git("checkout", "--quiet", "-b", "old")
    repository.git("rm", "--quiet", "-r", "docs")
    repository.commit()
    assert run(source(repository, branch="old"), tmp_path / "c").report.pages_read == 1
    lost = run(source(repository, branch="nowhere"), tmp_path / "d")
    assert lost.said.endswith("has no branch 'nowhere'. Set branch, or leave it out for the usual one.")


def test_nothing_in_a_repository_is_run(repository, tmp_path):
    trap = tmp_path / "sprung"
    for hook in ("post-checkout", "reference-transaction", "post-update", "pre-auto-gc"):
        place = repository.folder / ".git" / "hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\ntouch {trap}\n")
        place.chmod(0o755)
    for key, value in {
        "core.fsmonitor": f"touch {trap}", "core.sshCommand": f"touch {trap}", "filter.x.smudge": f"touch {trap}",
        "uploadpack.packObjectsHook": f"touch {trap}", "diff.external": f"touch {trap}", "core.pager": f"touch {trap}",
    }.items():  # fmt: skip
        repository.git("config", key, value)
    repository.write(".gitattributes", "*.md filter=x diff=x\n")
    repository.write(".gitmodules", f'[submodule "x"]\n path = x\n url = ext::sh -c touch% {trap}\n')
    repository.git("add", "-f", ".gitmodules", ".gitattributes")
    subprocess.run(
        ["git", "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x"], cwd=repository.folder, check=True
    )
    repository.git("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "user.name=A",
                   "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "Trap")  # fmt: skip
    trap.unlink(missing_ok=True)
    crawled = run(source(repository), tmp_path)
    assert crawled.report.pages_read == 3 and not trap.exists(), crawled.said


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "There is no git repository at file://"),
        (lambda folder: folder.mkdir(), "There is no git repository at file://"),
        (lambda folder: Repository(folder), "is empty. Commit a page and crawl again."),
    ],
    ids=["not there", "no repository", "empty"],
)
def test_what_is_no_repository_of_pages_is_said_in_one_line(tmp_path, make, said):
    folder = tmp_path / "place"
    make(folder)
    crawled = run(quick("repository", str(folder)), tmp_path / "out")
    verdict = judge(crawled.report, quick("repository", str(folder)))
    assert not verdict.believable and len(verdict.reasons) == 1 and said in verdict.reasons[0], verdict


def test_without_git_one_line_says_so(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Git is not installed here" in run(source(repository), tmp_path / "out").said


def test_an_old_git_is_not_given_an_address(repository, tmp_path, monkeypatch):
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.30.2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))
    crawled = run(quick("repository", "http://127.0.0.1:9/x.git"), tmp_path / "out")
    assert crawled.said == "git version 2.30.2 is too old to read from a server safely. Install git 2.37 or newer."


def test_a_repository_larger_than_allowed_is_not_kept(repository, tmp_path):
    repository.write("noise.bin", os.urandom(3_000_000))
    repository.commit()
    crawled = run(source(repository, most_bytes=1_000_000), tmp_path)
    assert "larger than 1,000,000 bytes" in crawled.said and not crawled.report.complete


def test_a_run_that_was_killed_leaves_nothing_in_the_way(tmp_path):
    made = Repository(tmp_path / "large")
    for number in range(1500):
        made.write(f"page-{number}.md", f"# Page {number}\n\n{LONG}\n")
    made.commit()
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps(source(made).to_dict()))
    command = [
        sys.executable,
        "-m",
        "crawlers.run",
        terms,
        "--out",
        tmp_path / "cut.jsonl.gz",
        "--keep",
        tmp_path / "kept",
    ]
    child = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() not in {"pages 0", ""}:
            break
    child.kill()
    child.communicate()
    assert not (tmp_path / "cut.jsonl.gz").exists()
    again = run(source(made), tmp_path)
    assert again.report.complete and again.report.pages_read == 1500 and not again.report.messages, again.said
    # What was fetched is kept: the run after the kill reads the pages anew and asks for no object again.
    assert again.report.requests == 1


def test_a_repository_that_may_not_be_read_is_said_in_one_line(repository, tmp_path):
    (repository.folder / ".git").chmod(0)
    # Root may read everything, so somebody else has to look.
    for folder in (repository.folder, *repository.folder.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
    told = tmp_path / "told"
    told.write_text("")
    told.chmod(0o666)
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            git = Git(Path("/"), lambda: None, 2048, (("protocol.file.allow", "always"),))
            git.run("ls-remote", "--", str(repository.folder))
        except GitFailed as error:
            told.write_text(explained(str(error), source(repository)))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    (repository.folder / ".git").chmod(0o755)
    assert "may not be read by us" in told.read_text()


def test_a_clone_address_is_read_with_a_token_that_shows_nowhere(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDBOOK_TOKEN", "Basic b2F1dGgyOnMzY3IzdA==")
    with served(repository, "oauth2:s3cr3t") as (clone, asked):
        asking = quick("repository", clone, headers={"Authorization": "HANDBOOK_TOKEN"})
        first = run(asking, tmp_path)
        assert first.report.complete and first.report.pages_read == 3, first.said
        asked.clear()
        again = run(asking, tmp_path, [first])
        assert again.report.unchanged == 3 and len(asked) == 2, asked
        refused = run(quick("repository", clone), tmp_path / "without")
    assert first.page(clone.removesuffix(".git") + "/README.md").hints["title"] == "The handbook"
    assert "asks for sign-in" in refused.said and "headers" in refused.said
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and "handbook" not in p.parts)
    assert b"s3cr3t" not in everything and b"b2F1dGgyOnMzY3IzdA" not in everything


@pytest.fixture
def by_ssh(repository, ssh_server, monkeypatch):
    """The clone address of the repository, with a key that is let in and the server's own key known."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv(ssh.KEY, str(ssh_server.key))
    monkeypatch.setenv(ssh.HOSTS, str(ssh_server.hosts))
    return ssh_server.clone(repository.folder)


def test_a_repository_is_read_by_ssh_and_again_only_where_it_changed(repository, by_ssh, ssh_server, tmp_path):
    web = "https://git.example.org/{path}"
    found = look(by_ssh)
    assert (found.kind, found.may_read) == ("repository", True) and "main is the main one" in found.message
    first = run(quick("repository", by_ssh, web=web), tmp_path)
    assert first.report.complete and first.report.pages_read == 3, first.said
    repository.write("docs/new.md", "# New\n\nWords.\n")
    repository.commit()
    again = run(quick("repository", by_ssh, web=web), tmp_path, [first])
    assert again.in_state("read") == ["https://git.example.org/docs/new.md"] and again.report.unchanged == 3
    assert again.report.requests == 2


def test_ssh_asks_nothing_and_says_what_to_do(repository, by_ssh, ssh_server, tmp_path, monkeypatch):
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    monkeypatch.setenv(ssh.KEY, str(other))
    assert "does not let our key in" in run(quick("repository", by_ssh), tmp_path / "a").said
    monkeypatch.setenv(ssh.HOSTS, os.devnull)
    assert "is not known here" in run(quick("repository", by_ssh), tmp_path / "b").said
    with pytest.raises(CrawlError, match="is not known here"):
        look(by_ssh)
    metadata = run(quick("repository", "ssh://git@169.254.169.254/x.git"), tmp_path / "c")
    assert "where a cloud keeps credentials" in metadata.said


def test_an_address_is_held_to_the_rules_and_redirects_are_not_followed(repository, tmp_path):
    with served(repository, status=302, location="http://169.254.169.254/") as (clone, asked):
        crawled = run(quick("repository", clone), tmp_path / "a")
        assert "sends us to another address, which is not followed" in crawled.said and len(asked) == 1
    private = run(quick("repository", "http://169.254.169.254/x.git"), tmp_path / "b")
    assert "where a cloud keeps credentials" in private.said
    unknown = run(quick("repository", "http://nowhere.invalid/x.git"), tmp_path / "c")
    assert "is not known" in unknown.said


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"address": "ssh://-oProxyCommand=date/x.git"}, "is no clone address that is read here"),
        ({"address": "ssh://git:secret@example.org/handbook.git"}, "is no clone address"),
        ({"address": "git@example.org:-x/$(date).git"}, "one by ssh"),
        ({"address": "https://me:secret@example.org/x.git"}, "holds a password"),
        ({"address": "ext::sh -c date"}, "address"),
        ({"branch": "--upload-pack=x"}, "no name of a branch"),
        ({"web": "https://git.example.org/{file}"}, "takes {branch}"),
    ],
)
def test_terms_that_can_not_be_used_are_refused(bad, said):
    with pytest.raises(CrawlError, match=said.replace("{", r"\{")):
        quick("repository", bad.pop("address", "https://example.org/x.git"), **bad)


@pytest.mark.parametrize(
    ("given", "path", "address"),
    [
        ((clone_address("git@github.com:o/r.git"), "main"), "a.md", "https://github.com/o/r/blob/main/a.md"),
        (("https://github.com/o/r.git", "main"), "a b/c.md", "https://github.com/o/r/blob/main/a%20b/c.md"),
        (("https://github.com/o/r.wiki.git", "master"), "Folder/Page-Name.md", "https://github.com/o/r/wiki/Page-Name"),
        (("https://gitlab.x.org/g/s/r.wiki.git", "main"), "f/home.md", "https://gitlab.x.org/g/s/r/-/wikis/f/home"),
        (("https://gitlab.com/g/r", "fix/x"), "c.md", "https://gitlab.com/g/r/-/blob/fix/x/c.md"),
        (("https://codeberg.org/o/r.git", "main"), "c.md", "https://codeberg.org/o/r/src/branch/main/c.md"),
        (("https://git.x.org/r.git", "main"), "c.md", "https://git.x.org/r/c.md"),
        (("file:///srv/r", "main"), "c d.md", "file:///srv/r/c%20d.md"),
        (("file:///srv/r", "main", "https://w.x.org/{page}.html"), "d/c.md", "https://w.x.org/d/c.html"),
        (("file:///srv/r", "main", "", "https://h.x.org/b/", "docs/"), "docs/d/c.md", "https://h.x.org/b/d/c/"),
        (("file:///srv/r", "main", "", "https://h.x.org/b/", "docs/"), "docs/index.md", "https://h.x.org/b/"),
        (("file:///srv/r", "main", "", "https://h.x.org/", "docs/", False), "docs/c.md", "https://h.x.org/c.html"),
        (("file:///srv/r", "main", "", "https://h.x.org/", "docs/"), "README.md", "file:///srv/r/README.md"),
    ],
)
def test_pages_lead_to_where_people_can_open_them(given, path, address):
    assert Addresses(*given).of(path) == address


def test_mkdocs_says_where_pages_are_and_what_they_are_called(repository, tmp_path):
    repository.write(
        "mkdocs.yml",
        "site_url: https://handbook.example.org/\nnav:\n  - Trips:\n      - How to moor: moor.rst\n"
        "markdown_extensions:\n  - x: !!python/name:os.system\n",
    )
    repository.commit()
    crawled = run(source(repository), tmp_path)
    assert "https://handbook.example.org/moor/" in crawled.in_state("read"), crawled.said
    home = crawled.page(address(repository, "README.md"))
    assert 'href="https://handbook.example.org/travel/"' in home.html


def test_ten_thousand_pages_and_a_huge_file(tmp_path):
    made = Repository(tmp_path / "large")
    count = int(os.environ.get("COMMONPLACE_REPOSITORY_PAGES", "2000"))
    for number in range(count):
        made.write(f"part-{number % 50}/page-{number}.md", f"# Page {number}\n\n{LONG}\n\nNumber {number}.\n")
    made.write("huge.md", b"x" * int(os.environ.get("COMMONPLACE_REPOSITORY_HUGE", "20000000")))
    made.commit()
    first = run(source(made, most_pages=count + 1, most_seconds=1200), tmp_path)
    assert first.report.pages_read == count and "larger than" in first.said, first.said
    made.write("part-0/page-0.md", "# Page 0\n\nOther words.\n")
    made.commit()
    again = run(source(made, most_pages=count + 1, most_seconds=1200), tmp_path, [first])
    assert (again.report.pages_read, again.report.unchanged) == (1, count - 1) and not again.report.gone
