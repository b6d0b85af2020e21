"""The sample organisation, served once for all of its tests."""

from collections.abc import Iterator

import httpx
import pytest

from flows.sample.server import SampleSite


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite() as served:
        yield served


@pytest.fixture(scope="module")
def ask(site: SampleSite) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.base, trust_env=False) as client:
        yield client
