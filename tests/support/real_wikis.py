"""The handbook's pages as real wikis show them, each beside the text of its content as the wiki itself gives it."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from lxml import etree, html

from tests.support import wiki_syntax
from tests.support.dokuwiki import DokuWiki
from tests.support.extraction import letters
from tests.support.mediawiki import MediaWiki
from tests.support.wordpress import WordPress

THEMES = Path("/usr/share/wordpress/wp-content/themes")
SKINS = ("vector", "vector-2022", "monobook", "timeless", "minerva")
_LINES = frozenset("p div li tr td th dt dd br h1 h2 h3 h4 h5 h6 pre blockquote table ul ol dl caption".split())  # noqa: SIM905
# Pages of fewer words are stubs, on which a single label decides; of more links than this, lists (share of the words).
_FEWEST_WORDS = 4
LIST = 0.4


@dataclass(frozen=True)
class WikiPage:
    """A page as its readers get it and what it says."""

    url: str
    markup: str
    gold: str
    linked: float
    """The share of its words that are links: from `LIST` it is a list or an index."""


def handbook(path: Path, every: int) -> list[dict[str, str]]:
    """Each `every`th page of the handbook, and three of nothing but links to others, as people keep them."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    kept = [row for row in rows[::every] if row["markdown"].strip()]
    for length in (5, 20, 60):
        links = "".join(f"- [{row['title']}](https://handbook.example/{row['path']})\n" for row in rows[:length])
        kept.append({"path": f"lists/{length}.md", "title": f"Where to find {length} chapters", "markdown": links})
    return kept


def page_of(url: str, markup: str, content: str, title: str = "") -> WikiPage | None:
    """The page, its gold without a first heading that only repeats the title; None for a stub."""
    tree = html.fromstring(f"<div>{content}</div>")
    for heading in tree.xpath("(//h1 | //h2)[1]"):
        if letters(heading.text_content()) == letters(title):
            heading.drop_tree()
    words = len(re.findall(r"\w+", _text(tree)))
    linked = sum(len(re.findall(r"\w+", link.text_content())) for link in tree.iter("a"))
    return WikiPage(url, markup, _text(tree), linked / words) if words >= _FEWEST_WORDS else None


def _text(tree: html.HtmlElement) -> str:
    """The words in order; blocks stand on lines of their own, as a browser shows them."""
    found = []
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment")):
        if event == "comment":
            found.append(element.tail or "")
        elif event == "start":
            found += ["\n" if element.tag in _LINES else "", element.text or ""]
        else:
            found += ["\n" if element.tag in _LINES else "", element.tail or ""]
    return "".join(found)


def on_mediawiki(wiki: MediaWiki, rows: list[dict[str, str]]) -> dict[str, list[WikiPage]]:
    """The pages in every skin of Debian's package, with a category that lists them all."""
    titled = {f"Handbook {n} {letters(row['title'])[:60]}": row for n, row in enumerate(rows)}
    if "wfLoadSkin( 'Timeless' )" not in (settings := wiki.folder / "LocalSettings.php").read_text():
        with settings.open("a") as file:
            file.write("".join(f"wfLoadSkin( '{name}' );\n" for name in ("MonoBook", "Timeless", "MinervaNeue")))
    wiki.load({t: wiki_syntax.mediawiki(row["markdown"]) + "\n[[Category:Chapters]]" for t, row in titled.items()}
              | {"Category:Chapters": "All chapters of the handbook, in the order of their names."})  # fmt: skip
    found: dict[str, list[WikiPage]] = {f"MediaWiki {skin}": [] for skin in SKINS}
    for title in [*titled, "Category:Chapters"]:
        content = _mediawiki_content(wiki, title)
        for skin in SKINS:
            url = f"{wiki.address.rpartition('/')[0]}/{quote(title.replace(' ', '_'), safe='/:')}"
            page = page_of(url, _read(f"{url}?useskin={skin}"), content, title)
            found[f"MediaWiki {skin}"] += [page] if page else []
    return found


def _mediawiki_content(wiki: MediaWiki, title: str) -> str:
    if title.startswith("Category:"):
        return _read(f"{wiki.api.replace('api.php', 'index.php')}?{urlencode({'title': title, 'action': 'render'})}")
    asked = {"action": "parse", "page": title, "prop": "text", "disabletoc": 1, "disableeditsection": 1,
             "disablelimitreport": 1, "format": "json", "formatversion": 2}  # fmt: skip
    return str(json.loads(_read(f"{wiki.api}?{urlencode(asked)}"))["parse"]["text"])


def on_dokuwiki(wiki: DokuWiki, rows: list[dict[str, str]]) -> dict[str, list[WikiPage]]:
    """The pages in DokuWiki's own template, each under its title as a heading."""
    found = []
    for number, row in enumerate(rows):
        name = f"chapters:chapter{number}"
        wiki.put_file(name, f"====== {row['title']} ======\n\n{wiki_syntax.dokuwiki(row['markdown'])}")
        url = f"{wiki.address}doku.php?id={name}"
        page = page_of(url, _read(url), _read(f"{url}&do=export_xhtmlbody"), row["title"])
        found += [page] if page else []
    return {"DokuWiki": found}


def on_wordpress(blog: WordPress, rows: list[dict[str, str]], theme: str) -> dict[str, list[WikiPage]]:
    """The pages as posts in one of WordPress's own themes."""
    linked = blog.folder / "wp-content" / "themes" / theme
    linked.parent.mkdir(exist_ok=True)
    linked.symlink_to(THEMES / theme)
    before = blog.php("$said = get_stylesheet(); switch_theme($v['theme'])", theme=theme)
    found = []
    for row in rows:
        number = blog.post(post_title=row["title"], post_content=wiki_syntax.rendered(row["markdown"]))
        said = json.loads(_read(f"{blog.address}/?rest_route=/wp/v2/posts/{number}"))
        page = page_of(said["link"], _read(said["link"]), said["content"]["rendered"], row["title"])
        found += [page] if page else []
    blog.php("switch_theme($v['theme'])", theme=before)
    linked.unlink()
    return {f"WordPress {theme}": found}


def _read(url: str) -> str:
    with urlopen(url, timeout=120) as answer:
        return str(answer.read().decode("utf-8"))


_HOOK = """
import json, pathlib
def on_page_content(html, page, config, files):
    kept = pathlib.Path(config.site_dir).with_suffix(".gold")
    kept.mkdir(exist_ok=True)
    said = {"file": page.file.dest_path, "title": page.title, "html": html}
    (kept / str(abs(hash(page.file.src_path)))).write_text(json.dumps(said))
"""


def on_mkdocs(python: str, folder: Path, rows: list[dict[str, str]], theme: str) -> dict[str, list[WikiPage]]:
    """The pages as mkdocs builds them with a theme; `python` has mkdocs (and mkdocs-material) installed."""
    _written(folder / "docs", rows)
    (folder / "hook.py").write_text(_HOOK)
    settings = {"site_name": "Handbook", "site_url": "https://handbook.example/", "theme": {"name": theme},
                "repo_url": "https://github.com/example/handbook", "edit_uri": "edit/main/docs/",
                "hooks": ["hook.py"], "site_dir": f"site-{theme}"}  # fmt: skip
    (folder / "mkdocs.yml").write_text(json.dumps(settings))
    _built([python, "-m", "mkdocs", "build", "--quiet", "--clean"], folder)
    return {f"mkdocs {theme}": list(_of_generator(folder / f"site-{theme}", folder / f"site-{theme}.gold"))}


_CONF = """
import json, pathlib
extensions, html_theme, project, author = ["myst_parser"], "{theme}", "Handbook", "Its keepers"
exclude_patterns = ["README*"]
def kept(app, name, template, context, doctree):
    if "body" in context and doctree is not None:
        folder = pathlib.Path(app.outdir).with_suffix(".gold")
        folder.mkdir(exist_ok=True)
        said = {{"file": name + ".html", "title": context["title"], "html": context["body"]}}
        (folder / name.replace("/", "-")).write_text(json.dumps(said))
def setup(app):
    app.connect("html-page-context", kept)
"""


def on_sphinx(python: str, folder: Path, rows: list[dict[str, str]], theme: str) -> dict[str, list[WikiPage]]:
    """The pages as Sphinx builds them from Markdown; `python` has sphinx, myst-parser and the theme installed."""
    _written(folder / "docs", rows, headed=True)
    tree = "\n".join(f"page{n}/index" for n in range(len(rows)))
    (folder / "docs" / "index.md").write_text(f"# Handbook\n\n```{{toctree}}\n{tree}\n```\n")
    (folder / "docs" / "conf.py").write_text(_CONF.format(theme=theme))
    site = folder / f"site-{theme}"
    _built([python, "-m", "sphinx", "-q", "-E", "-b", "html", str(folder / "docs"), str(site)], folder)
    return {f"Sphinx {theme}": list(_of_generator(site, site.with_suffix(".gold")))}


def _written(folder: Path, rows: list[dict[str, str]], headed: bool = False) -> None:
    for number, row in enumerate(rows):
        (folder / f"page{number}").mkdir(parents=True, exist_ok=True)
        heading = f"# {row['title']}\n\n" if headed else f"---\ntitle: {json.dumps(row['title'])}\n---\n\n"
        (folder / f"page{number}" / "index.md").write_text(heading + row["markdown"])
    (folder / "index.md").write_text("".join(f"- [{row['title']}](page{n}/index.md)\n" for n, row in enumerate(rows)))


def _built(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]


def _of_generator(site: Path, kept: Path) -> Iterator[WikiPage]:
    for said in sorted((json.loads(file.read_text()) for file in kept.iterdir()), key=lambda one: str(one["file"])):
        markup = (site / said["file"]).read_text()
        title = html.fromstring(f"<p>{said['title']}</p>").text_content()
        page = page_of(f"https://handbook.example/{said['file']}", markup, said["html"], title)
        if page:
            yield page
