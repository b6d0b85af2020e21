"""Folding beside datasketch and rensa, each with the same exact check: pages per second, F1, peak memory.

python -m tests.benchmarks.bench_folding                 the labelled pages, three ways
python -m tests.benchmarks.bench_folding made 1000000    made pages (real sentences), ours alone, peak memory
"""

import csv
import gzip
import json
import random
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations

from datasketch import MinHash, MinHashLSH
from rapidfuzz.distance import Indel
from rensa import RMinHash, RMinHashLSH

from curation.dedup.fold import fold
from curation.dedup.text import Text
from tests.support.corpora import SHARED

FOLDER = SHARED / "corpora" / "near-duplicates"
Pairs = set[tuple[str, str]]


def pages() -> list[Text]:
    with gzip.open(FOLDER / "documents.jsonl.gz", "rt") as file:
        return [Text(str(r["id"]), r["title"], r["text"]) for r in map(json.loads, file)]


def truth() -> dict[tuple[str, str], float]:
    with gzip.open(FOLDER / "pairs.csv.gz", "rt") as file:
        return {ordered(r["a"], r["b"]): float(r["similarity"]) for r in csv.DictReader(file)}


def ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def f1(found: Pairs, similarity: dict[tuple[str, str], float]) -> float:
    wanted = {pair for pair, alike in similarity.items() if alike >= 0.8}
    right = len(found & wanted)
    wrong = sum(similarity.get(pair, 0) < 0.6 for pair in found)
    return 2 * right / (right + wrong + len(wanted))


def ours(texts: list[Text]) -> Pairs:
    groups: dict[str, list[str]] = defaultdict(list)
    for found in fold(texts):
        groups[found.cluster].append(found.id)
    return {ordered(a, b) for members in groups.values() for a, b in combinations(members, 2)}


def shingles(words: list[str]) -> list[str]:
    """Repeated ones too: MinHash does not mind, and a set costs the peers half again as much."""
    return list(map(" ".join, zip(words, words[1:], words[2:], strict=False))) or [" ".join(words)]


def checked(words: list[list[str]], texts: list[Text], met: set[tuple[int, int]]) -> Pairs:
    alike = (pair for pair in met if Indel.normalized_similarity(words[pair[0]], words[pair[1]], score_cutoff=0.8))
    return {ordered(texts[a].id, texts[b].id) for a, b in alike}


def rensa(texts: list[Text]) -> Pairs:
    words = [re.findall(r"\w+", text.text.lower()) for text in texts]
    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    met = set()
    for number, found in enumerate(words):
        if found:
            signature = RMinHash(num_perm=128, seed=42)
            signature.update(shingles(found))
            met |= {(other, number) for other in index.query(signature)}
            index.insert(number, signature)
    return checked(words, texts, met)


def datasketch(texts: list[Text]) -> Pairs:
    words = [re.findall(r"\w+", text.text.lower()) for text in texts]
    index = MinHashLSH(threshold=0.5, num_perm=128, params=(32, 4))
    met = set()
    for number, found in enumerate(words):
        if found:
            signature = MinHash(num_perm=128)
            signature.update_batch([shingle.encode() for shingle in shingles(found)])
            met |= {(other, number) for other in index.query(signature)}
            index.insert(number, signature)
    return checked(words, texts, met)


def made(count: int, words: int = 150) -> Iterator[Text]:
    """Pages of real sentences: one in ten a copy of an earlier one with a few words changed, and a line of boilerplate
    under each."""
    sentences = [s for page in pages() for s in re.split(r"(?<=[.!?])\s+", page.text) if 5 < len(s.split()) < 40]
    chance = random.Random(7)
    kept: list[str] = []
    for number in range(count):
        if kept and chance.random() < 0.1:
            copy = chance.choice(kept).split(" ")
            copy[chance.randrange(len(copy))] = f"changed{number}"
            text = " ".join(copy)
        else:
            text = f"Page {number}\n"
            while text.count(" ") < words:
                text += chance.choice(sentences) + " "
            if len(kept) < 2000:
                kept.append(text)
        yield Text(
            str(number), "", text + "\nWas this page helpful? Edit this page or write to the keepers of the library."
        )


def megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def beside_peers() -> None:
    texts, similarity = pages(), truth()
    speeds: dict[str, float] = {}
    ways: dict[str, Callable[[list[Text]], Pairs]] = {"ours": ours, "rensa": rensa, "datasketch": datasketch}
    ours(texts[:50])
    for name, way in ways.items():
        start, processor = time.perf_counter(), time.process_time()
        found = way(texts)
        seconds, busy = time.perf_counter() - start, time.process_time() - processor
        speeds[name] = len(texts) / busy
        print(
            f"{name:10} F1 {f1(found, similarity):.4f}  {len(texts) / seconds:6.0f} pages/s  {speeds[name]:6.0f} /CPU-s"
        )
    for peer in ("rensa", "datasketch"):
        print(f"ours / {peer} {speeds['ours'] / speeds[peer]:.2f}")


def at_scale(count: int) -> None:
    start, processor = time.perf_counter(), time.process_time()
    folded = sum(found.relation not in ("none", "canonical") for found in fold(made(count)))
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    speed = f"{count / seconds:.0f} pages/s, {count / busy:.0f} /CPU-s"
    print(f"{count} made pages: {folded} folded, {speed}, {megabytes()} MB peak")


if __name__ == "__main__":
    if sys.argv[1:2] == ["made"]:
        at_scale(int(sys.argv[2]))
    else:
        beside_peers()
