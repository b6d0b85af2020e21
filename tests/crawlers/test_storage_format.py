"""Confluence's storage format becomes HTML that people can read."""

import pytest

from crawlers.spiders.storage_format import readable

ROOT = "https://wiki.example.org"


def macro(name: str, body: str = "", **parameters: str) -> str:
    given = "".join(f'<ac:parameter ac:name="{key}">{value}</ac:parameter>' for key, value in parameters.items())
    return f'<ac:structured-macro ac:name="{name}">{given}{body}</ac:structured-macro>'


CASES = {
    "code": (
        macro(
            "code",
            "<ac:plain-text-body><![CDATA[if a < b && c: # &nbsp;]]></ac:plain-text-body>",
            language="python",
            title="run.py",
        ),
        '<p><strong>run.py</strong></p><pre><code class="language-python">'
        "if a &lt; b &amp;&amp; c: # &amp;nbsp;</code></pre>",
    ),
    "panel": (
        macro("warning", "<ac:rich-text-body><p>Mind the gap.</p></ac:rich-text-body>", title="Careful"),
        "<div><p><strong>Careful</strong></p><p>Mind the gap.</p></div>",
    ),
    "status": (f"<p>It is {macro('status', title='DONE', colour='Green')}.</p>", "<p>It is DONE.</p>"),
    "contents": (f"{macro('toc', maxLevel='3')}<p>Words.</p>", "<p>Words.</p>"),
    "link to a page": (
        '<ac:link><ri:page ri:content-title="On call &amp; more" /></ac:link>',
        '<a href="https://wiki.example.org/display/ENG/On+call+%26+more">On call &amp; more</a>',
    ),
    "link with words": (
        '<ac:link ac:anchor="top"><ri:page ri:space-key="OPS" ri:content-title="Runbook" />'
        "<ac:plain-text-link-body><![CDATA[see there]]></ac:plain-text-link-body></ac:link>",
        '<a href="https://wiki.example.org/display/OPS/Runbook">see there</a>',
    ),
    "link to a file": (
        '<ac:link><ri:attachment ri:filename="a b.pdf" /><ac:link-body>the <em>plan</em></ac:link-body></ac:link>',
        '<a href="https://wiki.example.org/download/attachments/12/a%20b.pdf">the <em>plan</em></a>',
    ),
    "image": (
        '<ac:image ac:alt="The pump"><ri:attachment ri:filename="pump.png" /></ac:image>',
        '<img src="https://wiki.example.org/download/attachments/12/pump.png" alt="The pump">',
    ),
    "table": (
        '<table><tbody><tr><th>Part</th><td colspan="2">Ring&nbsp;&ouml;</td></tr></tbody></table>',
        '<table><tbody><tr><th>Part</th><td colspan="2">Ring\u00a0ö</td></tr></tbody></table>',
    ),
    "tasks": (
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
        "<ac:task-body>Oil it</ac:task-body></ac:task></ac:task-list>",
        "<ul><li>[x] Oil it</li></ul>",
    ),
    "layout": (
        "<ac:layout><ac:layout-section><ac:layout-cell><p>Left</p></ac:layout-cell></ac:layout-section></ac:layout>",
        "<div><div><div><p>Left</p></div></div></div>",
    ),
    "date": ('<p>By <time datetime="2026-03-01" /></p>', '<p>By <time datetime="2026-03-01">2026-03-01</time></p>'),
}


@pytest.mark.parametrize("name", CASES)
def test_each_element_says_what_it_says_in_confluence(name):
    stored, expected = CASES[name]
    assert readable(stored, ROOT, "ENG", "12") == expected


@pytest.mark.parametrize(
    "broken", ["", "<p>Half", "<p>One</p></div>", "<ac:link>", "&unknown; words", "<p>" * 5000 + "deep"]
)
def test_broken_markup_breaks_nothing(broken):
    assert isinstance(readable(broken, ROOT, "ENG", "12"), str)


def test_no_entity_is_expanded():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>'
    assert readable(bomb, ROOT, "ENG", "12").count("aaaaaaaaaa") <= 1
