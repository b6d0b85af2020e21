"""One address, one spelling; traps are cut before they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.urls import Traps, canonical, prefix_of, skipped, within


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("HTTP://Example.COM:80/a/../b/./index.html?utm_source=x&b=2&a=1#f", "http://example.com/b/?a=1&b=2"),
        ("https://h:443/%7euser/ä b", "https://h/~user/%C3%A4%20b"),
        ("http://h", "http://h/"),
        ("http://h/a", "http://h/a"),
        ("http://h/a/", "http://h/a/"),
        ("http://h/p;jsessionid=AB12?PHPSESSID=1&gclid=3", "http://h/p"),
        ("http://h/?sid=0123456789abcdef0123", "http://h/"),
        ("http://h/?sid=12", "http://h/?sid=12"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("http://user:secret@h/", "http://h/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://h/a%2fb?q=%e4%20x", "http://h/a%2Fb?q=%E4%20x"),
        ("ftp://h/", ""),
        ("mailto:a@b", ""),
        ("http://h:99999/", ""),
        ("http://h;x/", ""),
        ("http:///x", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_is_stored_in_one_form(written, stored):
    assert canonical(written) == stored
    assert canonical(stored) == stored


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_gives_a_stable_address_or_none(path, query):
    once = canonical(f"http://host/{path}?{query}")
    assert canonical(once) == once
    assert canonical(path, "http://host/folder/") == canonical(canonical(path, "http://host/folder/"))


def test_links_are_resolved_against_their_page():
    assert canonical("../b?x=1#y", "http://h/a/c/d.html") == "http://h/a/b?x=1"


def test_a_prefix_is_a_folder_whatever_the_scheme():
    assert prefix_of("http://h/wiki/Start") == "http://h/wiki/"
    assert within("https://h/wiki/Page", "http://h/wiki/") and within("http://h/wiki", "http://h/wiki/")
    assert not within("http://h/wikipedia/", "http://h/wiki/") and not within("http://h.evil/wiki/", "http://h/wiki/")


def test_a_pattern_leaves_out_by_path_and_query():
    assert skipped("http://h/wiki/User:Ann", ("/wiki/User:*",)) and skipped(
        "http://h/x?action=edit", ("*action=edit*",)
    )
    assert not skipped("http://h/wiki/Ann", ("/wiki/User:*",))


def cut(addresses) -> int:
    traps = Traps()
    return sum(bool(traps.name(address)) for address in addresses)


def test_endless_things_are_cut_and_ordinary_ones_are_not():
    assert cut(f"http://h/calendar/{y}/{m}/" for y in range(1900, 2100) for m in range(1, 13)) > 2000
    assert cut(f"http://h/shop?colour={a}&size={b}" for a in range(40) for b in range(40)) > 1000
    assert cut(["http://h/" + "a/b/" * 5, "http://h/" + "x" * 3000, "http://h/" + "/".join(map(str, range(30)))]) == 3
    assert cut(f"http://h/node/{n}" for n in range(3000)) == 0
    assert cut(f"http://h/doku.php?id=page{n}" for n in range(3000)) == 0
    assert cut(f"http://h/2023/{m:02}/{d:02}/post-{m}-{d}.html" for m in range(1, 13) for d in range(1, 29)) == 0
