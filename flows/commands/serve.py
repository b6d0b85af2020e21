"""serve: the library in a browser, with a Prefect server beside it where that is wanted."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from curation.settings import Settings
from flows.commands.console import ready


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--with-prefect", is_flag=True, help="Start a Prefect server and the schedules beside the site (one machine)."
)
def serve(host: str, port: int, with_prefect: bool) -> int:
    """Show the library at http://HOST:PORT until Ctrl-C."""
    settings = ready()
    if with_prefect:
        with _prefect(settings):
            run_site(settings, host, port)
    else:
        run_site(settings, host, port)
    return 0


def run_site(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted."""
    import uvicorn

    from curation.web.app import create_app

    click.echo(f"The library is at http://{host}:{port} (Ctrl-C stops it).", err=True)
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning", proxy_headers=False)


@contextmanager
def _prefect(settings: Settings) -> Iterator[None]:
    """A Prefect server on this machine and a process that carries out the schedules; both end with the site."""
    from flows.beside import prefect_server

    with prefect_server(settings) as address:
        click.echo(f"Prefect is at {address.removesuffix('/api')}", err=True)
        worker = subprocess.Popen([sys.executable, "-m", "flows.scheduled"], env=None)
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(timeout=30)
