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
