"""Credentials in Prefect's blocks, where Prefect is not there to give them."""

import pytest

from crawlers.errors import CrawlError
from crawlers.source import Source
from curation.errors import CurationError
from curation.settings import Settings
from flows.blocks import handed

HEADERS = {"Authorization": "block:wiki-token", "X-Team": "TEAM"}


def settings(tmp_path, server: str) -> Settings:
    return Settings(home=tmp_path, database_url="", elasticsearch_url="", prefect_api_url=server)


def test_without_a_server_the_message_says_what_to_set(tmp_path):
    with pytest.raises(CurationError, match=r"wiki-token is kept by Prefect, and no server .* Set PREFECT_API_URL"):
        handed(settings(tmp_path, ""), HEADERS)


def test_a_server_that_does_not_answer_is_named(tmp_path):
    with pytest.raises(CurationError, match=":9/api does not give the block wiki-token"):
        handed(settings(tmp_path, "http://127.0.0.1:9/api"), HEADERS)


def test_without_blocks_nobody_is_asked(tmp_path):
    assert handed(settings(tmp_path, "http://127.0.0.1:9/api"), {"Authorization": "WIKI_TOKEN"}) == {}


@pytest.mark.parametrize("held", ["block:", "block:Wiki Token", "Bearer abc", "block:a_b"])
def test_what_names_neither_a_variable_nor_a_block_is_refused(held):
    terms = {"name": "wiki", "kind": "confluence", "address": "https://wiki.example.org/"}
    assert Source.from_dict({**terms, "headers": HEADERS}).headers == HEADERS
    with pytest.raises(CrawlError, match="never hold the value itself"):
        Source.from_dict({**terms, "headers": {"Authorization": held}})
