"""Words, signatures and similarity: exact, the same everywhere, and undisturbed by odd texts."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from curation.dedup.signature import BANDS, estimate, signature, without_language, word_keys
from curation.dedup.similarity import difference, similarity
from curation.dedup.text import Text, cased_words, words

PINNED = (-4994522762758169165, -465882578348689124, "60c15e1d", 16)

texts = st.text(alphabet=st.sampled_from("aB é“—1_ \n你す🙂\ud800"), max_size=60)


def page(text: str, **more: str) -> Text:
    return Text("x", "", text, **more)


def test_words_are_lower_case_letters_digits_and_underscores() -> None:
    assert words("Don’t re-run `make_all`—v2.1, naïve ÉCOLE!") == [
        *("don", "t", "re", "run", "make_all", "v2", "1"),
        *("naïve", "école"),
    ]


def test_a_decomposed_accent_is_the_same_word() -> None:
    assert words("cafe\u0301") == words("caf\u00e9") == ["café"]


def test_text_without_blanks_is_compared_character_by_character() -> None:
    assert words("共有ノートbook") == ["共", "有", "ノ", "ー", "ト", "book"]


def test_a_text_of_emoji_has_its_characters_as_words() -> None:
    assert words("🙂 🎉") == ["🙂", "🎉"]


def test_words_as_written_keep_their_capitals() -> None:
    assert cased_words("The KEEPER") == ["The", "KEEPER"]


def test_signatures_are_the_same_in_another_process_and_version() -> None:
    sentence = "The keeper of the shared library reads every page before it is folded into another one."
    here = signature(page(sentence))
    assert (here.bands[0], here.bands[31], here.sketch[:4].hex(), here.words) == PINNED
    code = f"from curation.dedup.signature import *\nprint(signature(Text('y', 't', {sentence!r})).bands[:3])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(here.bands[:3])


def test_a_word_has_one_hash_wherever_it_stands() -> None:
    row = ["keeper", "a" * 70_000, "naïve", *["of", "all"] * 100_000, "b" * 65, "keeper"]
    alone = {word: word_keys(word)[0] for word in row}
    assert word_keys(" \n".join(row) + ".").tolist() == [alone[word] for word in row]
    assert len(set(alone.values())) == len(alone)


def test_bands_are_signed_database_keys() -> None:
    bands = signature(page("one two three four five six")).bands
    assert len(bands) == BANDS
    assert all(-(2**63) <= band < 2**63 for band in bands)


def test_an_empty_page_has_no_bands_and_promises_nothing() -> None:
    empty = signature(page(" \n"))
    assert (empty.bands, empty.sketch, empty.words) == ((), b"", 0)
    assert estimate(empty.sketch, empty.sketch) == 0.0


def test_addresses_in_two_languages_share_a_band() -> None:
    english = signature(page("Welcome here", url="https://x.org/en/start"))
    german = signature(page("Willkommen hier", url="https://x.org/de/start"))
    assert set(english.bands) & set(german.bands)
    assert without_language("https://en.x.org/token/a") == "https://en.x.org/token/a"


def test_the_sketch_estimates_shared_shingles() -> None:
    rng = np.random.default_rng(3)
    row = [f"w{n}" for n in rng.integers(0, 5000, 1000)]
    half = signature(page(" ".join(row[:500] + [f"v{n}" for n in range(500)])))
    assert estimate(signature(page(" ".join(row))).sketch, half.sketch) == pytest.approx(1 / 3, abs=0.12)


@given(texts, texts)
def test_similarity_is_the_normalised_indel_similarity(a: str, b: str) -> None:
    found = similarity(word_keys(a), word_keys(b))
    exact = Indel.normalized_similarity(words(a), words(b)) if words(a) and words(b) else 0.0
    assert found == pytest.approx(exact)
    assert similarity(word_keys(a), word_keys(b), 0.5) == pytest.approx(exact if exact >= 0.5 else 0.0)


@given(texts, texts)
def test_a_difference_leads_from_one_text_to_the_other(a: str, b: str) -> None:
    found = difference(a, b)
    assert [w for _, one, _ in found for w in one] == cased_words(a)
    assert [w for _, _, two in found for w in two] == cased_words(b)


def test_a_difference_names_what_changed() -> None:
    assert difference("Ask the keeper on Monday.", "Ask the head keeper on Friday!") == [
        ("equal", ("Ask", "the"), ("Ask", "the")),
        ("insert", (), ("head",)),
        ("equal", ("keeper", "on"), ("keeper", "on")),
        ("replace", ("Monday",), ("Friday",)),
    ]


def test_ten_megabytes_are_signed_and_compared() -> None:
    book = "ten words of a very long book stand in here again " * 200_000
    assert len(book) >= 10_000_000
    assert signature(page(book)).words == 2_200_000
    assert similarity(word_keys(book), word_keys(book + "and an end"), 0.8) > 0.99
    assert len(difference(book[:3_000_000], book[:2_999_000] + "with another end")) == 2


def test_books_too_long_to_align_are_estimated_and_order_still_counts() -> None:
    rng = np.random.default_rng(5)
    book = rng.integers(0, 2**63, 80_000, dtype=np.uint64)
    reworded = np.where(rng.random(80_000) < 0.1, np.uint64(7), book)
    assert similarity(book, reworded) == pytest.approx(0.9, abs=0.02)
    assert similarity(book, rng.permutation(book)) < 0.1
    assert similarity(book, rng.permutation(book), 0.5) == 0.0


def test_different_words_that_meet_in_every_part_of_their_hashes_stay_different() -> None:
    a, b = np.array([1, 2, 3, 4], np.uint64), np.array([1, 5, 6, 4], np.uint64)
    assert similarity(a, b) == 0.5
    assert similarity(a << np.uint64(24), b << np.uint64(24)) == 0.5
