"""The tuned data is described, complete, and its baked part names the schema."""

import shutil
from pathlib import Path

import pytest

from search_config.entry import Entry, entry
from search_config.errors import SearchError
from search_config.index import FACETS
from search_config.tuning import FOLDER, tuning
from tests.support.library import LIBRARY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("fields", "analysis", "boosts"):
        shutil.copy(FOLDER / f"{name}.yaml", tmp_path)
    return tmp_path


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return folder


def test_every_number_says_its_unit_reason_and_source() -> None:
    numbers = {**tuning().limits, **tuning().boosts}
    assert all(number.unit and number.reason and number.source for number in numbers.values())
    assert all(field.description for field in tuning().fields)


def test_an_entry_fills_exactly_the_described_fields() -> None:
    described = {field.name for field in tuning().fields}
    assert set(Entry.__annotations__) == described
    assert all(set(entry(document)) == described for document in LIBRARY)
    assert {field.name for field in tuning().fields if field.behaviour == "facet"} == set(FACETS)


def test_what_is_baked_in_changes_the_schema_and_the_rest_does_not(folder: Path) -> None:
    assert tuning(folder).schema == tuning().schema
    baked = changed(folder, "boosts.yaml", "title_weight:   {value: 2", "title_weight:   {value: 3")
    tuning.cache_clear()
    assert tuning(baked).schema != tuning().schema
    changed(folder, "boosts.yaml", "title_weight:   {value: 3", "title_weight:   {value: 2")
    changed(folder, "boosts.yaml", "value: 0.02", "value: 0.01")
    changed(folder, "analysis.yaml", "stop_words: [a, an", "stop_words: [an")
    tuning.cache_clear()
    assert tuning(folder).schema == tuning().schema


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("fields.yaml", "behaviour: facet", "behaviour: magic", "unknown behaviour magic"),
        ("boosts.yaml", "value: 1000", "value: many", "many"),
        ("boosts.yaml", "reason: ", "because: ", "reason"),
        ("analysis.yaml", "stemmer: english", "", "stemmer"),
        ("analysis.yaml", "stemmer: english", "stemmer: [", "can't be read"),
    ],
)
def test_a_mistake_in_the_data_is_named(folder: Path, file: str, old: str, new: str, message: str) -> None:
    changed(folder, file, old, new)
    with pytest.raises(SearchError, match=message):
        tuning(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "boosts.yaml").unlink()
    with pytest.raises(SearchError, match=r"boosts\.yaml can't be read"):
        tuning(folder)
