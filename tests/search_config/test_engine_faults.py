"""What an engine in trouble says: the thing, the next step, and nothing is lost."""

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from search_config.document import SearchDocument
from search_config.embedded import EmbeddedIndex
from search_config.errors import IndexUnavailable, SearchError
from search_config.index import SearchIndex, SearchRequest
from search_config.open import open_index
from search_config.tuning import tuning
from tests.support.library import a_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = EmbeddedIndex(tmp_path)
    index.write([a_document("a", "title", "text")])
    index.close()
    return tmp_path


def generation(folder: Path) -> Path:
    return folder / (folder / "commonplace-current").read_text()


def damage_meta(folder: Path) -> None:
    (generation(folder) / "meta.json").write_text("{")


def damage_segments(folder: Path) -> None:
    for file in generation(folder).iterdir():
        if file.suffix in {".term", ".store", ".idx", ".fast", ".pos"}:
            file.write_bytes(b"garbage")


def remove_segments(folder: Path) -> None:
    for file in generation(folder).glob("*.term"):
        file.unlink()


def remove_generation(folder: Path) -> None:
    generation(folder).rename(folder / "elsewhere")


def damage_pointer(folder: Path) -> None:
    (folder / "commonplace-current").write_bytes(b"../../etc\xff")


@pytest.mark.parametrize("damage", [damage_meta, damage_segments, remove_segments, remove_generation, damage_pointer])
def test_a_damaged_index_asks_for_a_rebuild_and_a_rebuild_heals_it(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(folder)
    index = EmbeddedIndex(folder)
    with pytest.raises(SearchError, match="run `commonplace index --rebuild`"):
        index.search(SearchRequest("title"))
    with pytest.raises(SearchError):
        index.write([a_document("b", "more")])
    assert "run `commonplace index --rebuild`" in str(index.status().problem)
    assert index.rebuild([a_document("a", "title")]).written == 1
    assert index.search(SearchRequest("title")).total == 1
    assert index.status().problem is None


def test_an_index_of_another_schema_says_so(folder: Path) -> None:
    old = generation(folder)
    renamed = old.rename(folder / old.name.replace(f"-v{tuning().schema}-", "-v0-00000000-"))
    (folder / "commonplace-current").write_text(renamed.name)
    index = EmbeddedIndex(folder)
    assert "built with other fields or tuning" in str(index.status().problem)
    with pytest.raises(SearchError, match="index --rebuild"):
        index.search(SearchRequest("title"))
    index.rebuild([a_document("a", "title")])
    assert index.search(SearchRequest("title")).total == 1 and not renamed.exists()


def hold_the_lock(
    folder: Path, holding: "multiprocessing.synchronize.Event", release: "multiprocessing.synchronize.Event"
) -> None:
    def documents() -> Iterator[SearchDocument]:
        yield a_document("new", "new title")
        holding.set()
        release.wait(60)

    EmbeddedIndex(folder).rebuild(documents())


def test_a_second_writer_waits_then_says_who_writes_and_readers_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = multiprocessing.get_context("spawn")
    holding, release = context.Event(), context.Event()
    other = context.Process(target=hold_the_lock, args=(folder, holding, release))
    other.start()
    assert holding.wait(60)
    index = EmbeddedIndex(folder)
    monkeypatch.setattr("search_config.embedded_folder.lock_seconds", lambda: 0.3)
    with pytest.raises(IndexUnavailable, match="another process has been writing"):
        index.write([a_document("b", "more")])
    assert index.search(SearchRequest("title")).hits[0].id == "a"
    release.set()
    other.join(60)
    assert other.exitcode == 0
    assert index.search(SearchRequest("title")).hits[0].id == "new"
    assert index.write([a_document("b", "more")]).written == 1


def test_a_killed_writer_leaves_the_old_index_and_no_lock(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    holding, release = context.Event(), context.Event()
    other = context.Process(target=hold_the_lock, args=(folder, holding, release))
    other.start()
    assert holding.wait(60)
    other.kill()
    other.join(60)
    index = EmbeddedIndex(folder)
    assert dict(index.versions()) == {"a": 1}
    assert index.write([a_document("b", "more")]).written == 1
    index.rebuild([a_document("c", "fresh")])
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [generation(folder).name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    index = EmbeddedIndex(tmp_path / "file" / "index")
    with pytest.raises(IndexUnavailable, match="can't be written"):
        index.write([a_document("a", "title")])
    assert index.status().documents == 0


def test_a_prefix_no_engine_takes_is_refused(tmp_path: Path) -> None:
    for prefix in ("", "Upper", "../up", "a/b", "_a", "a.b"):
        with pytest.raises(SearchError, match="must begin with"):
            open_index(tmp_path, prefix=prefix)
        with pytest.raises(SearchError, match="must begin with"):
            open_index(tmp_path, "http://127.0.0.1:9", prefix)


def calls(index: SearchIndex) -> list[Callable[[], object]]:
    return [
        lambda: index.search(SearchRequest("title")),
        lambda: index.suggest("title"),
        lambda: index.write([a_document("a", "title")]),
        lambda: index.delete({"a": 1}),
        lambda: index.rebuild([a_document("a", "title")]),
        lambda: list(index.versions()),
        index.refresh,
    ]


def test_a_server_that_is_down_is_named_with_the_next_step(tmp_path: Path) -> None:
    index = open_index(tmp_path, "http://someone:secret@127.0.0.1:9")
    for call in calls(index):
        with pytest.raises(IndexUnavailable, match=r"127\.0\.0\.1:9 can't be reached.* ELASTICSEARCH_URL") as caught:
            call()
        assert "secret" not in str(caught.value)
    assert "can't be reached" in str(index.status().problem)
    index.close()


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    for address in ("nonsense", "127.0.0.1:9200", "ftp://x"):
        with pytest.raises(SearchError, match="give http://host:port"):
            open_index(tmp_path, address)


class Pretender(BaseHTTPRequestHandler):
    """Answers every request with what the test says."""

    def do_GET(self) -> None:
        status, headers, body = self.server.answer  # type: ignore[attr-defined]
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def pretender() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pretender)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


PRODUCT = {"X-Elastic-Product": "Elasticsearch"}
MEDIA = {"error": {"type": "media_type_header_exception", "reason": "Invalid media-type"}, "status": 400}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, PRODUCT, {"version": {"number": "8.19.2"}}), "version 8.19.2; Commonplace needs 9.x"),
        ((200, PRODUCT, {"version": {"number": "10.0.0"}}), "version 10.0.0; Commonplace needs 9.x"),
        ((400, PRODUCT, MEDIA), "version an earlier one; Commonplace needs 9.x"),
        ((200, {}, {"hello": "world"}), "is no Elasticsearch"),
        ((401, PRODUCT, {"error": {"reason": "missing credentials"}}), "refuses access .missing credentials.; check"),
        ((503, PRODUCT, {"error": {"reason": "no master"}}), "busy or short of space .no master.; try again"),
    ],
)
def test_a_server_that_is_not_ours_is_explained(
    tmp_path: Path, pretender: ThreadingHTTPServer, answer: object, message: str
) -> None:
    pretender.answer = answer  # type: ignore[attr-defined]
    index = open_index(tmp_path, f"http://127.0.0.1:{pretender.server_address[1]}")
    with pytest.raises(SearchError, match=message):
        index.search(SearchRequest("title"))
    assert index.status().problem
    index.close()
