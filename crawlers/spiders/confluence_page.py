"""Reads one page of a Confluence: its text, who likes it, and what goes with it into the library."""

from typing import Any
from urllib.parse import urlencode

from scrapy.http import Response

from crawlers.spiders.confluence_api import ConfluenceApiSpider
from crawlers.spiders.confluence_words import PageFacts, Word
from crawlers.spiders.moments import iso
from crawlers.spiders.storage_format import readable
from crawlers.urls import canonical

STARS_OF_A_LIKE = 5
# People asked for by one request. Source: the most that Cloud's bulk look-up takes.
MOST_PEOPLE = 100


class ConfluencePages(ConfluenceApiSpider):
    """The part of the spider that begins where a page is known to have news."""

    names: dict[str, str]
    """Account -> name, of Cloud's accounts that were asked for."""
    tells_likes = True
    """Whether a Data Center says who likes a page; not all do."""

    def body_address(self, number: str, kind: str, form: str) -> str:
        """Where one page is asked for, in the form `view` or `storage` of its text."""
        if self.cloud:
            asked = urlencode({"body-format": form, "include-likes": "true"})
            return f"{self.root}/api/v2/{kind}s/{number}?{asked}"
        return f"{self.root}/rest/api/content/{number}?{urlencode({'expand': 'body.view,body.storage'})}"

    def ask_body(self, facts: PageFacts, words: list[Word], listed: str, form: str = "view") -> None:
        """Ask for a page's text."""
        url = self.body_address(facts["id"], facts["type"], form)
        kept = {"facts": facts, "words": words, "listed": listed, "subject": canonical(facts["url"])}
        self.ask(url, "body", form=form, **kept)

    def body(
        self, response: Response, facts: PageFacts, words: list[Word], listed: str, form: str, subject: str
    ) -> None:
        """A page's text, as Confluence shows it where it does; then who likes it."""
        if response.status in {404, 410}:
            self.withdrawn(facts["id"], response.status)
            return
        said = self.said(response, subject)
        if not isinstance(said, dict):
            return
        if said.get("status", "current") != "current":
            self.withdrawn(facts["id"], 410)
            return
        bodies = said.get("body") or {}
        html = str((bodies.get("view") or {}).get("value") or "")
        stored = str((bodies.get("storage") or {}).get("value") or "")
        if not html and not stored and form == "view" and self.cloud:
            self.ask_body(facts, words, listed, "storage")
            return
        html = html or readable(stored, self.root, facts["space"], facts["id"])
        kept = {"facts": facts, "words": words, "listed": listed, "html": html, "subject": subject}
        if self.cloud:
            likes = (said.get("likes") or {}).get("results") or []
            self._name(kept, [str(like["accountId"]) for like in likes if like.get("accountId")])
        elif self.tells_likes:
            self.ask(f"{self.root}/rest/likes/1.0/content/{facts['id']}/likes", "liked", **kept)
        else:
            self._keep(facts, words, listed, html, [])

    def liked(self, response: Response, **kept: Any) -> None:
        """Who likes a page of Data Center; one that does not tell is not asked again."""
        said = self.read(response)
        self.tells_likes = isinstance(said, dict)
        people = [like.get("user") or {} for like in (said or {}).get("likes") or []]
        kept.pop("subject")
        self._keep(
            **kept, likes=[str(p.get("fullName") or p.get("displayName") or p.get("name") or "") for p in people]
        )

    def _name(self, kept: dict[str, Any], accounts: list[str]) -> None:
        """Go on once the names of these accounts are known; each is asked for once a run."""
        strange = [account for account in accounts if account not in self.names][:MOST_PEOPLE]
        if strange:
            asked = urlencode({"accountId": strange}, doseq=True)
            self.ask(f"{self.root}/rest/api/user/bulk?{asked}", "named", accounts=accounts, strange=strange, **kept)
        else:
            kept.pop("subject")
            self._keep(**kept, likes=[name for account in accounts if (name := self.names[account])])

    def named(self, response: Response, accounts: list[str], strange: list[str], **kept: Any) -> None:
        """The names of some people; whoever has none is left out."""
        said = self.read(response)
        self.names.update(dict.fromkeys(strange, ""))
        for person in said.get("results", []) if isinstance(said, dict) else []:
            self.names[str(person.get("accountId"))] = str(person.get("publicName") or person.get("displayName") or "")
        self._name(kept, accounts)

    def _keep(self, facts: PageFacts, words: list[Word], listed: str, html: str, likes: list[str]) -> None:
        hints = {
            "title": facts["title"],
            "authors": facts["people"],
            "published": iso(facts["created"]),
            "modified": iso(facts["modified"]),
            "tags": facts["labels"],
            "licence": self.source.licence,
            "generator": "Confluence",
            "kind": "post" if facts["type"] == "blogpost" else "wiki",
            "html_is_content": True,
            "comments": [word["comment"] for word in words if "comment" in word],
            "attachments": [word["attachment"] for word in words if "attachment" in word],
            "reactions": [{"person": name, "stars": STARS_OF_A_LIKE, "at": ""} for name in likes],
            "readers": facts["readers"],
        }
        self.hand_in(facts["id"], facts["url"], html, listed, hints)
