"""The command: the steps' own verbs, imported only when one is called."""

import importlib
import sys

import click

# Command -> module under flows.commands and the name in it; nothing here is imported until it is asked for.
COMMANDS = {
    "demo": ("demo", "demo", "Run everything over a sample organisation and open the library."),
    "init": ("setup", "init", "Set up the record in the home folder; safe to repeat."),
    "source": ("source", "source", "Add, look at and check the wikis and blogs that are read."),
    "vocabulary": (
        "vocabulary",
        "vocabulary",
        "Keep the common language (SKOS): import, export, merge, split, check, undo.",
    ),
    "ratings": ("ratings", "ratings", "Import ratings from a CSV file."),
    "run": ("steps", "run", "Do all the steps for one or every source."),
    "crawl": ("steps", "crawl", "Read what sources say now."),
    "extract": ("steps", "extract", "Turn pages into articles (the library's, or HTML files)."),
    "dedup": ("steps", "dedup", "Fold copies together (the library's, or a file's)."),
    "tag": ("steps", "tag", "Suggest concepts (for the library, or a file)."),
    "rate": ("steps", "rate", "Match waiting ratings and weigh all of them."),
    "index": ("steps", "index", "Bring the search index up to date, rebuild or verify it."),
    "learn": ("learn", "learn", "Fit the tagging model on what curators decided (or on a file)."),
    "search": ("search", "search", "Search the library from here."),
    "evaluate": ("evaluate", "evaluate", "Measure search or tags against human judgements."),
    "account": ("account", "account", "Add and list the people who sign in."),
    "serve": ("serve", "serve", "Show the library in a browser."),
    "status": ("status", "status", "What is fresh, what failed, what waits."),
    "doctor": ("doctor", "doctor", "What is missing or misconfigured, and the next step."),
}


class Commands(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the story, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"flows.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help, from the table above, so that it costs no import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[2]) for name, row in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commonplace-library", prog_name="commonplace")
def cli() -> None:
    """An organisation's commonplace book: read, fold, tag, rate, find.

    Begin with: commonplace demo
    """


def main() -> None:
    """Run a command; what goes wrong is one message and an exit code, never a traceback.

    Codes: 0 done, 1 it could not be done or something failed, 2 the command was not understood, 130 interrupted.
    """
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was done so far is kept; run it again to go on.", err=True)
        sys.exit(130)
    except Exception as error:
        from flows.commands.explain import explain

        message = explain(error)
        if message is None:
            raise
        click.secho(message, fg="red", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
