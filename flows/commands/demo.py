"""demo: everything over a sample organisation, then the library in the browser."""

import click

from curation.settings import settings
from flows.commands.console import json_option, progress_bars, report_steps


@click.command()
@click.option("--once", is_flag=True, help="Do the job and stop, without serving the library.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port of the library.")
@json_option
def demo(once: bool, port: int, as_json: bool) -> int:
    """Run everything over a sample organisation and open the library.

    A wiki and a blog are served on this machine, read, folded, tagged, rated and indexed; then the library is at
    http://127.0.0.1:8000 until Ctrl-C. A second run starts from what is there. Remove library/demo to begin anew.
    """
    from flows import demo as job
    from flows import sample
    from flows.commands.serve import run_site
    from flows.sample.server import SampleSite

    chosen = job.demo_settings(settings())
    with SampleSite(port=job.sample_port(chosen.home)) as site:
        with progress_bars(quiet=as_json) as progress:
            report = job.demo(chosen, site.base, progress)
        code = report_steps(report.steps, as_json)
        if once:
            if not as_json:
                click.echo(f"\nThe library is in {chosen.home}: COMMONPLACE_HOME={chosen.home} commonplace serve")
            return code
        click.echo("\nSign in as one of these (the password is for the demo only):")
        for person in sample.people():
            click.echo(f"  {person['name']:<10} {person['role']:<8} password {person['password']}")
        run_site(chosen, "127.0.0.1", port)
    return code
