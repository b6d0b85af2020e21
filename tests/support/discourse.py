"""A forum that answers as Discourse's public documentation says, because the genuine one can't be installed here.

Only what a reader asks for: site, topic lists in pages of thirty, topics with a stream of posts, further posts twenty
at a time, who likes a post, keys, private categories, the rate limit. Times run as the test says.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.static_site import Handler, StaticSite

PER_PAGE = 30
CHUNK = 20


@dataclass
class Post:
    id: int
    number: int
    author: str
    cooked: str
    at: datetime
    reply_to: int | None = None
    likes: list[str] = field(default_factory=list)
    kind: int = 1
    deleted: bool = False


@dataclass
class Topic:
    id: int
    title: str
    slug: str
    category: int
    tags: list[str]
    bumped: datetime
    posts: list[Post] = field(default_factory=list)
    pinned: bool = False
    deleted: bool = False
    accepted: int | None = None


def spelt(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Forum:
    """The forum: write to it as its people would, read `site.paths()` for what was asked of it."""

    def __init__(self) -> None:
        self.site = StaticSite()
        self.address = self.site.address
        self.site.patterns.append(("/", self.answer))
        self.site.routes["/robots.txt"] = lambda handler: handler.answer(404, b"", "text/plain")
        self.topics: dict[int, Topic] = {}
        self.posts: dict[int, Post] = {}
        self.categories: dict[int, dict[str, Any]] = {
            1: {"id": 1, "name": "Workshop", "slug": "workshop", "read_restricted": False},
            2: {"id": 2, "name": "Help", "slug": "help", "read_restricted": False,
                "custom_fields": {"enable_accepted_answers": "true"}},
            3: {"id": 3, "name": "Board", "slug": "board", "read_restricted": True},
        }  # fmt: skip
        self.key = ""
        self.closed = False
        self.busy = 0
        self.now = datetime.now(UTC) - timedelta(days=40)

    # --- what people do -----------------------------------------------------------------------------------------------

    def ask(self, title: str, text: str, author: str = "anna", category: int = 1, tags: tuple[str, ...] = ()) -> Topic:
        self.now += timedelta(minutes=1)
        topic = Topic(len(self.topics) + 10, title, title.lower().replace(" ", "-"), category, list(tags), self.now)
        self.topics[topic.id] = topic
        self.reply(topic, text, author)
        return topic

    def reply(self, topic: Topic, text: str, author: str = "ben", reply_to: int | None = None) -> Post:
        self.now += timedelta(minutes=1)
        post = Post(len(self.posts) + 100, len(topic.posts) + 1, author, f"<p>{text}</p>", self.now, reply_to)
        self.posts[post.id] = post
        topic.posts.append(post)
        topic.bumped = self.now
        return post

    def today(self) -> None:
        """From here on things happen now."""
        self.now = datetime.now(UTC)

    # --- what the forum answers ---------------------------------------------------------------------------------------

    def answer(self, handler: Handler) -> None:
        parts = urlsplit(handler.path)
        asked = parse_qs(parts.query)
        if self.busy:
            self.busy -= 1
            said = {"errors": ["You've performed this action too many times."], "error_type": "rate_limit",
                    "extras": {"wait_seconds": 1}}  # fmt: skip
            handler.answer(429, json.dumps(said).encode(), "application/json; charset=utf-8", [("Retry-After", "1")])
            return
        given = handler.headers.get("Api-Key") or ""
        if (given and given != self.key) or (self.closed and not given):
            kind = "invalid_access" if given else "not_logged_in"
            self._say(
                handler, 403, {"errors": ["You are not permitted to view the requested resource."], "error_type": kind}
            )
            return
        self._say(handler, *self._route(parts.path, asked, bool(given)))

    def _say(self, handler: Handler, status: int, said: Any) -> None:
        handler.answer(status, json.dumps(said).encode(), "application/json; charset=utf-8")

    def _route(self, path: str, asked: dict[str, list[str]], known: bool) -> tuple[int, Any]:
        steps = path.strip("/").split("/")
        if path == "/site.json":
            return 200, {"categories": [c for c in self.categories.values() if known or not c["read_restricted"]],
                         "post_action_types": [], "default_archetype": "regular"}  # fmt: skip
        if path == "/latest.json":
            return 200, self._list(self._visible(known), "/latest", asked)
        if steps[0] == "c" and path.endswith("/l/latest.json"):
            here = [t for t in self._visible(known) if t.category == int(steps[1])]
            return 200, self._list(here, path.removesuffix(".json"), asked)
        if steps[0] == "t":
            return self._topic(steps[1:], asked, known)
        if path == "/post_action_users.json":
            post = self.posts[int(asked["id"][0])]
            return 200, {"post_action_users": [
                {"id": n, "username": name, "name": name.title(), "avatar_template": "/a/{size}.png"}
                for n, name in enumerate(post.likes)]}  # fmt: skip
        return self._missing()

    def _missing(self) -> tuple[int, Any]:
        return 404, {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}

    def _visible(self, known: bool) -> list[Topic]:
        seen = [t for t in self.topics.values()
                if not t.deleted and (known or not self.categories[t.category]["read_restricted"])]  # fmt: skip
        return sorted(seen, key=lambda t: (t.pinned, t.bumped), reverse=True)

    def _list(self, topics: list[Topic], place: str, asked: dict[str, list[str]]) -> dict[str, Any]:
        page = int(asked.get("page", ["0"])[0])
        here = topics[page * PER_PAGE : (page + 1) * PER_PAGE]
        listing: dict[str, Any] = {
            "can_create_topic": False,
            "per_page": PER_PAGE,
            "topics": [self._row(t) for t in here],
        }
        if len(topics) > (page + 1) * PER_PAGE:
            listing["more_topics_url"] = f"{place}?no_definitions=true&page={page + 1}"
        return {"users": [], "primary_groups": [], "topic_list": listing}

    def _row(self, topic: Topic) -> dict[str, Any]:
        there = self._standing(topic)
        return {
            "id": topic.id, "title": topic.title, "fancy_title": topic.title, "slug": topic.slug,
            "posts_count": len(there), "reply_count": len(there) - 1, "highest_post_number": topic.posts[-1].number,
            "created_at": spelt(topic.posts[0].at), "last_posted_at": spelt(there[-1].at), "bumped": True,
            "bumped_at": spelt(topic.bumped), "archetype": "regular", "pinned": topic.pinned,
            "pinned_globally": topic.pinned, "visible": True, "closed": False, "archived": False, "views": 3,
            "tags": topic.tags,
            "like_count": sum(len(p.likes) for p in there), "has_accepted_answer": bool(topic.accepted),
            "category_id": topic.category, "posters": [],
        }  # fmt: skip

    def _standing(self, topic: Topic) -> list[Post]:
        return [post for post in topic.posts if not post.deleted]

    def _topic(self, steps: list[str], asked: dict[str, list[str]], known: bool) -> tuple[int, Any]:
        topic = self.topics.get(int(steps[0].removesuffix(".json")))
        if topic is None or topic.deleted or (self.categories[topic.category]["read_restricted"] and not known):
            return self._missing()
        there = self._standing(topic)
        if steps[-1] == "posts.json":
            wanted = {int(n) for n in asked.get("post_ids[]", [])}
            some = [p for p in there if p.id in wanted][:CHUNK]
            return 200, {"post_stream": {"posts": [self._post(topic, p) for p in some]}, "id": topic.id}
        said: dict[str, Any] = {
            "post_stream": {"posts": [self._post(topic, p) for p in there[:CHUNK]], "stream": [p.id for p in there]},
            "id": topic.id, "title": topic.title, "slug": topic.slug, "category_id": topic.category, "tags": topic.tags,
            "created_at": spelt(topic.posts[0].at), "last_posted_at": spelt(there[-1].at), "posts_count": len(there),
            "archetype": "regular", "visible": True, "deleted_at": None, "pinned": topic.pinned,
        }  # fmt: skip
        if topic.accepted:
            said["accepted_answer"] = {"post_number": topic.accepted, "username": "ben", "excerpt": "…"}
        return 200, said

    def _post(self, topic: Topic, post: Post) -> dict[str, Any]:
        return {
            "id": post.id, "name": post.author.title(), "username": post.author, "created_at": spelt(post.at),
            "updated_at": spelt(post.at), "cooked": post.cooked, "post_number": post.number, "post_type": post.kind,
            "reply_to_post_number": post.reply_to, "topic_id": topic.id, "hidden": False, "user_deleted": False,
            "deleted_at": None, "accepted_answer": post.number == topic.accepted,
            "actions_summary": [{"id": 2, "count": len(post.likes)}] if post.likes else [],
        }  # fmt: skip


@pytest.fixture
def forum() -> Iterator[Forum]:
    """A forum without topics, stopped when the test ends."""
    there = Forum()
    yield there
    there.site.stop()
