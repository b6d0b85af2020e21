"""Open the index an organisation uses: Elasticsearch where an address is given, the embedded engine otherwise."""

from pathlib import Path

from search_config.index import SearchIndex


def open_index(folder: Path, elasticsearch_url: str = "", prefix: str = "commonplace") -> SearchIndex:
    """The index; an engine's library is imported only where it is used. Nothing is created before the first write."""
    if elasticsearch_url:
        from search_config.elastic import ElasticIndex

        return ElasticIndex(elasticsearch_url, prefix)
    from search_config.embedded import EmbeddedIndex

    return EmbeddedIndex(folder, prefix)
