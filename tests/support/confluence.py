"""A Confluence that answers as its public documentation says, because the genuine one can't be installed here.

Cloud (version 2 under /wiki/api/v2, searches and people under /wiki/rest/api) or Data Center (/rest/api), with what
their users report: limits that are capped in silence, links past what was left out, links to parts without results,
parts without links, expansions that fail, people taken for nobody, a search that lags, time zones.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import pytest

from tests.support.static_site import Handler, StaticSite

READER = "Library Reader"
# Entries a search gives at most, without and with bodies. Source: Atlassian's article on CQL always giving 50.
SEARCHED, WITH_BODIES = 200, 50


def person(name: str) -> dict[str, Any]:
    return {"type": "known", "accountId": f"acc-{name.split()[0].lower()}", "displayName": name, "publicName": name}


@dataclass
class Content:
    id: int
    type: str
    title: str
    space: str
    author: str
    created: datetime
    view: str = ""
    storage: str = ""
    parent: "Content | None" = None
    version: int = 1
    editor: str = ""
    modified: datetime | None = None
    status: str = "current"
    labels: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    likes: list[str] = field(default_factory=list)
    indexed: bool = True
    selection: str = ""
    bytes: int = 0

    @property
    def changed(self) -> datetime:
        return self.modified or self.created


class Confluence:
    """The wiki: write to it as its people would, read `paths()` for what was asked of it."""

    def __init__(self, cloud: bool) -> None:
        self.cloud = cloud
        self.site = StaticSite()
        self.context = "/wiki" if cloud else "/confluence"
        self.address = self.site.address.rstrip("/") + self.context
        self.site.patterns.append(("/", self.answer))
        self.site.routes["/robots.txt"] = lambda handler: handler.answer(404, b"", "text/plain")
        self.spaces: dict[str, dict[str, Any]] = {}
        self.contents: dict[int, Content] = {}
        self.now = datetime.now(UTC) - timedelta(days=40)
        self.token = ""
        self.degrades = False
        self.expires_after = 10**9
        self.cap = 1000
        self.skipping_links = self.empty_tail = self.no_links = self.endless = self.no_view = False
        self.busy = 0
        self.hours_from_utc = 0
        self.space("ENG", "Engineering")
        self.space("~ada", "Ada's own", "personal")

    # --- what people do -----------------------------------------------------------------------------------------------

    def space(self, key: str, name: str, kind: str = "global", status: str = "current") -> None:
        self.spaces[key] = {"id": str(100 + len(self.spaces)), "key": key, "name": name, "type": kind, "status": status}

    def write(
        self, title: str, text: str = "", parent: Content | None = None, space: str = "ENG", **more: Any
    ) -> Content:
        kind, author = more.pop("type", "page"), more.pop("author", "Ada Lovelace")
        content = self._new(kind, title, space, author, parent)
        content.view = text if text.startswith("<") else f"<p>{text or f'What {title} says, at some length.'}</p>"
        for name, value in more.items():
            setattr(content, name, value)
        return content

    def comment(self, on: Content, text: str, author: str = "Ben Okri", selection: str = "") -> Content:
        said = self._new("comment", f"Re: {on.title}", on.space, author, on)
        said.view, said.selection = f"<p>{text}</p>", selection
        return said

    def attach(self, on: Content, name: str, size: int) -> Content:
        held = self._new("attachment", name, on.space, "Ada Lovelace", on)
        held.bytes = size
        return held

    def edit(self, content: Content, text: str = "", editor: str = "Cora Ann", title: str = "") -> None:
        self.now += timedelta(minutes=1)
        content.view = f"<p>{text}</p>" if text else content.view
        content.title = title or content.title
        content.version, content.editor, content.modified = content.version + 1, editor, self.now

    def trash(self, content: Content) -> None:
        self.now += timedelta(minutes=1)
        content.status, content.modified = "trashed", self.now

    def today(self) -> None:
        """From here on things happen now."""
        self.now = datetime.now(UTC)

    def _new(self, kind: str, title: str, space: str, author: str, parent: Content | None) -> Content:
        self.now += timedelta(minutes=1)
        content = Content(1000 + len(self.contents), kind, title, space, author, self.now, parent=parent)
        self.contents[content.id] = content
        return content

    def url(self, content: Content) -> str:
        return self.site.address.rstrip("/") + self.context + self._webui(content)

    def paths(self) -> list[str]:
        return self.site.paths()

    # --- what it answers ----------------------------------------------------------------------------------------------

    def answer(self, handler: Handler) -> None:
        parts = urlsplit(handler.path)
        asked = parse_qs(parts.query)
        if self.busy:
            self.busy -= 1
            handler.answer(429, b'{"message":"Rate limit exceeded"}', "application/json", [("Retry-After", "1")])
            return
        known = handler.headers.get("Authorization") == self.token if self.token else True
        self.expires_after -= 1
        known = known and self.expires_after >= 0
        if not known and not self.degrades:
            status, said = 401, {"statusCode": 401, "message": "Unauthorized"}
        elif not parts.path.startswith(self.context + "/"):
            status, said = 404, {"message": "null for uri"}
        else:
            status, said = self._route(parts.path.removeprefix(self.context + "/"), asked, known)
        handler.answer(status, json.dumps(said).encode(), "application/json;charset=UTF-8")

    def _route(self, path: str, asked: dict[str, list[str]], known: bool) -> tuple[int, Any]:
        if path == "rest/api/user/current":
            return 200, {**person(READER), "type": "known"} if known else {
                "type": "anonymous",
                "displayName": "Anonymous",
            }
        there = self._visible() if known else []
        if path == "rest/api/content/search":
            return self._search(there, asked)
        if self.cloud and path.startswith("api/v2/"):
            return self._version_two(path.removeprefix("api/v2/"), there, asked)
        if self.cloud and path == "rest/api/user/bulk":
            everyone = {person(c.author)["accountId"]: person(c.author) for c in self.contents.values()}
            everyone |= {person(n)["accountId"]: person(n) for c in self.contents.values() for n in c.likes}
            return 200, {"results": [everyone[account] for account in asked["accountId"] if account in everyone]}
        return (404, {"message": "not there"}) if self.cloud else self._center(path, there, asked)

    def _center(self, path: str, there: list[Content], asked: dict[str, list[str]]) -> tuple[int, Any]:
        if path == "rest/api/space":
            keys = asked.get("spaceKey")
            found = [s for s in self.spaces.values() if (not keys or s["key"] in keys) and s["status"] == "current"]
            return self._counted(path, found, asked)
        if path == "rest/api/content":
            there = [c for c in there if c.space in asked["spaceKey"] and c.type in asked["type"]]
            return self._counted(path, [self._v1(c, asked) for c in there if c.status in asked["status"]], asked)
        number = int(next(iter(re.findall(r"content/(\d+)", path)), 0))
        content = next((c for c in there if c.id == number and c.status == "current"), None)
        if content is None:
            return 404, {"statusCode": 404, "message": "No content found with id"}
        if path.startswith("rest/likes/1.0/content/"):
            return 200, {"likes": [{"user": {"name": n.split()[0].lower(), "fullName": n}} for n in content.likes]}
        return 200, self._v1(content, asked)

    def _version_two(self, path: str, there: list[Content], asked: dict[str, list[str]]) -> tuple[int, Any]:
        if path == "spaces":
            keys = asked["keys"][0].split(",") if "keys" in asked else list(self.spaces)
            found = [
                s
                for s in self.spaces.values()
                if s["key"] in keys and s["status"] == asked.get("status", ["current"])[0]
            ]
            return self._pointed(path, found, asked)
        kind, _, number = path.partition("/")
        kind = kind.removesuffix("s")
        if number:
            content = next((c for c in there if c.id == int(number) and c.type == kind), None)
            return (
                (200, self._v2(content, asked))
                if content
                else (404, {"errors": [{"status": 404, "code": "NOT_FOUND"}]})
            )
        ids, status = asked["space-id"][0].split(","), asked["status"][0]
        found = [c for c in there if self.spaces[c.space]["id"] in ids and c.type == kind and c.status == status]
        if asked.get("sort") == ["-modified-date"]:
            found.sort(key=lambda c: c.changed, reverse=True)
        return self._pointed(path, [self._v2(c, {}) for c in found], asked)

    def _search(self, there: list[Content], asked: dict[str, list[str]]) -> tuple[int, Any]:
        expand = asked.get("expand", [""])[0]
        if "space.permissions" in expand or "body.storage.value" in expand:
            return 500, {"statusCode": 500, "message": "java.lang.NullPointerException"}
        found = [c for c in there if c.status == "current" and c.indexed and self._matches(c, asked["cql"][0])]
        most = WITH_BODIES if "body" in expand else SEARCHED
        asked = {**asked, "limit": [str(min(int(asked.get("limit", ["25"])[0]), most))]}
        said = [self._v1(c, asked) for c in found]
        where = "rest/api/content/search"
        return self._pointed(where, said, asked) if self.cloud else self._counted(where, said, asked)

    def _matches(self, content: Content, cql: str) -> bool:
        for clause in re.split(r"\s+and\s+", cql):
            name, relation, said = re.fullmatch(r"(\w+)\s+(in|>=)\s+(.+)", clause).groups()  # type: ignore[union-attr]
            values = [value.strip().strip('"') for value in said.strip("()").split(",")]
            if name == "lastmodified":
                assert relation == ">="
                asked = datetime.strptime(values[0], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
                asked -= timedelta(hours=self.hours_from_utc)
                holds = content.changed.replace(second=0, microsecond=0) >= asked
            else:
                around = content.type in {"comment", "attachment"}
                is_so = {"type": content.type, "space": content.space, "id": str(content.id),
                         "container": str(self._container(content).id) if around else ""}  # fmt: skip
                holds = is_so[name] in values
            if not holds:
                return False
        return True

    # --- lists in parts -----------------------------------------------------------------------------------------------

    def _pointed(self, path: str, found: list[Any], asked: dict[str, list[str]]) -> tuple[int, Any]:
        """With a cursor, as Cloud does."""
        limit = min(int(asked.get("limit", ["25"])[0]), self.cap)
        start = int(base64.b64decode(asked["cursor"][0])) if "cursor" in asked else 0
        here, links = found[start : start + limit], {"base": self.address}
        tail = self.empty_tail and start < len(found)
        if start + limit < len(found) or tail:
            kept = {key: values for key, values in asked.items() if key != "cursor"}
            cursor = base64.b64encode(str(start + limit).encode()).decode()
            lead = self.context if path.startswith("api/v2") or "/" not in path else ""
            place = path if path.startswith("rest") else f"api/v2/{path}"
            links["next"] = f"{lead}/{place}?{urlencode({**kept, 'cursor': cursor}, doseq=True)}"
        return 200, {"results": here, "limit": limit, "size": len(here), "_links": links}

    def _counted(self, path: str, found: list[Any], asked: dict[str, list[str]]) -> tuple[int, Any]:
        """With a number to start at, as Data Center does."""
        wished = int(asked.get("limit", ["25"])[0])
        limit, start = min(wished, self.cap), int(asked.get("start", ["0"])[0])
        here = found[start : start + limit]
        if self.endless and not here:
            here = found[-limit:]
        links = {"base": self.address, "context": self.context}
        more = start + limit < len(found) or self.endless or (self.empty_tail and start < len(found))
        if more and not self.no_links:
            after = start + (wished if self.skipping_links else limit)
            links["next"] = f"/{path}?{urlencode({**asked, 'start': [str(after)]}, doseq=True)}"
        return 200, {"results": here, "start": start, "limit": limit, "size": len(here), "_links": links}

    # --- contents as they are shown -----------------------------------------------------------------------------------

    def _visible(self) -> list[Content]:
        """What our reader may see: where anyone is named on a page or above it, only if the reader is too."""

        def open_to_us(one: Content) -> bool:
            return not (one.users or one.groups) or READER in one.users

        return [c for c in self.contents.values() if all(map(open_to_us, (c, *self._above(c))))]

    def _above(self, content: Content) -> list[Content]:
        return [] if content.parent is None else [*self._above(content.parent), content.parent]

    def _container(self, content: Content) -> Content:
        return (
            self._container(content.parent) if content.parent and content.type in {"comment", "attachment"} else content
        )

    def _webui(self, content: Content) -> str:
        if self.cloud:
            return f"/spaces/{content.space}/pages/{content.id}/{quote_plus(content.title)}"
        return f"/display/{content.space}/{quote_plus(content.title)}"

    def _v2(self, content: Content, asked: dict[str, list[str]]) -> dict[str, Any]:
        said = {
            "id": str(content.id), "status": content.status, "title": content.title,
            "spaceId": self.spaces[content.space]["id"], "authorId": person(content.author)["accountId"],
            "version": {"number": content.version, "createdAt": self._spelt(content.changed)},
            "_links": {"webui": self._webui(content)}, "body": {},
        }  # fmt: skip
        form = asked.get("body-format", [""])[0]
        if form == "storage" or (form == "view" and not self.no_view):
            value = content.storage if form == "storage" else content.view
            said["body"] = {form: {"representation": form, "value": value}}
        if asked.get("include-likes") == ["true"]:
            said["likes"] = {"results": [{"accountId": person(name)["accountId"]} for name in content.likes]}
        return said

    def _v1(self, content: Content, asked: dict[str, list[str]]) -> dict[str, Any]:
        wanted = set(",".join(asked.get("expand", [""])).split(","))
        around = {"_expandable": {"body": "", "version": "", "space": ""}, "_links": {"webui": self._webui(content)}}
        said: dict[str, Any] = {"id": str(content.id), "type": content.type, "status": content.status,
                                "title": content.title, **around}  # fmt: skip
        if content.type == "attachment":
            said["_links"]["download"] = f"/download/attachments/{content.parent.id}/{content.title}"  # type: ignore[union-attr]
        parts = {
            "version": {"number": content.version, "when": self._spelt(content.changed),
                        "by": person(content.editor or content.author)},
            "history": {"createdBy": person(content.author), "createdDate": self._spelt(content.created)},
            "space": self.spaces[content.space],
            "container": {"id": str(self._container(content).id), "type": self._container(content).type},
            "metadata.labels": {"results": [{"prefix": "global", "name": name} for name in content.labels]},
            "extensions": self._extensions(content),
            "body.view": {"representation": "view", "value": "" if self.no_view else content.view},
            "body.storage": {"representation": "storage", "value": content.storage},
            "ancestors": [self._ancestor(one, wanted) for one in self._above(content) if one.type == content.type],
            "restrictions.read.restrictions.user": {"results": [person(name) for name in content.users]},
            "restrictions.read.restrictions.group": {"results": [{"type": "group", "name": n} for n in content.groups]},
        }  # fmt: skip
        for path in sorted(wanted & set(parts)):
            inner = said
            for step in path.split(".")[:-1]:
                inner = inner.setdefault(step, {})
            inner[path.split(".")[-1]] = parts[path]
        return said

    def _ancestor(self, content: Content, wanted: set[str]) -> dict[str, Any]:
        inner = {path.removeprefix("ancestors.") for path in wanted if path.startswith("ancestors.restrictions")}
        return self._v1(content, {"expand": [",".join(inner)]})

    def _extensions(self, content: Content) -> dict[str, Any]:
        if content.type == "attachment":
            return {"mediaType": "application/pdf", "fileSize": content.bytes}
        if content.type != "comment":
            return {}
        inline = {"location": "inline", "inlineProperties": {"originalSelection": content.selection}}
        return inline if content.selection else {"location": "footer"}

    def _spelt(self, moment: datetime) -> str:
        local = moment + timedelta(hours=self.hours_from_utc)
        sign = "-" if self.hours_from_utc < 0 else "+"
        return f"{local:%Y-%m-%dT%H:%M:%S.000}{sign}{abs(self.hours_from_utc):02d}:00"


@pytest.fixture(params=["cloud", "data center"])
def confluence(request: pytest.FixtureRequest) -> Iterator[Confluence]:
    """A wiki with one space and no pages, of either kind; stopped when the test ends."""
    wiki = Confluence(request.param == "cloud")
    yield wiki
    wiki.site.stop()


@pytest.fixture
def data_center() -> Iterator[Confluence]:
    """The same, of the older kind only."""
    wiki = Confluence(cloud=False)
    yield wiki
    wiki.site.stop()
