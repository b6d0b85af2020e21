"""A git repository: a folder here, or an address that speaks git's protocol over HTTP."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawlers.errors import CrawlError
from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, counted, locked
from crawlers.repository.failures import explained
from crawlers.repository.git import Git, GitFailed
from crawlers.repository.mirror import Mirror
from crawlers.repository.ssh import ssh_address
from crawlers.source import Source

SERVICE = "/info/refs?service=git-upload-pack"
HOW = "Its header Authorization takes 'Basic …' (base64 of name:token)."
FORGES = re.compile(r"GitHub|GitLab|Gitea|Forgejo|Bitbucket|Codeberg|sourcehut", re.IGNORECASE)
REFERENCE = re.compile(rb"[0-9a-f]{40,64} (refs/heads/[^\0\n]+)")
HEAD_IS = re.compile(rb"symref=HEAD:refs/heads/([^ \0\n]+)")
READABLE = {".md", ".markdown", ".rst", ".adoc", ".asciidoc"}
# Files that are counted in a folder. Reason: a look answers at once. Source: judgement.
MOST_FILES = 100_000


def folder(address: str) -> Found | None:
    """The repository in a folder of this machine."""
    place = Path(unquote(address.removeprefix("file://"))).expanduser()
    if "://" in address.removeprefix("file://") or not place.is_dir():
        return None
    if not (place / ".git").exists() and not ((place / "HEAD").is_file() and (place / "objects").is_dir()):
        return None
    name, address = place.resolve().name.removesuffix(".git"), place.resolve().as_uri()
    if not (place / ".git").exists():
        return Found("repository", address, name, "git", message="A bare git repository, you may read it.")
    pages = 0
    for count, file in enumerate(place.rglob("*")):
        pages += file.suffix.lower() in READABLE and ".git" not in file.parts
        if count >= MOST_FILES:
            break
    return Found(
        "repository",
        address,
        name,
        "git",
        pages,
        message=f"A git repository with {counted(pages, 'page')}, you may read them.",
    )


def by_ssh(address: str, allow_private: tuple[str, ...]) -> Found | None:
    """The repository at an ssh address, asked with the key that a crawl would use; None for any other address.

    Raises:
        CrawlError: it does not let us in; it says why and what to do.
    """
    place = ssh_address(address.strip())
    if not place:
        return None
    name = urlsplit(place).path.rpartition("/")[2].removesuffix(".git")
    terms = {"name": "looked-at", "kind": "repository", "address": place, "allow_private": list(allow_private)}
    source = Source.from_dict(terms)
    try:
        git = Git(Path("/"), lambda: None, source.most_memory * 2)
        _, branch = Mirror(source, Path("/nowhere"), git, {}).newest()
    except GitFailed as error:
        raise CrawlError(f"{explained(str(error), source).rstrip('.')}.") from error
    return Found(
        "repository", place, name, "git", message=f"A git repository, {branch} is the main one; you may read it."
    )


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The repository at a clone address, or behind a forge's page of it."""
    base = eye.home.partition("?")[0].rstrip("/")
    forge = FORGES.search(answer.generator or answer.said('meta[property="og:site_name"]', "content"))
    places = [base] if base.endswith(".git") else [f"{base}.git", base] if forge else []
    for place in places:
        said = eye.get(place + SERVICE)
        if said.status == 401:
            return locked("repository", place, "A git repository", HOW)
        if said.status == 200 and said.body[4:].startswith(b"# service=git-upload-pack"):
            return _told(place, said.body)
    return None


def _told(place: str, body: bytes) -> Found:
    branches, head = len(set(REFERENCE.findall(body))), HEAD_IS.search(body)
    name = urlsplit(place).path.rstrip("/").rpartition("/")[2].removesuffix(".git")
    main = f", {head[1].decode('utf-8', 'replace')} is the main one" if head else ""
    many = "1 branch" if branches == 1 else f"{branches:,} branches"
    return Found("repository", place, name, "git", message=f"A git repository with {many}{main}; you may read it.")
