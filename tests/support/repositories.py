"""Git repositories made by git itself, and a server of one: smart HTTP through git's own backend, behind a password."""

import base64
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ADA = ("Ada Moss", "ada@example.org")
BEN = ("Ben Hale", "ben@example.org")


class Repository:
    """A working copy in `folder`; every commit says who and when."""

    def __init__(self, folder: Path, branch: str = "main") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", f"--initial-branch={branch}", ".")

    def git(self, *arguments: str, **environment: str) -> str:
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.folder)}
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env={**os.environ, **nobody, **environment}, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def write(self, path: str | bytes, content: str | bytes) -> None:
        place = self.folder / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, message: str = "A change", who: tuple[str, str] = ADA, at: str = "2024-05-01T10:00:00Z") -> str:
        self.git("add", "--all", ".")
        name, email = who
        people = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER")
                  for key, value in (("NAME", name), ("EMAIL", email), ("DATE", at))}  # fmt: skip
        self.git("commit", "--quiet", "--allow-empty", "-m", message, **people)
        return self.git("rev-parse", "HEAD").strip()


@contextmanager
def served(
    repository: Repository, token: str = "", status: int = 0, location: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """The clone address of a repository behind Basic `token`, and the requests made; or one answer to everything."""
    asked: list[str] = []
    wanted = "Basic " + base64.b64encode(token.encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if status or (token and self.headers.get("Authorization") != wanted):
                self.send_response(status or 401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            head, _, answer = self.backend(body).partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def backend(self, body: bytes) -> bytes:
            path, _, query = self.path.partition("?")
            variables = {
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(repository.folder), "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path.removeprefix("/handbook.git"), "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
            }  # fmt: skip
            return subprocess.run(["git", "http-backend"], input=body, env=variables, capture_output=True).stdout

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/handbook.git", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
