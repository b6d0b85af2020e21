"""Markdown, reStructuredText and AsciiDoc become HTML with what they say of themselves; hostile text costs little."""

import time

import pytest

from crawlers.markup import markup_of, render

MARKDOWN = """---
title: Going places
authors: [Ada Moss, {name: Ben Hale}]
tags: travel, money
date: 2024-05-01
draft: false
---
# Travel

[[_TOC_]]
See [[Expenses]] and [[the fares|Fares and Tickets]].

!!! note "Mind"
    the gap

| fare | cost |
|------|------|
| day  | 4    |

- [x] booked

Term
: its meaning

```jinja
{% include "x" %} [[Expenses]]
```
{% include "nav" %}

Words[^1].

[^1]: A note.
"""
RST = """Mooring
=======

:Author: Cleo Dunn
:Date: 2024-05-01

.. toctree::

   other

Use a :ref:`bowline <knots>`, not :class:`~knots.Granny`.

.. code-block:: python
   :linenos:

   x = 1

.. versionadded:: 2.0
   Fenders.

.. include:: /etc/passwd
.. raw:: html

   <script>alert(1)</script>
.. csv-table:: Fares
   :file: /etc/passwd

.. list-table::
   :header-rows: 1

   * - Knot
   * - Reef

.. image:: map.png
   :alt: Map of the berths
"""
ADOC = """= Mooring *rules*
Ada Moss <ada@example.org>; Ben Hale
v1.2, 2024-05-01
:product: Skerrin
:keywords: ropes, knots

The {product} berths. See https://example.org/a[the plan^], xref:knots.adoc[knots] and <<ref,there>>.

== Lines

NOTE: Careful with `wet *ropes*`.

[WARNING]
====
Never stand in the bight.
====

[source,python]
----
x = 1 < 2
----

* first
** nested
* second
+
Attached.

Bowline:: holds

[cols="1,1",options="header"]
|===
|Knot |Use
|Bowline
|Mooring
|===

image::map.png[Map of the berths,300]

////
hidden
////
include::/etc/passwd[]
"""


def test_markdown():
    found = render("markdown", MARKDOWN)
    assert found.facts == {
        "title": "Going places", "authors": ["Ada Moss", "Ben Hale"], "tags": ["travel", "money"],
        "published": "2024-05-01",
    }  # fmt: skip
    for part in (
        '<a href="Expenses">Expenses</a>', '<a href="Fares-and-Tickets">the fares</a>', "<td>day</td>", "Mind",
        "<dd>its meaning</dd>", '{% include "x" %} [[Expenses]]'.replace('"', "&quot;"), "A note.", "booked",
    ):  # fmt: skip
        assert part in found.html
    assert "TOC" not in found.html and "nav" not in found.html


def test_restructuredtext():
    found = render("restructuredtext", RST)
    assert found.facts == {"title": "Mooring", "authors": ["Cleo Dunn"], "published": "2024-05-01"}
    for part in ("bowline", ">Granny<", "x = 1", "Fenders.", ">Knot<", 'alt="Map of the berths"'):
        assert part in found.html
    assert "root:" not in found.html and "script" not in found.html and "toctree" not in found.html


def test_asciidoc():
    found = render("asciidoc", ADOC)
    assert found.facts["authors"] == ["Ada Moss", "Ben Hale"] and found.facts["tags"] == ["ropes", "knots"]
    assert found.facts["modified"] == "2024-05-01"
    for part in (
        "<h1>Mooring <strong>rules</strong></h1>", "The Skerrin berths.",
        '<a href="https://example.org/a">the plan</a>',
        '<a href="knots.adoc">knots</a> and there.', "<h2>Lines</h2>", "<code>wet *ropes*</code>",
        "<p>Never stand in the bight.</p>", "<pre><code>x = 1 &lt; 2</code></pre>", "<th>Knot</th><th>Use</th>",
        "<li>first<ul><li>nested</li></ul></li><li>second<p>Attached.</p></li>", "<dt>Bowline</dt><dd>holds</dd>",
        'alt="Map of the berths"', "<td>Bowline</td><td>Mooring</td>",
    ):  # fmt: skip
        assert part in found.html, part
    assert "hidden" not in found.html and "passwd" not in found.html


HOSTILE = {
    "markdown": [
        "[" * 20_000,
        "*a " * 8_000,
        "> " * 5_000,
        "- " * 3_000,
        "![" * 9_000,
        "---\na: &a [x,x]\nb: [*a,*a]\n---\n",
    ],
    "restructuredtext": ["`" * 9_000, "* " * 3_000, "=\n" * 900, "|" * 9_000, ".. note:: " * 900],
    "asciidoc": [
        "*a " * 8_000,
        "[" * 10_000,
        "====\n" * 5_000,
        "* x\n+\n" * 3_000,
        "x:: " * 3_000,
        "|===\n" + "|a " * 9_000,
    ],
}


@pytest.mark.parametrize(("markup", "text"), [(m, t) for m, texts in HOSTILE.items() for t in texts])
def test_hostile_markup_is_read_soon(markup, text):
    begun = time.process_time()
    render(markup, text)
    assert time.process_time() - begun < 15


def test_what_is_read_is_told_by_the_ending():
    assert [markup_of(p) for p in ("a/B.MD", "c.rst", "d.adoc", "e.txt", "f.py", "README")] == [
        "markdown", "restructuredtext", "asciidoc", "", "", ""
    ]  # fmt: skip
