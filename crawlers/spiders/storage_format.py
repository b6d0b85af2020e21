"""Confluence's storage format as HTML that people can read: macros, links, images and tasks in plain elements."""

import re
from html import escape
from html.entities import html5
from urllib.parse import quote, quote_plus

from lxml import etree  # type: ignore[import-untyped]

_ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|&([A-Za-z][A-Za-z0-9]*);", re.DOTALL)
_XML_OWN = frozenset((None, "amp", "lt", "gt", "quot", "apos"))
_OPENING = '<r xmlns:ac="urn:ac" xmlns:ri="urn:ri" xmlns:at="urn:at">'
_CODE = frozenset(("code", "noformat"))
# Macros whose whole worth is one parameter, shown in its place.
_INLINE = {"status": "title", "jira": "key", "anchor": "", "profile": "", "date": "date"}
_DROPPED = frozenset(("parameter", "placeholder", "task-id", "task-status", "task-uuid", "adf-attribute", "emoticon"))
_VOID = frozenset(("br", "hr", "img", "col"))
_ATTRIBUTES = ("href", "src", "alt", "colspan", "rowspan", "datetime", "title", "start", "id", "class")
# Elements in one another. Reason: people nest a dozen; a page of thousands is made to harm. Source: judgement.
_DEEPEST = 200


def readable(storage: str, root: str, space: str, page: str) -> str:
    """The HTML of a page of which only the storage format is there; broken markup gives what could be read.

    `root` is the wiki's own address, `space` and `page` where the page stands: its links and images are relative to it.
    """
    named = _ENTITY.sub(lambda m: m[0] if m[1] in _XML_OWN else escape(html5.get(f"{m[1]};", "")), storage)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(f"{_OPENING}{named}</r>".encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        tree = None
    return "" if tree is None else _Reader(root, space, page).inside(tree)


class _Reader:
    """Walks the elements of one page."""

    def __init__(self, root: str, space: str, page: str) -> None:
        self.root, self.space, self.page = root, space, page
        self.depth = 0

    def inside(self, element: etree._Element) -> str:
        """The HTML of all that an element holds."""
        if self.depth >= _DEEPEST:
            return escape("".join(map(str, element.itertext())))
        self.depth += 1
        parts = [escape(element.text or "")]
        for child in element:
            parts.append(self.element(child) if isinstance(child.tag, str) else "")
            parts.append(escape(child.tail or ""))
        self.depth -= 1
        return "".join(parts)

    def element(self, element: etree._Element) -> str:
        """The HTML of an element."""
        space, _, name = element.tag.rpartition("}")
        if not space:
            return self._plain(element, name)
        known = {
            "structured-macro": self._macro, "macro": self._macro, "link": self._link, "image": self._image,
            "task-list": self._tasks, "task": self._task, "adf-extension": self._fallback,
        }  # fmt: skip
        if name in known:
            return known[name](element)
        if name in _DROPPED or "urn:ri" in space:
            return ""
        return f"<div>{self.inside(element)}</div>" if name.startswith("layout") else self.inside(element)

    def _plain(self, element: etree._Element, name: str) -> str:
        given = "".join(f' {key}="{escape(element.get(key))}"' for key in _ATTRIBUTES if element.get(key) is not None)
        if name in _VOID:
            return f"<{name}{given}>"
        held = self.inside(element)
        if name == "time" and not held.strip():
            held = escape(element.get("datetime") or "")
        return f"<{name}{given}>{held}</{name}>"

    def _macro(self, element: etree._Element) -> str:
        name = _given(element, "name")
        if name in _INLINE:
            return escape(_parameter(element, _INLINE[name]))
        words = element.find("{urn:ac}plain-text-body")
        if words is not None:
            language = _parameter(element, "language") if name in _CODE else ""
            marked = f' class="language-{escape(language)}"' if language else ""
            return f"{self._title(element)}<pre><code{marked}>{escape(words.text or '')}</code></pre>"
        rich = element.find("{urn:ac}rich-text-body")
        return f"<div>{self._title(element)}{self.inside(rich)}</div>" if rich is not None else ""

    def _title(self, element: etree._Element) -> str:
        title = _parameter(element, "title")
        return f"<p><strong>{escape(title)}</strong></p>" if title else ""

    def _link(self, element: etree._Element) -> str:
        words = element.find("{urn:ac}link-body")
        plain = element.find("{urn:ac}plain-text-link-body")
        said = self.inside(words) if words is not None else escape(plain.text or "") if plain is not None else ""
        address, name = self._target(element)
        said = said or escape(name)
        return f'<a href="{escape(address)}">{said}</a>' if address and said else said

    def _target(self, element: etree._Element) -> tuple[str, str]:
        """Where a link or an image leads, and what that is called."""
        for target in element:
            if target.tag == "{urn:ri}page":
                title, space = _given(target, "content-title"), _given(target, "space-key") or self.space
                return f"{self.root}/display/{quote(space)}/{quote_plus(title)}", title
            if target.tag == "{urn:ri}attachment":
                name = _given(target, "filename")
                return f"{self.root}/download/attachments/{self.page}/{quote(name)}", name
            if target.tag == "{urn:ri}url":
                return _given(target, "value"), ""
            if target.tag == "{urn:ri}space":
                key = _given(target, "space-key")
                return f"{self.root}/display/{quote(key)}", key
        anchor = _given(element, "anchor")
        return (f"#{anchor}", anchor) if anchor else ("", "")

    def _image(self, element: etree._Element) -> str:
        address, name = self._target(element)
        alt = _given(element, "alt") or _given(element, "title") or name
        caption = element.find("{urn:ac}caption")
        below = f"<figcaption>{self.inside(caption)}</figcaption>" if caption is not None else ""
        image = f'<img src="{escape(address)}" alt="{escape(alt)}">'
        return f"<figure>{image}{below}</figure>" if below else image

    def _tasks(self, element: etree._Element) -> str:
        return f"<ul>{self.inside(element)}</ul>"

    def _task(self, element: etree._Element) -> str:
        done = "".join(element.findtext("{urn:ac}task-status") or "") == "complete"
        body = element.find("{urn:ac}task-body")
        return f"<li>{'[x]' if done else '[ ]'} {self.inside(body) if body is not None else ''}</li>"

    def _fallback(self, element: etree._Element) -> str:
        words = element.find("{urn:ac}adf-fallback")
        return self.inside(words) if words is not None else ""


def _given(element: etree._Element, name: str) -> str:
    """An attribute, in either of the format's name spaces."""
    return str(element.get(f"{{urn:ac}}{name}") or element.get(f"{{urn:ri}}{name}") or "")


def _parameter(element: etree._Element, name: str) -> str:
    """A macro's parameter, as text."""
    return next(
        (
            "".join(map(str, one.itertext()))
            for one in element.findall("{urn:ac}parameter")
            if _given(one, "name") == name
        ),
        "",
    )
