"""Pinned floors of folding, on real pages judged by people or by exact similarity."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest

from curation.dedup import cluster
from curation.dedup.candidates import Candidates
from curation.dedup.compare import compare
from curation.dedup.fold import fold
from curation.dedup.signature import key_of, signature, word_keys
from curation.dedup.similarity import similarity
from curation.dedup.text import FOLDED, Text
from tests.support.corpora import corpus

pytestmark = pytest.mark.corpora
Pairs = set[tuple[str, str]]


def ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def near_duplicates() -> list[Text]:
    with gzip.open(corpus("near-duplicates", "documents.jsonl.gz"), "rt") as file:
        return [Text(str(r["id"]), r["title"], r["text"]) for r in map(json.loads, file)]


def labelled() -> dict[tuple[str, str], float]:
    with gzip.open(corpus("near-duplicates", "pairs.csv.gz"), "rt") as file:
        return {ordered(r["a"], r["b"]): float(r["similarity"]) for r in csv.DictReader(file)}


def look_alikes() -> list[tuple[Text, Text, str]]:
    with corpus("near-duplicates", "look-alikes.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    return [(page_of(r["a"]), page_of(r["b"]), r["label"]) for r in rows]


def page_of(record: dict[str, str]) -> Text:
    return Text(str(record["id"]), record["title"], record["text"], record["source"], record["url"])


def folded(pages: list[Text]) -> Pairs:
    groups = defaultdict(list)
    for found in fold(pages):
        groups[found.cluster].append(found.id)
    return {ordered(a, b) for members in groups.values() for a, b in combinations(members, 2)}


def f1(found: Pairs, truth: dict[tuple[str, str], float]) -> float:
    wanted = {pair for pair, alike in truth.items() if alike >= 0.8}
    right, wrong = len(found & wanted), sum(truth.get(pair, 0) < 0.6 for pair in found)
    return 2 * right / (right + wrong + len(wanted))


def halves(pages: list[Text], truth: dict[tuple[str, str], float]) -> tuple[list[Text], list[Text]]:
    """The pages in two halves; what any labelled pair of .60 or more ties together stays on one side."""
    home = {page.id: page.id for page in pages}

    def root(page: str) -> str:
        while home[page] != page:
            page = home[page]
        return page

    for a, b in (pair for pair, alike in truth.items() if alike >= 0.6):
        home[root(a)] = root(b)
    sides: tuple[list[Text], list[Text]] = [], []
    for page in pages:
        sides[key_of(root(page.id)) % 2].append(page)
    return sides


def test_revisions_of_real_pages_are_folded_with_f1_of_at_least_99() -> None:
    truth, found = labelled(), folded(near_duplicates())
    wanted = {pair for pair, alike in truth.items() if alike >= 0.8}
    false = sum(truth.get(pair, 0) < 0.6 for pair in found)
    print(f"revisions: F1 {f1(found, truth):.4f}, {len(found & wanted)} of {len(wanted)} pairs found, {false} false")
    assert f1(found, truth) >= 0.995


def test_a_threshold_chosen_on_half_of_the_clusters_does_as_well_on_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = labelled()
    sides = halves(near_duplicates(), truth)
    scores: list[dict[float, float]] = [{}, {}]
    for together in (0.6, 0.7, 0.8):
        monkeypatch.setattr(cluster, "TOGETHER", together)
        for side, score in zip(sides, scores, strict=True):
            ids = {page.id for page in side}
            score[together] = f1(folded(side), {pair: alike for pair, alike in truth.items() if ids.issuperset(pair)})
    for seen, unseen in (scores, scores[::-1]):
        chosen = max(seen, key=seen.__getitem__)
        print(f"chosen {chosen}: F1 {seen[chosen]:.4f} on its half, {unseen[chosen]:.4f} on clusters never seen")
        assert unseen[chosen] >= max(0.99, seen[chosen] - 0.01)


def test_the_bands_miss_at_most_one_real_pair_in_two_hundred() -> None:
    candidates = Candidates()
    pages = near_duplicates()
    for number, page in enumerate(pages):
        candidates.add(number, key_of(page.id), signature(page))
    met = {ordered(pages[a].id, pages[b].id) for a, b in candidates.pairs()}
    wanted = {pair for pair, alike in labelled().items() if alike >= 0.8}
    assert len(met & wanted) / len(wanted) >= 0.995


def test_similarity_is_the_labelled_one() -> None:
    pages = {page.id: page for page in near_duplicates()}
    for (a, b), alike in [pair for pair in labelled().items() if pair[1]][::40]:
        assert similarity(word_keys(pages[a].text), word_keys(pages[b].text)) == pytest.approx(alike, abs=1e-4)


def test_with_their_source_no_sibling_is_folded_and_every_copy_is_found() -> None:
    rows = look_alikes()
    found = folded(list({page.id: page for row in rows for page in row[:2]}.values()))
    share = {
        label: [ordered(a.id, b.id) in found for a, b, judged in rows if judged == label]
        for label in ("sibling", "duplicate")
    }
    for label, folds in share.items():
        print(f"look-alikes with their source: {sum(folds)} of {len(folds)} labelled {label} folded")
    assert sum(share["sibling"]) <= 0.02 * len(share["sibling"])
    assert all(share["duplicate"])


def test_each_pair_alone_is_judged_the_same() -> None:
    judged = Counter((label, compare(a, b).kind in FOLDED) for a, b, label in look_alikes())
    assert judged["sibling", True] <= 0.02 * (judged["sibling", True] + judged["sibling", False])
    assert judged["duplicate", False] == 0


def test_without_any_address_few_siblings_are_folded() -> None:
    bare = [(replace(a, url=""), replace(b, url="")) for a, b, label in look_alikes() if label == "sibling"]
    false = sum(compare(a, b).kind in FOLDED for a, b in bare)
    print(f"siblings without any address: {false} of {len(bare)} folded")
    assert false <= 4


def test_without_sources_similarity_alone_decides_on_pages_from_templates_too() -> None:
    pages = {page.id: replace(page, source=None) for a, b, _ in look_alikes() for page in (a, b)}
    keys = {name: word_keys(page.text) for name, page in pages.items()}
    truth = {ordered(a, b): similarity(keys[a], keys[b]) for a, b in combinations(pages, 2)}
    assert f1(folded(list(pages.values())), truth) >= 0.98


def test_revisions_inside_one_source_are_folded() -> None:
    pages = {page.id: replace(page, source="wiki") for page in near_duplicates()}
    same = [(pages[a], pages[b]) for (a, b), alike in labelled().items() if alike >= 0.8]
    same = [(a, b) for a, b in same if a.title and a.title == b.title][::4]
    found = sum(compare(a, b).kind in FOLDED for a, b in same)
    print(f"revisions inside one source: {found} of {len(same)} folded")
    assert found / len(same) >= 0.97
