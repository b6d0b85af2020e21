"""What repeats over a source's pages is learned and left out; what an author wrote stays, though it repeats."""

from crawlers.extract.repeated import Repeated, extract_together
from crawlers.page import Article, Page

SIDEBAR = "".join(f'<p><a href="/team/{name}">Team {name}</a></p>' for name in ("red", "green", "blue", "grey"))
FOOTER = (
    "<p>This text may be used under the terms of the plant's own licence.</p><p>It is printed on the second floor.</p>"
)


def words(topic: int) -> str:
    said = ("pump", "filter", "valve", "belt", "sensor", "motor", "drain", "fuse", "panel", "crate", "press", "oven")
    first, second = said[topic % 12], said[(topic * 5 + 3) % 12]
    return " ".join(
        f"Item {topic * 7 + line}: the {first} is looked after by shift {topic + line}, who also rinse the {second}."
        for line in range(6)
    )


def page(topic: int, body: str) -> Page:
    markup = f"<html><title>Page {topic}</title><body><div class=x1>{body}</div></body></html>"
    return Page(source="plant", url=f"https://plant.example.org/{topic}", html=markup)


def read(pages: list[Page], repeated: Repeated | None = None) -> list[Article]:
    articles = list(extract_together(pages, repeated if repeated is not None else Repeated()))
    assert None not in articles
    return [article for article in articles if article is not None]


def themed(topic: int) -> Page:
    return page(topic, f"<p>Plant handbook, for all shifts.</p>{SIDEBAR}<p>{words(topic)}</p>{FOOTER}")


def test_the_frame_of_an_unknown_theme_is_learned_from_the_first_pages_and_left_out_of_them_too():
    for number, article in enumerate(read([themed(topic) for topic in range(20)])):
        assert article.text == words(number)
        assert "second floor" not in article.html
        assert "that repeat over the source" in article.evidence["text"]


def test_what_was_learned_is_kept_and_used_for_a_single_new_page():
    before = Repeated()
    read([themed(topic) for topic in range(20)], before)
    (article,) = read([themed(99)], Repeated.of(before.said()))
    assert article.text == words(99)


def test_too_few_pages_teach_nothing():
    articles = read([themed(topic) for topic in range(7)])
    assert all("second floor" in article.text for article in articles)


def test_a_template_keeps_its_headings_and_its_short_answers():
    pages = [
        page(
            topic,
            f"<h2>Overview</h2><p>{words(topic)}</p><h2>Owner</h2><p>{words(topic + 50)}</p>"
            "<h2>Known issues</h2><p>None.</p>",
        )
        for topic in range(20)
    ]
    for number, article in enumerate(read(pages)):
        lines = article.text.split("\n")
        assert lines == ["Overview", words(number), "Owner", words(number + 50), "Known issues", "None."]


def test_a_sentence_in_the_middle_of_pages_stays():
    pages = [
        page(topic, f"<p>{words(topic)}</p><p>Ask the shift lead first.</p><p>{words(topic + 50)}</p>")
        for topic in range(20)
    ]
    assert all("Ask the shift lead first." in article.text for article in read(pages))


def test_a_link_between_paragraphs_goes():
    pages = [
        page(
            topic,
            f"<p>{words(topic)}</p><p>Read it: <a href=/news>the plant's weekly news for you</a></p>"
            f"<p>{words(topic + 50)}</p>",
        )
        for topic in range(20)
    ]
    assert not any("weekly news" in article.text for article in read(pages))


def test_a_repeated_section_at_the_end_goes_with_its_heading():
    pages = [
        page(topic, f"<h2>Use</h2><p>{words(topic)}</p><h2>Licence</h2><p>All of this is free to use at work.</p>")
        for topic in range(20)
    ]
    for number, article in enumerate(read(pages)):
        assert article.text == f"Use\n{words(number)}"


def test_pages_that_are_nearly_all_template_are_left_as_they_are():
    body = f"<p>{words(1)}</p><p>{words(2)}</p>"
    pages = [page(topic, f"<p>Machine {topic} of the hall, checked.</p>{body}") for topic in range(20)]
    assert all(words(2) in article.text for article in read(pages))


def test_what_is_remembered_stays_small_and_forgets_a_theme_that_went():
    def lot(start: int, footer: str) -> list[Article]:
        return [Article(url="", title="", text=f"Page {n} of many\n{footer}") for n in range(start, start + 60)]

    repeated = Repeated()
    for start in range(0, 3000, 60):
        repeated.read(lot(start, "The plant handbook, for all shifts."))
        assert len(repeated.lines) < 450
    old = repeated.blocks()
    for start in range(3000, 6000, 60):
        repeated.read(lot(start, "The plant handbook, for everybody."))
    assert len(old) == len(repeated.blocks()) == 1
    assert repeated.blocks() != old


def test_a_heading_that_opens_other_pages_ends_the_text_and_a_heading_like_it_does_not():
    others = "".join(f"<article><p>{words(topic)}</p></article>" for topic in range(30, 31))
    body = f"<p>{words(1)}</p><h2 id=share-this-with-the-next-shift>Rinsing</h2><p>{words(2)}</p>"
    (article,) = read([page(1, f"<main>{body}<section><h3>You may also like:</h3>{others}</section></main>")])
    assert article.text == f"{words(1)}\nRinsing\n{words(2)}"


def test_comments_in_code_are_code():
    code = "<pre><code><span class='token comment'># rinse first</span>\nrinse()</code></pre>"
    text = f"<article><p>{words(1)}</p>{code}<p>{words(3)}</p></article>"
    (article,) = read([page(1, f"{text}<div class=comments><p>{words(2)}</p></div>")])
    assert "# rinse first" in article.text
    assert words(2) not in article.text
