"""learn: fit a tagging model on tagged examples."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("examples", type=FILE)
@click.option("--vocabulary", required=True, type=FILE, help="SKOS file the tags belong to.")
@click.option(
    "--model", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the model in."
)
def learn(examples: Path, vocabulary: Path, model: Path) -> int:
    """Fit a model on EXAMPLES (JSON Lines: id, title, text, tags; rejected if known) for commonplace tag --model."""
    from curation.tagging.learn import learn_file

    learn_file(examples, vocabulary, model, lambda said: click.echo(said, err=True))
    return 0
