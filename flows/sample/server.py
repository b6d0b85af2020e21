"""Serves the sample organisation over HTTP on loopback: `python -m flows.sample.server --port 8090`."""

import datetime
import threading
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import click

from flows.sample.answers import Answer, build, missing


class SampleSite:
    """The sample's wiki and blog on a port of this machine; port 0 takes any free one.

    Use it as a context manager, or with start() and stop(). `base` is its address, without a slash at the end.
    """

    def __init__(self, port: int = 0) -> None:
        """Take the port.

        Raises:
            OSError: the port is taken by somebody else.
        """
        self._server = _Server(("127.0.0.1", port), _Handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._server.base = self.base
        self._server.answers = build(self.base)
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Answer from a thread of its own; the site can be asked as soon as this returns."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sample", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more, and give the port back."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    base = ""
    answers: dict[str, Answer]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a visitor who hangs up is no fault of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave as one packet. Reason: two wait 40 ms for each other (Nagle against delayed acknowledgement).
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server
    # Seconds. Reason: a keep-alive connection nobody uses must not outlive the tests.
    timeout = 30

    def do_GET(self) -> None:
        """Answer with the whole page, or with 304 where the visitor has it."""
        answer = self._answer()
        if answer.status == 200 and self._knows(answer):
            self._send(answer, 304, b"")
        else:
            self._send(answer, answer.status, answer.body)

    def do_HEAD(self) -> None:
        """Answer like GET, without the body."""
        answer = self._answer()
        known = answer.status == 200 and self._knows(answer)
        self._send(answer, 304 if known else answer.status, b"", length=len(answer.body))

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _answer(self) -> Answer:
        path = self.path.partition("?")[0].partition("#")[0]
        return self.server.answers.get(path) or missing(self.server.base, path)

    def _knows(self, answer: Answer) -> bool:
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {answer.etag, "*"})
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return since.tzinfo is not None and _time(answer.modified) <= since

    def _send(self, answer: Answer, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
        if answer.location:
            self.send_header("Location", answer.location)
        if status in (200, 304):
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", format_datetime(_time(answer.modified), usegmt=True))
            self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)


def _time(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, 9, tzinfo=datetime.UTC)


@click.command()
@click.option("--port", default=8090, show_default=True, help="The port of 127.0.0.1 to answer on; 0 takes any.")
def main(port: int) -> None:
    """Serve the sample organisation's wiki and blog until Ctrl-C."""
    try:
        site = SampleSite(port)
    except OSError as error:
        raise click.ClickException(f"Port {port} can't be used ({error}). Choose another with --port.") from error
    click.echo(f"The sample organisation answers at {site.base} (Ctrl-C ends it)")
    with site:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Closed.")


if __name__ == "__main__":
    main()
