"""A subject is followed with a button; its new pieces show under one's name and in a feed that needs no sign-in."""

import re
from html import unescape

from tests.curation.web.test_keep_words import People


def test_a_learner_follows_reads_and_stops(person: People) -> None:
    lena = person("lena")
    assert "Nothing yet" in lena.get("/following").text
    assert lena.post("/tags/kubernetes/follow", on="yes").headers["location"] == "/tags/kubernetes"
    assert "Stop following" in lena.get("/tags/kubernetes").text
    page = lena.get("/following").text
    assert "A calm guide to Kubernetes" in page and "Keeping a sourdough" not in page
    feed = unescape(re.findall(r'href="(/following/feed.atom[^"]+)"', page)[0])
    read = person().get(feed)
    assert read.status_code == 200 and "A calm guide to Kubernetes" in read.text
    other = feed[:-1] + ("0" if feed[-1] != "0" else "1")
    for bad in (other, "/following/feed.atom", feed.replace("key=", "key=9"), f"{feed}é"):
        assert person().get(bad).status_code == 404, bad
    assert lena.post("/tags/kubernetes/follow", on="no", back="yes").headers["location"] == "/following"
    assert "Nothing yet" in lena.get("/following").text


def test_nobody_follows_without_signing_in_or_what_is_not_there(person: People) -> None:
    assert person().get("/following").status_code == 401
    assert person().post("/tags/kubernetes/follow", "/sign-in", on="yes").status_code == 401
    assert person("lena").post("/tags/nonsense/follow", on="yes").status_code == 404


def test_every_address_of_a_merged_subject_leads_to_the_new_one_and_back_when_it_is_undone(person: People) -> None:
    cleo, lena = person("cleo"), person("lena")
    lena.post("/tags/deployment/follow", on="yes")
    uri = "https://vocabulary.example/deployment"
    cleo.post("/tags/deployment/change", verb="merge", into="Kubernetes")
    for old, new in (
        ("/tags/deployment?page=1", "/tags/kubernetes?page=1"),
        ("/tags/deployment/feed.atom", "/tags/kubernetes/feed.atom"),
        ("/api/v1/concepts/deployment?page_size=5", "/api/v1/concepts/kubernetes?page_size=5"),
        (f"/search?q=release&tag={uri}", "/search?q=release&tag=https%3A%2F%2Fvocabulary.example%2Fkubernetes"),
    ):
        answer = lena.get(old)
        assert (answer.status_code, answer.headers["location"]) == (302, new)
        assert lena.get(new).status_code == 200
    assert cleo.get("/tags/deployment/others").headers["location"] == "/tags/kubernetes/others"
    assert "Stop following" in lena.get("/tags/kubernetes").text
    number = re.findall(r"/tags/changes/(\d+)/undo", cleo.get("/tags/kubernetes").text)[0]
    cleo.post(f"/tags/changes/{number}/undo", slug="kubernetes")
    assert lena.get("/tags/deployment").status_code == 200
    assert "Stop following" in lena.get("/tags/deployment").text
    assert "Stop following" not in lena.get("/tags/kubernetes").text


def test_a_subject_that_was_split_says_what_is_in_its_place(person: People) -> None:
    cleo = person("cleo")
    cleo.post("/tags/sourdough/change", verb="split", labels="Starters\nLoaves")
    page = cleo.get("/tags/sourdough").text
    assert "out of use; in its place there are" in page and 'href="/tags/starters"' in page
    assert "Follow this subject" not in page
