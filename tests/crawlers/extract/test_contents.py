"""Lists of links that are a page's content stay; those around it do not."""

from crawlers.extract import article_from_html

_MENU = (
    "<div class='top'><ul>" + "".join(f"<li><a href='/m{n}'>Menu item {n}</a></li>" for n in range(8)) + "</ul></div>"
)


def test_a_chapter_that_is_a_list_of_its_parts_keeps_them():
    parts = "".join(f"<dt><a href='part-{n}.html'>Chapter part number {n}</a></dt>" for n in range(12))
    page = (
        f"<body>{_MENU}<div class='chapter'><h2>Indexes</h2><p>An index is a common way to make a database faster, "
        f"because it finds rows without reading all of a table.</p><dl class='list'>{parts}</dl></div></body>"
    )
    text = article_from_html(page).text
    assert "An index is a common way" in text and "Chapter part number 11" in text
    assert "Menu item" not in text


def test_the_lists_of_a_course_stay_under_its_headings():
    prose = (
        "<p>This course teaches how models are made, step by step, with an exercise after each of its lessons.</p>" * 4
    )
    modules = "".join(
        f"<h3>Module {n}</h3><ul><li><a href='/a{n}'>First lesson of {n}</a></li>"
        f"<li><a href='/b{n}'>Second lesson of {n}</a></li></ul>"
        for n in range(3)
    )
    text = article_from_html(f"<body>{_MENU}<article><h1>A course</h1>{prose}{modules}{prose}</article></body>").text
    assert all(f"Second lesson of {n}" in text for n in range(2))
    assert "Menu item" not in text


def test_a_sites_tools_at_the_ends_of_a_page_are_not_its_text():
    prose = "<p>This page says how models are made, step by step, with an exercise after each of its lessons.</p>" * 4
    before = "<p>On this page</p>"
    after = "<p>Last updated May 3, 2024</p><div><a href='/b'><b>Next</b> Nextcloud</a></div><p>Was this helpful?</p>"
    within = "<p>Next</p><ul><li><a href='/cloud'>Nextcloud in <b>use</b></a></li></ul>"
    for make in ("<article>{}</article>", "<main class='td-main'><div class='td-content'>{}</div></main>"):
        page = make.format(f"{before}{prose}{within}<p>Page tools</p>{prose}{after}")
        text = article_from_html(f"<body>{_MENU}{page}</body>").text
        assert text.startswith("This page says") and text.endswith("of its lessons.")
        assert "Page tools" in text


FOOTER = """<footer id="footer"><p>This page was last edited on 5 May 2024, at 10:00. Content is available under CC0
unless otherwise noted, and the keepers of this wiki are glad about every correction you send.</p></footer>"""


def test_an_index_of_a_wiki_is_its_links_and_not_the_footer():
    links = "".join(f'<li><a href="/{word}">{word.title()}</a></li>' for word in ("travel", "leave", "pay", "tools"))
    page = f"""<html><head><meta name="generator" content="MediaWiki 1.39"><title>Start - Wiki</title></head><body>
        <h1>Start</h1><div id="mw-content-text"><div class="mw-parser-output"><ul>{links}</ul></div></div>{FOOTER}"""
    assert article_from_html(page).text.replace("- ", "").split() == ["Travel", "Leave", "Pay", "Tools"]


def test_a_category_of_a_wiki_is_its_description_and_its_members():
    page = f"""<html><head><meta name="generator" content="MediaWiki 1.39"></head><body><div id="mw-content-text">
        <div class="mw-parser-output"><p>Everything about travel.</p></div><div class="mw-category-generated">
        <h2>Pages in category</h2><ul><li><a href="/a">Flights</a></li></ul></div></div>{FOOTER}"""
    said = " ".join(article_from_html(page).text.split())
    assert said == "Everything about travel. Pages in category - Flights"


def test_the_name_of_a_wiki_above_its_page_is_not_the_title():
    page = """<title>chapters:leave [Our wiki]</title><header><h1><a href="/start">Our wiki</a></h1></header>
        <div id="dokuwiki__content"><div class="page"><h1>Leave and holidays</h1><p>Ask your lead.</p></div></div>"""
    article = article_from_html(page, "https://wiki.example/doku.php?id=chapters:leave")
    assert (article.title, article.text) == ("Leave and holidays", "Ask your lead.")


def test_dates_in_a_table_at_the_top_of_a_post_are_no_byline():
    page = """<link href="/wp-content/x.css"><h1>Dates</h1><div class="entry-content"><table>
        <tr><th>Date</th><th>Item</th></tr><tr><td>October 1, 2024</td><td>The cycle begins.</td></tr></table></div>"""
    assert "October 1, 2024" in article_from_html(page).text


def test_a_heading_that_is_a_button_stays_and_other_buttons_do_not():
    part = "<h3><button>Step {n}: ask</button></h3><p>Ask who keeps the ovens in part {n}.</p><button>Copy</button>"
    said = article_from_html(f"<main><h1>Ovens</h1>{part.format(n=1)}{part.format(n=2)}</main>").text
    assert "Step 1: ask" in said and "Step 2: ask" in said and "Copy" not in said
