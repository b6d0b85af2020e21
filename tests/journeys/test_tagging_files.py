"""Tagging, learning and measuring on files a person has lying about: broken lines, odd texts, models cut short."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Commonplace

WORDS = "uri,prefLabel@en,replacedBy,status\nu:design,design,,\nu:security,security,,\nu:travel,travel,,\n"
# Megabytes a process may hold for a text of 50: the line, its text, and what the tagger itself needs (250).
MOST = 600


@pytest.fixture
def words(commonplace: Commonplace) -> Path:
    return put(commonplace, "v.csv", WORDS)


def put(commonplace: Commonplace, name: str, text: str) -> Path:
    file = commonplace.folder / name
    file.write_text(text, encoding="utf-8")
    return file


def lines(*records: object) -> str:
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


def examples(total: int) -> str:
    about = {"u:design": "sketches and layouts", "u:security": "keys and patches", "u:travel": "trains and hotels"}
    rows = [list(about.items())[n % 3] for n in range(total)]
    return lines(*({"id": n, "text": f"Week {n}: {text}.", "tags": [uri]} for n, (uri, text) in enumerate(rows)))


def test_a_text_of_fifty_megabytes_takes_bounded_memory_and_is_tagged_by_its_beginning(
    commonplace: Commonplace, words: Path
) -> None:
    text = "The design of things matters to all who use them. " * 1_000_000
    file = put(commonplace, "big.jsonl", lines({"id": "big", "text": text}, {"id": "run", "text": "a" * 50_000_000}))
    out = commonplace.folder / "out.jsonl"
    # Not ru_maxrss: a process counts what the one it was forked from had as its own.
    code = f"""
import pathlib
from flows.files import tag_file
assert tag_file(pathlib.Path({str(file)!r}), pathlib.Path({str(words)!r}), None, 5, {str(out)!r}) == 0
print(int(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST
    big, run = map(json.loads, out.read_text().splitlines())
    assert big["suggestions"][0]["concept"] == "u:design" and run["suggestions"] == []


def test_odd_texts_get_an_answer_each_and_broken_lines_are_named_by_their_number(
    commonplace: Commonplace, words: Path
) -> None:
    odd = ["", "design", "🎉🎉🎉", "tlhIngan Hol Dajatlh'a'", "設計について", "\u0000\ud800 design"]
    good = [{"id": n, "text": text, "language": "tlh" if "Hol" in text else None} for n, text in enumerate(odd)]
    broken = ["{", "[]", {"id": 1}, {"id": None, "text": "x"}, {"id": 1, "text": 5}, {"id": {}, "text": ""},
              {"id": 1, "text": "", "language": 7}, {"id": 1, "text": "", "source_tags": "x"}]  # fmt: skip
    done = commonplace("tag", put(commonplace, "in.jsonl", lines(*good, *broken)), "--vocabulary", words)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(len(odd)))
    assert [bool(answer["suggestions"]) for answer in answers] == [False, True, False, False, False, True]
    told = [line for line in done.err.splitlines() if "left out" in line]
    assert done.code == 1 and len(told) == len(broken)
    assert all(f"line {len(odd) + place + 1}:" in line for place, line in enumerate(told))


def test_a_packed_file_is_read_and_one_that_breaks_off_is_named(commonplace: Commonplace, words: Path) -> None:
    whole, cut = commonplace.folder / "in.jsonl.gz", commonplace.folder / "cut.jsonl.gz"
    whole.write_bytes(gzip.compress(lines(*({"id": n, "text": f"design {n}"} for n in range(50))).encode()))
    cut.write_bytes(whole.read_bytes()[:-40])
    plain = put(commonplace, "plain.jsonl.gz", "not packed")
    assert commonplace.ok("tag", whole, "--vocabulary", words).out.count("u:design") == 50
    for verb in (("tag", cut, "--vocabulary", words), ("tag", plain, "--vocabulary", words), ("dedup", cut),
                 ("learn", cut, "--vocabulary", words, "--model", commonplace.folder / "m"),
                 ("evaluate", "tags", plain, whole)):  # fmt: skip
        done = commonplace(*verb)
        assert done.code == 1 and "can't be read" in done.err, verb


def test_learning_passes_over_broken_lines_by_number_and_says_what_it_reached(
    commonplace: Commonplace, words: Path
) -> None:
    file = put(commonplace, "e.jsonl", lines("{", {"id": 1, "text": ""}, {"id": 1, "text": "", "tags": "u:design"}))
    refused = commonplace("learn", file, "--vocabulary", words, "--model", commonplace.folder / "m")
    assert refused.code == 1 and "e.jsonl holds nothing to learn from" in refused.err
    assert [f"line {n} is passed over" in refused.err for n in (1, 2, 3)] == [True] * 3
    file.write_text(file.read_text() + examples(60))
    done = commonplace.ok("learn", file, "--vocabulary", words, "--model", commonplace.folder / "m", "--json")
    assert "Learned from 60 documents" in done.err and done.json["F1@1"] > 0.9


def test_a_model_cut_short_leaves_the_one_before_it_in_use(commonplace: Commonplace, words: Path) -> None:
    model, file = commonplace.folder / "m", put(commonplace, "e.jsonl", examples(60))
    question = put(commonplace, "q.jsonl", lines({"id": "q", "text": "We booked trains and hotels."}))
    for _ in range(2):
        commonplace.ok("learn", file, "--vocabulary", words, "--model", model)
    before = commonplace.ok("tag", question, "--vocabulary", words, "--model", model)
    newest = model / (model / "current").read_text()
    arrays = newest / "arrays.npz"
    arrays.write_bytes(arrays.read_bytes()[:-500])
    (model / ".writing-by-a-killed-process").mkdir()
    after = commonplace.ok("tag", question, "--vocabulary", words, "--model", model)
    assert f"{newest.name} in {model} is not whole" in after.err and "the one before it is used" in after.err
    assert after.out == before.out and json.loads(after.out)["suggestions"][0]["concept"] == "u:travel"


def test_a_vocabulary_that_changed_under_a_model_is_followed_with_a_word(commonplace: Commonplace, words: Path) -> None:
    model = commonplace.folder / "m"
    commonplace.ok("learn", put(commonplace, "e.jsonl", examples(60)), "--vocabulary", words, "--model", model)
    changed = "u:design,design,,\nu:travel,travel,u:trips,deprecated\nu:trips,business trips,,\n"
    newer = put(commonplace, "newer.csv", WORDS.splitlines()[0] + "\n" + changed)
    texts = ["We booked trains and hotels.", "New keys and patches."]
    question = put(commonplace, "q.jsonl", lines(*({"id": n, "text": text} for n, text in enumerate(texts))))
    done = commonplace.ok("tag", question, "--vocabulary", newer, "--model", model)
    led, gone = (json.loads(line)["suggestions"] for line in done.out.splitlines())
    assert led[0]["concept"] == "u:trips" and led[0]["label"] == "business trips"
    assert "u:security" not in [one["concept"] for one in gone]
    assert "led there, such as u:travel" in done.err and "dropped, such as u:security" in done.err


def test_figures_are_for_files_that_belong_together(commonplace: Commonplace, words: Path) -> None:
    gold = put(commonplace, "g.jsonl", lines({"id": 1, "tags": ["u:design"]}, {"id": 2, "tags": ["Travel"]}))
    given = {"suggestions": [{"concept": "u:travel", "label": "travel", "score": 0.9}]}
    good = put(commonplace, "s.jsonl", lines({"id": 1, **given}, {"id": 2, **given}))
    figures = commonplace.ok("evaluate", "tags", gold, good, "--json").json
    assert figures["precision@1"] == 0.5 and figures["answered"] == 2
    assert "precision@1" in commonplace.ok("evaluate", "tags", gold, good).out
    for name, text, told in (
        ("others.jsonl", lines({"id": 9, **given}), "no id in common"),
        ("swapped.jsonl", lines({"id": 1, "tags": []}), "line 1 lacks id or suggestions"),
        ("broken.jsonl", lines({"id": 1, **given}, "{"), "line 2 is no JSON"),
        ("odd.jsonl", lines({"id": 1, "suggestions": [{"label": "x"}]}), "without concept or score"),
        ("text.jsonl", lines({"id": 1, "suggestions": "u:travel"}), "suggestions is no list"),
    ):
        done = commonplace("evaluate", "tags", gold, put(commonplace, name, text))
        assert done.code == 1 and told in done.err, name


def test_what_extract_prints_can_be_tagged_and_folded(commonplace: Commonplace, words: Path) -> None:
    said = "When the design of a form is plain, people fill it in and need not ask anybody. " * 8
    body = f"<body><main><h1>Sketches</h1><p>{said}</p></main></body>"
    page = put(commonplace, "page.html", f"<html lang=en><head><title>Sketches</title></head>{body}</html>")
    articles = commonplace.folder / "articles.jsonl"
    commonplace.ok("extract", page, "-o", articles)
    tagged = json.loads(commonplace.ok("tag", articles, "--vocabulary", words).out)
    assert tagged["id"] == str(page) and tagged["suggestions"][0]["concept"] == "u:design"
    assert json.loads(commonplace.ok("dedup", articles).out)["id"] == str(page)


def test_a_packed_page_that_is_damaged_is_named_and_the_others_are_read(commonplace: Commonplace) -> None:
    packed = bytearray(gzip.compress(b"<p>" + b"".join(b"%d words. " % (n * n) for n in range(500))))
    packed[20:40] = bytes(20)
    (bad := commonplace.folder / "bad.html.gz").write_bytes(packed)
    good = put(commonplace, "good.html", "<p>A page with some words that say something.</p>")
    done = commonplace("extract", bad, good)
    assert done.code == 1 and f"{bad}: can't be read" in done.err and "left out" in done.err
    assert json.loads(done.out)["id"] == str(good)
