"""The index this installation uses: embedded in its home, or Elasticsearch where an address is set."""

from curation.settings import Settings
from search_config.index import SearchIndex
from search_config.open import open_index as _open


def open_index(settings: Settings) -> SearchIndex:
    """Open the index the settings name; the engine is not asked anything yet."""
    return _open(settings.home / "index", settings.elasticsearch_url, settings.index_prefix)
