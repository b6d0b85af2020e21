"""evaluate search, tags: figures against human judgements."""

import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from flows.commands.console import json_option, print_figures

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure search or tags against human judgements."""


@evaluate.command()
@click.option("--corpus", required=True, type=FILE, help='JSON Lines: {"id", "title", "body"}.')
@click.option("--queries", required=True, type=FILE, help='JSON Lines: {"id", "text"}.')
@click.option("--qrels", required=True, type=FILE, help="TREC judgements: query, 0, document, relevance.")
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), default="embedded", show_default=True)
@json_option
def search(corpus: Path, queries: Path, qrels: Path, engine: str, as_json: bool) -> int:
    """Search a test collection as the site does, aside from the library: nDCG@10, recall@100, MRR, latency."""
    from curation.errors import CurationError
    from curation.settings import settings
    from search_config.evaluate import evaluate as measure
    from search_config.evaluate import read_documents, read_qrels, read_queries
    from search_config.open import open_index

    url = settings().elasticsearch_url if engine == "elasticsearch" else ""
    if engine == "elasticsearch" and not url:
        raise CurationError(
            "No Elasticsearch is set. Set ELASTICSEARCH_URL to its address, such as http://127.0.0.1:9200"
        )
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), url, "commonplace-evaluation")
        try:
            figures = asdict(measure(index, read_documents(corpus), read_queries(queries), read_qrels(qrels)))
        finally:
            index.close()
    return print_figures(figures, as_json)


@evaluate.command()
@click.argument("gold", type=FILE)
@click.argument("suggestions", type=FILE)
@json_option
def tags(gold: Path, suggestions: Path, as_json: bool) -> int:
    """Hold SUGGESTIONS (what tag printed) against GOLD (id, tags): F1, nDCG, precision, recall, calibration."""
    from curation.tagging.evaluate import evaluate_tags

    return print_figures(evaluate_tags(gold, suggestions), as_json)
