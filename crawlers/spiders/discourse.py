"""Reads a Discourse forum through its JSON: topics in the order of their last activity, each with all its posts."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from scrapy.http import Response

from crawlers.spiders.conversation import Said, answers, conversation
from crawlers.spiders.json_api import JsonApiSpider, digest
from crawlers.spiders.moments import MARGIN, iso, moment
from crawlers.urls import canonical

# Posts asked for at once. Source: the number that Discourse's own pages ask for.
CHUNK = 20
# Posts of one topic. Reason: longer ones are chats, which nobody reads as a thread. Source: judgement.
MOST_POSTS = 1000
# Discourse's numbers for an ordinary post and for a like. Source: Post.types and PostActionType.types.
ORDINARY, LIKE = 1, 2
STARS_OF_A_LIKE = 5
# The part of an address that is a place within the forum, not where the forum stands.
PLACE = re.compile(r"/(?:c|t|tag|tags|latest|categories|top|new|u|g)(?:[/.].*)?$")
CATEGORY = re.compile(r"/c/(?:[^?#]*/)?(\d+)(?:[/.?]|$)")
NO_FORUM = "The address is no Discourse that answers us. Give the forum's own address, or use the kind site"


class DiscourseSpider(JsonApiSpider):
    """`address` is the forum, or one of its categories (/c/NAME/NUMBER).

    Between sweeps the list is read only as far as the first topic that rested longer than since the last run.
    """

    name = "discourse"
    system = "The forum"

    def begin(self) -> None:
        """Ask which categories there are."""
        self.base = PLACE.sub("", self.source.address.partition("?")[0].rstrip("/")) + "/"
        found = CATEGORY.search(self.source.address)
        self.listing = f"c/{found[1]}/l/latest.json" if found else "latest.json"
        moments = [moment(known.last_seen) for known in self.known.values()]
        oldest = min((m for m in moments if m is not None), default=None)
        self.since: datetime | None = None if self.sweeping or None in moments or oldest is None else oldest - MARGIN
        self.categories: dict[str, dict[str, Any]] = {}
        self.asked_for: set[str] = set()
        self.hidden: set[str] = set()
        self.ask(self._at("site.json"), "site")

    def _at(self, path: str, **parameters: Any) -> str:
        asked = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        return urljoin(self.base, path) + asked

    def site(self, response: Response) -> None:
        """The forum's categories; then its topics, the busiest first."""
        said = self.said(response)
        if not isinstance(said, dict) or "categories" not in said:
            if not self.refused_access:
                self.lists_all = False
                self.journal.troubles.add(NO_FORUM, self.source.address)
            return
        self.categories = {str(category["id"]): category for category in said["categories"]}
        self.ask(self._at(self.listing, no_definitions="true", page=0), "listed", number=0)

    # --- which topics -------------------------------------------------------------------------------------------------

    def listed(self, response: Response, number: int) -> None:
        """One part of the list of topics; the next while it still tells news."""
        said = self.said(response)
        if not isinstance(said, dict):
            return
        listing = said.get("topic_list", {})
        topics = listing.get("topics", [])
        resting = [self._compare(topic) for topic in topics]
        more = bool(listing.get("more_topics_url")) and bool(topics)
        if len(self.asked_for) >= self.source.most_pages:
            self.lists_all = False
            self.journal.troubles.add(f"The forum has more than {self.source.most_pages:,} topics (most_pages)")
        elif more and not any(resting):
            self.ask(self._at(self.listing, no_definitions="true", page=number + 1), "listed", number=number + 1)
        elif self.sweeping:
            self._ask_absent()

    def _compare(self, topic: dict[str, Any]) -> bool:
        """Ask for a topic that has news. Whether the list is now at topics that rested since the last run."""
        number, bumped = str(topic["id"]), moment(str(topic.get("bumped_at") or ""))
        pinned = topic.get("pinned") or topic.get("pinned_globally")
        if self.since is not None and bumped is not None and bumped < self.since and not pinned:
            return True
        if number in self.asked_for or topic.get("archetype", "regular") != "regular":
            return False
        self.asked_for.add(number)
        if not self._may_keep(topic):
            self.withdrawn(number, 403)
        elif not self.same(number, self._address(topic), _listed(topic)):
            self._ask_topic(number, _listed(topic))
        return False

    def _ask_topic(self, number: str, listed: str) -> None:
        known = self.by_id.get(number)
        subject = known.url if known else self._at(f"t/{number}")
        self.frontier.append((self._at(f"t/{number}.json"), "topic", {"listed": listed, "subject": subject}))

    def _ask_absent(self) -> None:
        """Ask after known topics that the list no longer names."""
        for number in self.by_id:
            if number and number not in self.asked_for:
                self._ask_topic(number, "")

    def _may_keep(self, topic: dict[str, Any]) -> bool:
        """Whether everyone who reads the library may read this topic. Who signs in may be shown more than that."""
        category = self.categories.get(str(topic.get("category_id")))
        if category is None:
            open_to_all = not self.source.headers or topic.get("category_id") is None
        else:
            open_to_all = not category.get("read_restricted")
        if not open_to_all:
            self.journal.troubles.add(
                "A topic stands in a category for some people only, left out", self._address(topic)
            )
        return open_to_all

    def _address(self, topic: dict[str, Any]) -> str:
        return canonical(self._at(f"t/{topic.get('slug') or 'topic'}/{topic['id']}"))

    # --- one topic ----------------------------------------------------------------------------------------------------

    def topic(self, response: Response, listed: str, subject: str) -> None:
        """A topic with its first posts; the others are asked for."""
        number = response.url.rpartition("/")[2].partition(".")[0]
        # A topic that the list still names and that we may not read says something about us, not about the topic.
        if response.status in {404, 410} or (response.status == 403 and not listed):
            self._no_topic(response, number, subject)
            return
        said = self.said(response, subject)
        if not isinstance(said, dict) or "post_stream" not in said:
            return
        if said.get("deleted_at") or said.get("visible") is False or not self._may_keep(said):
            self.withdrawn(number, 403)
            return
        stream = [int(one) for one in said["post_stream"].get("stream", [])]
        if len(stream) > MOST_POSTS:
            self.journal.troubles.add(f"A topic has more than {MOST_POSTS:,} posts; its first ones are kept", subject)
        facts = {key: said.get(key) for key in TOPIC_FACTS}
        self._collect(facts, said["post_stream"].get("posts", []), stream[:MOST_POSTS], listed, subject)

    def _no_topic(self, response: Response, number: str, subject: str) -> None:
        if number in self.by_id:
            self.withdrawn(number, response.status)
        else:
            self.refused(response, subject)

    def _collect(self, facts: dict[str, Any], posts: list[Any], stream: list[int], listed: str, subject: str) -> None:
        """Go on with a topic: more of its posts, then who likes it, then keep it."""
        here = {int(post["id"]) for post in posts}
        missing = [one for one in stream if one not in here][:CHUNK]
        slim = [_slim(post) for post in posts]
        kept = {"facts": facts, "posts": slim, "listed": listed, "subject": subject}
        first = min(posts, key=lambda post: int(post["post_number"]), default=None)
        if missing:
            url = self._at(f"t/{facts['id']}/posts.json", **{"post_ids[]": missing})
            self.ask(url, "more", stream=stream, **kept)
        elif first is not None and _likes(first):
            url = self._at("post_action_users.json", id=first["id"], post_action_type_id=LIKE)
            self.ask(url, "liked", **kept)
        else:
            self._keep(facts, slim, listed, [])

    def more(
        self, response: Response, facts: dict[str, Any], posts: list[Any], stream: list[int], listed: str, subject: str
    ) -> None:
        """Further posts of a topic. Those it no longer gives were removed meanwhile."""
        said = self.said(response, subject)
        if not isinstance(said, dict):
            return
        have = {int(post["id"]) for post in posts}
        fresh = [post for post in said.get("post_stream", {}).get("posts", []) if int(post["id"]) not in have]
        asked = [one for one in stream if one not in have][:CHUNK]
        # A forum that gives fewer posts than it was asked for is asked for the rest, unless it gives none.
        left = stream if fresh else [one for one in stream if one not in asked]
        self._collect(facts, [*posts, *fresh], left, listed, subject)

    def liked(self, response: Response, facts: dict[str, Any], posts: list[Any], listed: str, subject: str) -> None:
        """Who likes the first post; a forum that does not tell is read without."""
        said = self.said(response, subject) if response.status not in {403, 404} else {}
        if isinstance(said, dict):
            self._keep(facts, posts, listed, said.get("post_action_users", []))

    def _keep(self, facts: dict[str, Any], posts: list[Any], listed: str, likes: list[dict[str, Any]]) -> None:
        solved = (facts.get("accepted_answer") or {}).get("post_number")
        category = self.categories.get(str(facts.get("category_id")), {})
        asked = bool(solved or _solves(category) or any(post.get("question") for post in posts))
        said = [_said(post, solved, self.base) for post in _shown(posts)]
        if not said:
            return
        hints = {
            "title": facts["title"],
            "authors": list(dict.fromkeys(one.author for one in said[:1])),
            "published": iso(str(facts.get("created_at") or "")),
            "modified": max(one.at for one in said),
            "tags": list(dict.fromkeys([*_names(category), *_tags(facts)])),
            "licence": self.source.licence,
            "kind": "question" if asked else "thread",
            "comments": answers(said, "answer" if asked else "comment"),
            "reactions": [
                {
                    "person": like.get("name") or like["username"],
                    "stars": STARS_OF_A_LIKE,
                    "at": iso(str(like.get("created_at") or "")),
                }
                for like in likes
            ],
        }
        self.hand_in(str(facts["id"]), self._address(facts), conversation(said, "Discourse"), listed, hints)

    def afterwards(self) -> None:
        """Topics further down the list rested since the last run."""
        if not self.sweeping:
            self.rest_unchanged(self.asked_for)


TOPIC_FACTS = ("id", "title", "slug", "category_id", "tags", "created_at", "accepted_answer")
POST_FACTS = (
    "id", "post_number", "post_type", "username", "name", "created_at", "updated_at", "cooked", "reply_to_post_number",
    "accepted_answer", "hidden", "deleted_at", "user_deleted", "actions_summary",
)  # fmt: skip


def _slim(post: dict[str, Any]) -> dict[str, Any]:
    kept = {key: post[key] for key in POST_FACTS if post.get(key)}
    return kept | {"question": True} if post.get("can_accept_answer") or post.get("question") else kept


def _shown(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The posts that people wrote and left standing, in order."""
    shown = [
        post
        for post in posts
        if int(post.get("post_type", ORDINARY)) == ORDINARY
        and not (post.get("hidden") or post.get("deleted_at") or post.get("user_deleted"))
    ]
    return sorted(shown, key=lambda post: int(post["post_number"]))


def _said(post: dict[str, Any], solved: int | None, base: str) -> Said:
    reply = post.get("reply_to_post_number")
    return Said(
        id=str(post["post_number"]),
        author=str(post.get("name") or post.get("username") or ""),
        at=iso(str(post.get("created_at") or "")),
        html=str(post.get("cooked") or ""),
        parent=str(reply) if reply and int(reply) > 1 else "",
        accepted=bool(post.get("accepted_answer")) or post["post_number"] == solved,
        base=base,
    )


def _likes(post: dict[str, Any]) -> int:
    return sum(int(a.get("count") or 0) for a in post.get("actions_summary", []) if a.get("id") == LIKE)


def _solves(category: dict[str, Any]) -> bool:
    """Whether the solved plugin is on in a category, which forums say in either of two places."""
    said = category.get("enable_accepted_answers") or (category.get("custom_fields") or {}).get(
        "enable_accepted_answers"
    )
    return str(said).lower() in {"true", "t", "1"}


def _names(category: dict[str, Any]) -> list[str]:
    return [str(category["name"])] if category.get("name") else []


def _tags(facts: dict[str, Any]) -> list[str]:
    """A topic's tags, which newer forums give as objects."""
    return [str(tag.get("name") if isinstance(tag, dict) else tag) for tag in facts.get("tags") or []]


def _listed(topic: dict[str, Any]) -> str:
    """What the list says of a topic, as a digest that changes when the topic does."""
    names = (
        "title",
        "slug",
        "category_id",
        "bumped_at",
        "last_posted_at",
        "posts_count",
        "like_count",
        "has_accepted_answer",
    )
    return digest([*(topic.get(name) for name in names), _tags(topic)])
