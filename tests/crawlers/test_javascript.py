"""Pages made by script, drawn in a real Chromium that reaches nothing by itself and leaves nothing behind."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from crawlers.browser import chromium
from crawlers.errors import CrawlError
from crawlers.run import crawl
from crawlers.source import Source
from tests.support.crawling import quick, run
from tests.support.presence import absent
from tests.support.processes import descendants, left_behind, words_of
from tests.support.static_site import StaticSite

pytestmark = pytest.mark.browser
EMPTY = "<html><head><title>App</title></head><body><div id=app></div><script src=/app.js></script></body></html>"
APP = """fetch('/data.json').then(answer => answer.json()).then(data => {
document.getElementById('app').innerHTML = `<h1>${data.title}</h1><a href="/second.html">more</a>`})"""
LOOP = "<html><body><p>Round and round</p><script>for (;;);</script></body></html>"
# Seconds for a page. Reason: a browser on a machine that is busy with other tests needs some. Source: judgement.
PATIENT = 20.0


@pytest.fixture(autouse=True)
def _there() -> None:
    try:
        chromium()
    except CrawlError as error:
        absent(str(error))


def drawing(site: StaticSite, path: str = "/", **more: object) -> Source:
    terms = {"javascript": True, "timeout": PATIENT, "concurrency": 2, **more}
    return quick("site", site.url(path), **terms)


@pytest.fixture
def app(static_site: StaticSite) -> StaticSite:
    static_site.put("/", EMPTY)
    static_site.put("/second.html", EMPTY.replace("App", "Second"))
    static_site.put("/app.js", APP, "text/javascript")
    static_site.put("/data.json", '{"title": "Proving dough"}', "application/json")
    return static_site


def test_text_and_links_that_scripts_make_are_read_with_the_option_and_not_without(app, tmp_path, monkeypatch):
    plain = run(quick("site", app.address), tmp_path / "plain")
    assert plain.in_state("read") == [app.address] and "Proving" not in plain.pages[0].html
    app.forget()
    monkeypatch.setenv("APP_TOKEN", "Bearer sesame")
    source = drawing(app, headers={"Authorization": "APP_TOKEN"})
    first = run(source, tmp_path)
    assert first.in_state("read") == [app.address, app.url("/second.html")] and first.report.complete, first.said
    assert "<h1>Proving dough</h1>" in first.page(app.address).html
    # What they share is asked for once a run, with the source's name and credentials as everything else.
    assert app.paths().count("/app.js") == 1 and app.paths().count("/data.json") == 2
    assert {headers["User-Agent"] for _, headers in app.requests} == {"Commonplace/0.1"}
    assert {headers.get("Authorization") for path, headers in app.requests if path != "/robots.txt"} == {
        "Bearer sesame"
    }
    app.forget()
    app.put("/data.json", '{"title": "Scoring loaves"}', "application/json")
    again = run(source, tmp_path, [first])
    assert again.report.pages_read == 2 and "Scoring" in again.page(app.address).html
    assert not [path for path, headers in app.requests if "If-None-Match" in headers]
    assert run(source, tmp_path, [first, again]).report.unchanged == 2


def test_robots_and_caps_hold_for_what_a_page_loads(app, tmp_path):
    app.put("/robots.txt", "User-agent: *\nDisallow: /data.json", "text/plain")
    assert "Proving" not in run(drawing(app), tmp_path / "robots").pages[0].html and "/data.json" not in app.paths()
    app.remove("/robots.txt")
    app.put("/", "<html><body><p>Small</p><script>document.body.append('much '.repeat(9000))</script></body></html>")
    grown = run(drawing(app, most_page_bytes=20_000), tmp_path / "large")
    assert not grown.pages and "grows by its script to more than 20,000 bytes" in grown.said


@pytest.fixture
def elsewhere() -> Iterator[tuple[int, list[str]]]:
    """A port of loopback the source may not reach, for TCP and UDP, and all that came there."""
    came: list[str] = []
    tcp = socket.create_server(("127.0.0.1", 0))
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))

    def listen() -> None:
        try:
            while True:
                tcp.accept()[0].close()
                came.append("tcp")
        except OSError:
            return

    def hear() -> None:
        while said := udp.recv(2048):
            if said == b"end":
                return
            came.append("udp")

    threads = [threading.Thread(target=listen, daemon=True), threading.Thread(target=hear, daemon=True)]
    for thread in threads:
        thread.start()
    yield port, came
    tcp.shutdown(socket.SHUT_RDWR)
    tcp.close()
    udp.sendto(b"end", ("127.0.0.1", port))
    for thread in threads:
        thread.join(5)
    udp.close()


EVERY_WAY = """<html><head><title>Ways</title><link rel=preconnect href="http://127.0.0.1:{port}">
<link rel=prefetch href="http://127.0.0.1:{port}/prefetch"><link rel=stylesheet href="http://127.0.0.1:{port}/s.css">
</head><body><img src="http://127.0.0.1:{port}/i.png"><iframe src="http://127.0.0.1:{port}/frame"></iframe>
<form id=f method=post action="http://127.0.0.1:{port}/form" target=other></form>
<script src="http://127.0.0.1:{port}/s.js"></script><script src="/leads-away.js"></script><script>
const there = '127.0.0.1:{port}', tried = []
const attempt = (name, way) => {{ try {{ way(); tried.push(name) }} catch (error) {{ tried.push(name + ' threw') }} }}
attempt('socket', () => new WebSocket('ws://' + there))
attempt('stream', () => new EventSource('http://' + there + '/stream'))
attempt('beacon', () => navigator.sendBeacon('http://' + there + '/beacon', 'x'))
attempt('window', () => open('http://' + there + '/window'))
attempt('form', () => document.getElementById('f').submit())
attempt('worker', () => new Worker(URL.createObjectURL(new Blob([`fetch('http://${{there}}/worker')`]))))
attempt('peer', () => {{ const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:' + there}}]}})
  peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer)) }})
attempt('metadata', () => fetch('http://169.254.169.254/latest/meta-data/'))
attempt('post', () => fetch('/change', {{method: 'POST', body: 'x'}}))
fetch('http://' + there + '/fetch', {{mode: 'no-cors'}}).then(() => 'reached', () => 'kept out').then(said => {{
  document.body.insertAdjacentHTML('beforeend', `<p id=said>${{said}}: ${{tried.join()}}</p>`)
  setTimeout(() => location = 'http://' + there + '/location', 100) }})
</script></body></html>"""


def test_a_script_reaches_nothing_the_source_may_not_reach(static_site, elsewhere, tmp_path):
    port, came = elsewhere
    static_site.put("/", EVERY_WAY.format(port=port))
    there = (("Location", f"http://127.0.0.1:{port}/redirected"),)
    static_site.put("/leads-away.js", b"", status=302, headers=there)
    crawled = run(drawing(static_site), tmp_path)
    assert (
        '<p id="said">kept out: socket,stream,beacon,window,form,worker,peer,metadata,post</p>' in crawled.pages[0].html
    )
    assert came == [] and "/change" not in static_site.paths() and "/leads-away.js" in static_site.paths()
    assert f"port {port}, is 127.0.0.1, a private address" in crawled.said and "169.254.169.254" in crawled.said
    # The ways are real: the same page, unbound, comes there by both protocols.
    unbound(static_site.address)
    assert {"tcp", "udp"} <= set(came)


def unbound(url: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url, wait_until="commit")
        page.wait_for_timeout(3000)
        browser.close()


def test_a_page_of_another_host_gets_nothing_with_the_sources_credentials(static_site, tmp_path, monkeypatch):
    other = StaticSite()
    theirs = f"http://localhost:{other.port}/post.html"
    static_site.put("/feed.xml", f"<rss><channel><item><link>{theirs}</link></item></channel></rss>", "text/xml")
    static_site.put("/inside.json", "{}", "application/json", headers=(("Access-Control-Allow-Origin", "*"),))
    asks = f"<script>fetch('{static_site.url('/inside.json')}').catch(() => document.body.append('kept out'))</script>"
    other.put("/post.html", f"<html><body><p>Post</p>{asks}</body></html>")
    monkeypatch.setenv("APP_TOKEN", "Bearer sesame")
    terms = {"javascript": True, "timeout": PATIENT, "allow_private": ["loopback"]}
    source = quick("feed", static_site.url("/feed.xml"), headers={"Authorization": "APP_TOKEN"}, **terms)
    crawled = run(source, tmp_path)
    other.stop()
    assert crawled.in_state("read") == [theirs] and "kept out</body>" in crawled.pages[0].html
    assert "/inside.json" not in static_site.paths()
    assert not [headers for _, headers in other.requests if "Authorization" in headers]


def test_a_page_that_loops_for_ever_ends_and_the_others_are_read(static_site, tmp_path):
    static_site.page("/", "Home", links=("/loop.html", "/after.html"))
    static_site.put("/loop.html", LOOP)
    static_site.page("/after.html", "After")
    begun = time.monotonic()
    crawled = run(drawing(static_site, timeout=8, concurrency=1, retries=0), tmp_path)
    assert crawled.in_state("read") == [static_site.address, static_site.url("/after.html")], crawled.said
    assert "is not drawn by its script within 8 seconds" in crawled.said
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
def test_no_browser_and_no_profile_is_left_behind(static_site, tmp_path, monkeypatch, killed):
    static_site.put("/", LOOP)
    # Chromium puts a socket below it, whose path may have 107 characters.
    short = Path(tempfile.mkdtemp())
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    found: list[int] = []

    def watch() -> None:
        until = time.monotonic() + 60
        while not any("--type=renderer" in words_of(pid) for pid in found) and time.monotonic() < until:
            found[:] = descendants(os.getpid())
            time.sleep(0.1)
        time.sleep(1.5)
        found[:] = descendants(os.getpid())
        for child in [pid for pid in found if "crawlers.run" in words_of(pid)] if killed else ():
            os.kill(child, signal.SIGKILL)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(CrawlError, match="exit code -9") if killed else nullcontext():
        crawl(drawing(static_site, timeout=10, retries=0), tmp_path / "pages.jsonl.gz")
    watcher.join()
    assert len(found) > 3, "no browser was seen"
    assert left_behind([pid for pid in found if pid != os.getpid()]) == []
    assert list(short.iterdir()) == []
    short.rmdir()


def test_without_a_browser_a_crawl_says_what_to_install(static_site, tmp_path, monkeypatch):
    monkeypatch.setenv("COMMONPLACE_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(CrawlError, match=r"/nowhere/chromium is no program\. Install it \(Debian: apt-get install"):
        run(drawing(static_site), tmp_path)
    with pytest.raises(CrawlError, match="javascript is for the kinds site, sitemap, feed"):
        quick("mediawiki", static_site.address, javascript=True)
    assert not static_site.requests
