"""Folding a stream, a page at a time, and choosing what stands for a cluster."""

import json
import random
import time
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.dedup.candidates import CROWD, Candidates
from curation.dedup.canonical import canonical
from curation.dedup.cluster import cluster, joins
from curation.dedup.fold import fold
from curation.dedup.folder import Folder
from curation.dedup.records import fold_lines
from curation.dedup.signature import signature
from curation.dedup.text import Relation, Text

WORDS = [f"word{n}" for n in range(400)]


def prose(seed: int, length: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def edited(text: str, seed: int, times: int = 5) -> str:
    found = text.split(" ")
    for n in range(times):
        found[random.Random(seed + n).randrange(len(found))] = f"edit{seed}{n}"
    return " ".join(found)


def library() -> list[Text]:
    pages = [Text(f"p{n}", "", prose(n)) for n in range(20)]
    copies = [Text(f"c{n}", "", edited(prose(n), n)) for n in range(0, 20, 2)]
    twins = [Text(f"t{n}", "", prose(n)) for n in range(0, 20, 5)]
    return [*pages, *copies, *twins, Text("empty1", "", ""), Text("empty2", "", "")]


def test_copies_share_a_cluster_and_others_stand_alone() -> None:
    found = {f.id: f for f in fold(library())}
    assert found["p0"].cluster == found["c0"].cluster == found["t0"].cluster == "c0"
    assert found["p1"].cluster == "p1"
    assert found["p1"].relation == "none"
    assert found["empty1"].cluster != found["empty2"].cluster


def test_folds_come_in_input_order_and_name_their_canonical_page() -> None:
    pages = library()
    found = list(fold(pages))
    assert [f.id for f in found] == [p.id for p in pages]
    for one in found:
        assert (one.relation == "canonical") == (one.id == one.canonical and one.similarity == 1.0)


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_pages_changes_nothing(chance: random.Random) -> None:
    pages = [replace(p, source=s) for s, p in zip(["a", "b", "c"] * 20, library(), strict=False)]
    shuffled = list(pages)
    chance.shuffle(shuffled)
    assert sorted(fold(pages), key=lambda f: f.id) == sorted(fold(shuffled), key=lambda f: f.id)


def test_a_chain_of_revisions_does_not_pull_in_what_is_unlike_the_rest() -> None:
    steps = [prose(1)]
    for n in range(1, 12):
        steps.append(edited(steps[-1], 100 * n, 25))
    found = {f.id: f.cluster for f in fold(Text(f"{n:02}", "", step) for n, step in enumerate(steps))}
    assert found["00"] == found["01"]
    assert found["00"] != found["11"]


def test_siblings_are_never_folded_through_a_third_page() -> None:
    one, two = (
        Text(f"call-{m}", f"Call {m} 2023", f"{prose(1)}", "wiki", f"https://w.org/{m}") for m in ("may", "june")
    )
    found = {f.id: f for f in fold([one, two, Text("post", "Call may 2023", prose(1), "blog", "https://b.org/x")])}
    assert found["call-may"].cluster != found["call-june"].cluster


def test_a_page_with_siblings_only_says_so() -> None:
    pages = [Text(f"r{n}", f"Release 1.{n}", prose(1), "wiki") for n in range(3)]
    assert {(f.relation, f.cluster == f.id) for f in fold(pages)} == {("sibling", True)}


def test_ten_thousand_equal_pages_fold_in_seconds() -> None:
    start = time.perf_counter()
    found = list(fold(Text(str(n), "", prose(1, 60)) for n in range(10_000)))
    assert {f.cluster for f in found} == {"0"}
    assert time.perf_counter() - start < 30


def test_a_crowded_band_is_not_compared_pair_by_pair() -> None:
    candidates = Candidates()
    for n in range(1000):
        candidates.add(n, n, signature(Text(str(n), "", f"{prose(1)} {n}")))
    assert 1000 < len(list(candidates.pairs())) < 1000 * CROWD


def test_hundreds_of_nearly_equal_pages_still_become_one_cluster() -> None:
    pages = [Text(f"{n:04}", "", f"{prose(1)} {n}") for n in range(300)]
    assert len({f.cluster for f in fold(pages)}) == 1


def test_clusters_join_the_strongest_pairs_first_and_by_average() -> None:
    pairs = [("a", "b", 0.95), ("b", "c", 0.85), ("a", "c", 0.5)]
    related = [(a, b, Relation("copy" if s >= 0.8 else "none", s, "")) for a, b, s in pairs]
    for given_pairs in (related, related[::-1]):
        assert cluster(given_pairs, "abc") == {"a": "a", "b": "a", "c": "c"}


def test_clusters_ask_for_what_is_not_listed() -> None:
    related = [(a, b, Relation("copy", 0.9, "")) for a, b in ("ab", "cd", "bc")]
    assert len(set(cluster(related, "abcd").values())) == 2
    assert len(set(cluster(related, "abcd", lambda a, b: Relation("copy", 0.9, "")).values())) == 1


def test_a_page_joins_a_cluster_it_is_alike_to_and_sibling_of_nobody_in() -> None:
    copy, unlike, sibling = (Relation(k, s, "") for k, s in (("copy", 0.9), ("none", 0.3), ("sibling", 0.99)))
    assert joins([copy, copy])
    assert not joins([copy, unlike])
    assert not joins([copy, copy, sibling])
    assert not joins([])


def test_the_folder_relates_one_new_page_to_its_candidates() -> None:
    new = Text("new", "", edited(prose(1), 9), "wiki")
    others = [Text("far", "", prose(2), "wiki"), Text("post", "", prose(1), "blog"), replace(new, text="")]
    assert [(r.id, r.relation.kind) for r in Folder(new).relations(others)] == [("post", "copy")]
    assert Folder(new).joins([others[1]])
    assert not Folder(new).joins([others[0]])


def copies(**fields: tuple[object, object]) -> list[Text]:
    return [
        replace(
            Text("z", "", prose(1), "s", "https://long.example.org/z"), id=i, **{k: v[n] for k, v in fields.items()}
        )
        for n, i in enumerate("ab")
    ]


def test_the_canonical_page_is_chosen_by_the_first_rule_that_tells_them_apart() -> None:
    long, short = prose(1), prose(1)[:900]
    named = f"{long} First published at https://x.org/b."
    assert canonical(copies(text=(named, long), url=("https://y.org/a", "https://x.org/b"))) == "b"
    assert canonical(copies(published=("2024-01-02", "2023-12-31T10:00:00Z"))) == "b"
    assert canonical(copies(published=(None, "2023-12-31"))) == "b"
    assert canonical(copies(text=(short, long), published=("2020-01-01", "2021-01-01"))) == "b"
    assert canonical(copies(text=(long[:-20], long))) == "b"
    assert canonical(copies(inbound=(1, 7))) == "b"
    assert canonical(copies(rating=(None, 4.5))) == "b"
    assert canonical(copies(url=("https://x.org/long/way", "https://x.org/b"))) == "b"
    assert canonical(copies()) == "a"


@given(st.permutations(library()[:8]))
def test_the_canonical_page_does_not_depend_on_the_order(pages: list[Text]) -> None:
    assert canonical(pages) == canonical(sorted(pages, key=lambda p: p.id))


def test_bad_lines_are_named_and_left_out() -> None:
    good = json.dumps({"id": 7, "title": "T", "text": prose(1), "language": "en"})
    lines = [
        good,
        "",
        "{",
        "[1]",
        '{"id": "x"}',
        '{"text": "no id"}',
        '{"id": "y", "text": 5}',
        '{"id":"n","text":"t","rating":"x"}',
    ]
    bad: list[tuple[int, str]] = []
    found = [json.loads(line) for line in fold_lines(lines, lambda number, why: bad.append((number, why)))]
    assert found == [{"id": "7", "cluster": "7", "canonical": "7", "similarity": 0.0, "relation": "none"}]
    assert [number for number, _ in bad] == [3, 4, 5, 6, 7, 8]


def test_every_pair_of_copies_among_many_pages_is_a_candidate_once() -> None:
    candidates = Candidates()
    for n, page in enumerate(library()):
        candidates.add(n, n, signature(page))
    pairs = list(candidates.pairs())
    assert len(pairs) == len(set(pairs))
    assert all(a < b for a, b in pairs)
    assert len(pairs) < len(list(combinations(range(34), 2))) / 5
