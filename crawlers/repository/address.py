"""Where a repository is: its clone address in one form, and where its pages can be opened by people."""

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from crawlers.repository.ssh import ssh_address
from crawlers.urls import canonical

# How well-known forges spell the address of a file, by what is in the host's name. Source: their own sites.
FORGES = (
    ("gitlab", "{repository}/-/blob/{branch}/{path}"),
    ("bitbucket", "{repository}/src/{branch}/{path}"),
    ("github", "{repository}/blob/{branch}/{path}"),
    ("codeberg", "{repository}/src/branch/{branch}/{path}"),
    ("gitea", "{repository}/src/branch/{branch}/{path}"),
    ("forgejo", "{repository}/src/branch/{branch}/{path}"),
)
FIELDS = {"branch", "path", "page"}


def clone_address(text: str) -> str:
    """A clone address in the form it is stored in: http(s) as it is, git@host:path as ssh://…, a folder as file:///…;
    empty if it is none of them."""
    text = text.strip()
    if text.startswith(("http://", "https://")):
        return text.rstrip("/") if canonical(text) else ""
    if text.startswith("file://"):
        return text.rstrip("/") if urlsplit(text).path.strip("/") else ""
    if "://" in text or "::" in text or re.match(r"[\w.-]+@[\w.-]+:", text) or not text:
        return ssh_address(text)
    return Path(text).expanduser().resolve().as_uri()


def folder_of(address: str) -> str:
    """The folder of a file address; empty where it is none."""
    return unquote(urlsplit(address).path) if address.startswith("file:") else ""


def template_problem(web: str) -> str:
    """What is wrong with a template for the addresses of pages; empty: nothing, or no template."""
    if not web:
        return ""
    unknown = set(re.findall(r"\{(.*?)\}", web)) - FIELDS
    if unknown or not ({"{path}", "{page}"} & set(re.findall(r"\{.*?\}", web))):
        return "takes {branch}, and one of {path} and {page}, such as https://git.example.org/handbook/{branch}/{path}"
    return "" if canonical(re.sub(r"[{}]", "", web)) else "must start with http:// or https:// and name a host"


@dataclass(frozen=True)
class Addresses:
    """The addresses of one repository's pages, from its clone address, branch, template and mkdocs settings."""

    clone: str
    branch: str
    web: str = ""
    site: str = ""
    """mkdocs: the site_url. Empty: there is none."""
    docs: str = ""
    """mkdocs: the folder with the pages, with its slash."""
    folders: bool = True
    """mkdocs: use_directory_urls."""

    @property
    def is_wiki(self) -> bool:
        """Whether it is the repository behind a forge's wiki, where folders count for nothing in addresses."""
        return urlsplit(self.clone).path.endswith(".wiki.git")

    def of(self, path: str) -> str:
        """The address of the page in this file."""
        if self.web:
            return self._filled(self.web, path)
        if self.site and path.startswith(self.docs):
            return self._on_site(path)
        return self._filled(self._template(), path)

    def raw(self, path: str) -> str:
        """The address of a file that is no page: a picture, an attachment."""
        if self.site and not self.web and path.startswith(self.docs):
            return canonical(self.site.rstrip("/") + "/" + _quoted(path.removeprefix(self.docs)))
        return self._filled(self.web or self._template(), path, is_page=False)

    def _template(self) -> str:
        parts = urlsplit(self.clone)
        host = parts.hostname or ""
        shown = f"https://{host}{parts.path}" if parts.scheme == "ssh" else self.clone
        repository = shown.removesuffix(".git")
        if not host:
            return f"{self.clone}/{{path}}"
        if self.is_wiki:
            middle = "/-/wikis/" if "gitlab" in host else "/wiki/"
            return repository.removesuffix(".wiki") + middle + "{page}"
        for word, template in FORGES:
            if word in host:
                return template.replace("{repository}", repository)
        return f"{repository}/{{path}}"

    def _filled(self, template: str, path: str, is_page: bool = True) -> str:
        page = posixpath.splitext(path)[0] if is_page else path
        if self.is_wiki and "gitlab" not in self.clone:
            page = posixpath.basename(page)
        values = {"{branch}": quote(self.branch, safe="/"), "{path}": _quoted(path), "{page}": _quoted(page)}
        made = re.sub(r"\{\w+\}", lambda found: values[found[0]], template)
        return made if made.startswith("file:") else canonical(made)

    def _on_site(self, path: str) -> str:
        stem = posixpath.splitext(path.removeprefix(self.docs))[0]
        folder, name = posixpath.split(stem)
        if name.lower() in {"index", "readme"}:
            stem = folder
        ending = "/" if self.folders or not stem or stem == folder else ".html"
        return canonical(f"{self.site.rstrip('/')}/{_quoted(stem)}{ending if stem else ''}")


def _quoted(path: str) -> str:
    return quote(os.fsencode(path), safe="/")
