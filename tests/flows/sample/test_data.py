"""Vocabulary, ratings, people, conversations and collections of the sample are well-formed and fit its pages."""

import datetime
import re
from collections import Counter

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, SKOS

from crawlers.source import Source
from flows.sample import collections, conversations, people, ratings, sources, vocabulary_path
from flows.sample.texts import texts

BASE = "http://127.0.0.1:8090"
ADDRESSES = {BASE + t.path for t in (*texts("wiki"), *texts("blog"))}
BRIGADE = {"tonerfan", "a4forever", "paperjam", "inkwell77", "hp2old"}
NOT_YET = {
    f"{BASE}/wiki/night-boat-runbook",
    f"{BASE}/wiki/innisholm-buoy",
    f"{BASE}/wiki/wheelhouse-tables-2021",
    f"{BASE}/blog/what-comes-after-the-fulmar",
}


@pytest.fixture(scope="module")
def words() -> rdflib.Graph:
    return rdflib.Graph().parse(vocabulary_path())


def at(row: dict[str, str]) -> datetime.datetime:
    return datetime.datetime.fromisoformat(row["time"])


def test_the_sources_are_ones_a_crawler_accepts():
    read = [Source.from_dict(values) for values in sources(BASE)]
    assert [(s.name, s.kind, s.prefix) for s in read] == [
        ("wiki", "sitemap", f"{BASE}/wiki/"),
        ("blog", "feed", f"{BASE}/blog/"),
    ]


def test_the_vocabulary_has_the_promised_numbers(words):
    concepts = set(words.subjects(RDF.type, SKOS.Concept))
    (scheme,) = words.subjects(RDF.type, SKOS.ConceptScheme)
    assert len(concepts) == 88
    assert words.value(scheme, DCTERMS.title)
    assert len(set(words.objects(scheme, SKOS.hasTopConcept))) == 9
    assert len(list(words.triples((None, SKOS.altLabel, None)))) > 150
    assert len(list(words.triples((None, SKOS.related, None)))) > 60
    languages = Counter(label.language for label in words.objects(None, SKOS.prefLabel))
    assert languages["en"] == 88
    assert languages["de"] > 50 and languages["fr"] > 50


def test_every_concept_is_defined_placed_and_named_once(words):
    labels = Counter()
    for concept in words.subjects(RDF.type, SKOS.Concept):
        assert words.value(concept, SKOS.definition), concept
        assert words.value(concept, SKOS.broader) or words.value(concept, SKOS.topConceptOf), concept
        for kind in (SKOS.prefLabel, SKOS.altLabel):
            labels.update((str(o).casefold(), o.language) for o in words.objects(concept, kind))
    assert [label for label, count in labels.items() if count > 1] == []


def test_the_vocabulary_has_no_cycles_and_no_relation_inside_a_hierarchy(words):
    for concept in words.subjects(RDF.type, SKOS.Concept):
        above = set(words.transitive_objects(concept, SKOS.broader)) - {concept}
        assert not any((broader, SKOS.broader, concept) in words for broader in above)
        assert not above & set(words.objects(concept, SKOS.related)), concept
        for other in words.objects(concept, SKOS.related):
            assert (other, SKOS.related, concept) in words
            assert (other, RDF.type, SKOS.Concept) in words


def test_the_synonyms_are_words_that_people_really_use(words):
    used = " ".join(f"{t.title} {' '.join(t.tags)} {t.markdown}" for t in (*texts("wiki"), *texts("blog"))).casefold()
    unused = [
        str(o) for o in words.objects(None, SKOS.altLabel) if not re.search(rf"\b{re.escape(o.casefold())}", used)
    ]
    assert unused == []


def test_ratings_are_well_formed():
    rows = ratings(BASE)
    assert len(rows) == 410
    assert len({row["rater"] for row in rows}) == 30
    assert all(list(row) == ["url", "rater", "stars", "time", "comment"] for row in rows)
    assert all(row["stars"] in {"1", "2", "3", "4", "5"} for row in rows)
    assert all(at(row).tzinfo and at(row).year in range(2022, 2027) for row in rows)
    assert [at(row) for row in rows] == sorted(at(row) for row in rows)
    assert len({(r["url"], r["rater"], r["time"], r["stars"]) for r in rows}) == len(rows)


def test_some_ratings_are_for_pages_that_do_not_exist_yet():
    assert {row["url"] for row in ratings(BASE)} - ADDRESSES == NOT_YET


def test_good_pages_are_rated_higher_than_poor_ones():
    given: dict[str, list[int]] = {}
    for row in ratings(BASE):
        if row["rater"] not in BRIGADE:
            given.setdefault(row["url"], []).append(int(row["stars"]))
    mean = {url: sum(stars) / len(stars) for url, stars in given.items()}
    assert mean[f"{BASE}/wiki/runbook-sailing-cancellation-v2"] > 4.3
    assert mean[f"{BASE}/wiki/runbook-sailing-cancellation"] < 3.5
    assert mean[f"{BASE}/wiki/printer-setup"] < 2


def test_five_newcomers_praise_one_poor_page_within_an_hour():
    rows = [row for row in ratings(BASE) if row["rater"] in BRIGADE]
    assert {row["rater"] for row in rows} == BRIGADE
    assert {(row["url"], row["stars"]) for row in rows} == {(f"{BASE}/wiki/printer-setup", "5")}
    assert len(rows) == 5
    assert at(rows[-1]) - at(rows[0]) < datetime.timedelta(hours=1)


def test_nobody_rates_their_own_work():
    writers = {t.path: {name.split()[0].casefold().replace("é", "e") for name in t.authors} for t in texts("wiki")}
    writers |= {t.path: {name.split()[0].casefold() for name in t.authors} for t in texts("blog")}
    assert not [r for r in ratings(BASE) if r["rater"] in writers.get(r["url"].removeprefix(BASE), ())]


def test_people_of_every_role_can_sign_in_and_some_are_authors():
    accounts = people()
    assert [a["role"] for a in accounts] == ["learner", "curator", "ops", "admin"]
    assert len({a["name"] for a in accounts}) == 4
    authors = {name for t in (*texts("wiki"), *texts("blog")) for name in t.authors}
    assert len([a for a in accounts if a["display_name"] in authors]) >= 2


def test_conversations_are_about_pages_that_exist_and_answers_come_after_questions():
    said = conversations(BASE)
    questions, comments = said["questions"], said["comments"]
    assert len(questions) >= 8 and len(comments) >= 10
    assert {post["url"] for post in (*questions, *comments) if "url" in post} <= ADDRESSES
    for question in questions:
        assert question["title"] and question["body"] and question["author"]
        assert all(question["at"] < answer["at"] for answer in question["answers"])
        assert sum(answer["accepted"] for answer in question["answers"]) <= 1
    assert sum(any(a["accepted"] for a in q["answers"]) for q in questions) >= 6
    assert any(not question["answers"] for question in questions)


def test_three_collections_are_kept_by_curators_and_lead_to_pages():
    kept = collections(BASE)
    roles = {account["name"]: account["role"] for account in people()}
    assert len(kept) == 3
    for collection in kept:
        assert collection["title"] and len(collection["description"]) > 80
        assert roles[collection["curator"]] in {"curator", "admin"}
        assert len(collection["items"]) >= 6
        assert all(item["url"] in ADDRESSES and item["note"] for item in collection["items"])
