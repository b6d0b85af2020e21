"""learn: fit the tagging model on what curators decided, or on tagged examples in a file."""

from pathlib import Path

import click

from flows.commands.console import json_option, print_figures, ready, report_steps

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("examples", type=FILE, required=False)
@click.option("--vocabulary", type=FILE, help="SKOS file the tags of the examples belong to.")
@click.option("--model", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the model in.")
@json_option
def learn(examples: Path | None, vocabulary: Path | None, model: Path | None, as_json: bool) -> int:
    """Fit the tagging model on what curators decided in the library.

    With EXAMPLES (JSON Lines: id, title, text, tags; rejected if known), --vocabulary and --model it needs no
    library: the model is for commonplace tag --model.
    """
    if examples is None:
        from flows.learn import learn as step

        return report_steps([step(ready())], as_json)
    if vocabulary is None or model is None:
        raise click.UsageError("Learning from a file needs --vocabulary FILE and --model DIR.")
    from curation.tagging.learn import learn_file

    figures = learn_file(examples, vocabulary, model, lambda said: click.echo(said, err=True))
    return print_figures(figures, as_json)
