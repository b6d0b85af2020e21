"""What two pages are to each other, on made pages; the real ones are in tests/quality."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.dedup.compare import compare
from curation.dedup.text import Text

PROSE = (
    "Before you ask for a new laptop, look whether one of the spare machines in the store room will do. The keeper of "
    "the store has a list, and most requests are met within a day. If none fits, write down what you need it for, who "
    "pays for it, and until when it must be here. Your manager signs the request in the purchasing tool. The order "
    "goes out on the next working day; delivery takes about a week. When it arrives, the help desk installs the "
    "standard image, adds the certificates, and asks you to sign for it. Old machines go back to the store, wiped. "
    "Anything lost or stolen has to be reported to the security desk at once, by phone, at any hour of the day."
)


def page(name: str, text: str, source: str | None = "wiki", url: str = "", title: str = "") -> Text:
    return Text(name, title, text, source, url or f"https://wiki.example.org/{name}")


def kind(a: Text, b: Text) -> str:
    assert compare(a, b) == compare(b, a)
    return compare(a, b).kind


def test_without_sources_similarity_alone_decides() -> None:
    january, february = (page(f"calls-{m}", f"Call of {m}\n{PROSE}", None) for m in ("january", "february"))
    assert kind(january, february) == "copy"


def test_a_cross_post_is_a_copy_even_when_headings_differ() -> None:
    assert kind(page("a", f"New laptops\n{PROSE}"), page("b", f"How we buy\n{PROSE}", "blog")) == "copy"


def test_a_cross_post_with_an_introduction_is_a_copy() -> None:
    introduction = "This first stood in the blog of the purchasing team. " * 6
    assert (
        kind(page("a", f"New laptops\n{PROSE}"), page("b", f"New laptops\n{introduction}\n{PROSE}", "blog")) == "copy"
    )


def test_the_same_page_at_two_addresses_of_one_wiki_is_a_copy() -> None:
    a = page("a", f"New laptops\n{PROSE}", url="https://w.org/benefits/laptops/index.md")
    assert kind(a, page("b", f"New laptops\n{PROSE}", url="https://w.org/people/laptops.md")) == "copy"


def test_an_edited_page_under_the_same_heading_is_a_revision() -> None:
    edited = PROSE.replace("within a day", "within two days").replace("by phone, ", "")
    a = page("a", f"New laptops\n{PROSE}", url="https://w.org/it/laptops")
    assert kind(a, page("b", f"New laptops\n{edited}", url="https://w.org/ops-space/laptops")) == "revision"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Release 4.1.0", "Release 4.1.1"),
        ("Monthly call January 2023", "Monthly call February 2023"),
        ("Minutes 2023-05-01", "Minutes 2023-06-05"),
        ("Week one", "Week two"),
        ("Report Q1", "Report Q2"),
    ],
)
def test_numbers_and_dates_in_the_heading_make_siblings(one: str, two: str) -> None:
    assert kind(page("a", f"{one}\n{PROSE}"), page("b", f"{two}\n{PROSE}")) == "sibling"


def test_dates_in_the_address_make_siblings_even_of_equal_texts() -> None:
    a, b = (page(n, PROSE, url=f"https://w.org/calls/2023-{n}-call") for n in ("05", "06"))
    assert kind(a, b) == "sibling"


def test_database_keys_in_the_address_are_no_dates() -> None:
    a, b = (page(n, PROSE, url=f"https://w.org/pages/{n}/New+laptops") for n in ("881233", "73"))
    assert kind(a, b) == "copy"


def test_a_number_at_one_address_only_is_still_a_copy() -> None:
    assert kind(page("laptops", PROSE), page("laptops-2", PROSE)) == "copy"


def test_pages_of_two_teams_from_one_template_are_siblings() -> None:
    a, b = (page(n, f"{n} team\n{PROSE}\nAsk the {n} lead. The {n} room is open.") for n in ("Cloud", "Sales"))
    assert kind(a, b) == "sibling"
    assert "names itself" in compare(a, b).why


def test_the_team_in_the_address_is_enough_to_see_the_slot() -> None:
    a, b = (
        page(n, f"Team norms\n{PROSE}\nAsk the {n} lead.", url=f"https://w.org/teams/{n}/norms")
        for n in ("cloud", "sales")
    )
    assert kind(a, b) == "sibling"


def test_dates_and_names_in_the_slots_under_one_heading_are_siblings() -> None:
    slots = "Held on {} by {}. Notes by {}. Next call on {}."
    one = slots.format("5 May", "Ann", "Bob", "7 June")
    two = slots.format("7 June", "Carla", "Dev", "3 July")
    assert kind(page("a", f"Call\n{PROSE}\n{one}"), page("b", f"Call\n{PROSE}\n{two}")) == "sibling"


def test_two_short_pages_with_a_common_template_are_no_copies() -> None:
    stub = "{}\nThis page is not written yet. Ask the keeper of this area, or write it yourself and be thanked."
    a, b = page("a", stub.format("Payroll")), page("b", stub.format("Parking"))
    assert kind(a, b) == "sibling"
    assert kind(a, replace(b, source="blog")) == "sibling"


def test_a_page_that_says_it_replaces_another_supersedes_it() -> None:
    old = page("old-way", f"Buying laptops the old way\n{PROSE}")
    new = page("new-way", f"Buying laptops\nThis supersedes “Buying laptops the old way”.\n{PROSE}")
    assert compare(old, new).kind == "supersedes"
    assert compare(old, new).lead == "new-way"


def test_a_page_called_deprecated_is_superseded_by_its_namesake() -> None:
    found = compare(page("a", PROSE, title="Laptops (deprecated)"), page("b", PROSE + " Thank you.", title="Laptops"))
    assert (found.kind, found.lead) == ("supersedes", "b")


def test_the_same_page_of_two_documentation_versions_supersedes() -> None:
    a, b = (page(v, PROSE, url=f"https://d.org/docs/{v}/laptops") for v in ("v1.9", "v1.10"))
    assert (compare(a, b).kind, compare(a, b).lead) == ("supersedes", "v1.10")


def test_a_long_page_with_a_copied_part_contains_it() -> None:
    rest = " ".join(f"Step {n}: look into drawer {n * 7} and note what is there." for n in range(40))
    found = compare(page("part", PROSE), page("whole", f"Handbook of the store\n{rest}\n{PROSE}"))
    assert (found.kind, found.lead) == ("contains", "whole")


def test_pages_whose_addresses_differ_in_the_language_are_translations() -> None:
    german = "Bevor du um einen neuen Rechner bittest, schau nach, ob einer der Ersatzrechner im Lager genügt. " * 5
    a, b = page("a", PROSE, url="https://w.org/en/laptops"), page("b", german, url="https://w.org/de/laptops")
    assert kind(a, b) == "translation"


def test_unrelated_pages_have_no_relation() -> None:
    assert (
        kind(page("a", PROSE), page("b", "The canteen opens at noon and closes at two, except on holidays.")) == "none"
    )


def test_two_empty_pages_are_not_copies() -> None:
    assert kind(page("a", ""), page("b", " \n ")) == "none"
    assert kind(page("a", "", None), page("b", "", None)) == "none"


@pytest.mark.parametrize("odd", ["🙂🎉", "word", "\ud800 \udfff lone", "\x00\x00", "é" * 5, "a" * 100_000])
def test_odd_pages_are_copies_of_themselves_and_nothing_breaks(odd: str) -> None:
    assert kind(page("a", odd, None), page("b", odd, None)) == "copy"
    assert kind(page("a", odd), page("b", PROSE)) == "none"


@pytest.mark.parametrize("address", ["http://[", "mailto:x", "%ff%zz", "//", "\ud800", "/" * 5000])
def test_odd_addresses_do_no_harm(address: str) -> None:
    assert kind(page("a", PROSE, url=address), page("b", PROSE)) == "copy"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from([None, "wiki", "blog"]))
def test_a_relation_is_the_same_from_both_sides(one: str, two: str, source: str | None) -> None:
    a, b = page("a", f"{one}\n{PROSE}"), page("b", f"{two}\n{PROSE}", source)
    assert compare(a, b) == compare(b, a)
