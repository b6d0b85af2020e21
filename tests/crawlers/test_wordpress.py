"""A real WordPress is read completely, with its comments, and then only where it changed."""

import pytest

from crawlers.extract import article_from_html
from crawlers.look import look
from tests.support.crawling import quick, run
from tests.support.wordpress import WordPress

pytestmark = pytest.mark.servers

UPLOAD = """
require_once ABSPATH . 'wp-admin/includes/image.php';
$up = wp_upload_bits('travel-rules.pdf', null, '%PDF-1.4 rules');
$file = ['post_mime_type' => 'application/pdf', 'post_title' => 'Rules', 'guid' => $up['url']];
$file['post_status'] = 'inherit';
$said = wp_insert_attachment($file, $up['file'], $v['post'])
"""


@pytest.fixture
def posts(wordpress: WordPress) -> dict[str, int]:
    """A post with a talk under it, more of them than one answer holds, a page, and two that are not for us."""
    text = "<p>Cats travel badly.</p>\n<h2>Rules</h2>\n<p>Never without a box.</p>"
    first = wordpress.post(post_title="Cats & travel", tags_input=["travel", "cats"], post_content=text)
    asked = wordpress.comment(
        first, "What about <em>dogs</em>?\n\nThey like it.", "Bo", comment_date_gmt="2026-01-02 03:04:05"
    )
    wordpress.comment(first, "Dogs are fine.", "Cleo", comment_parent=asked)
    wordpress.php(UPLOAD, post=first)
    made = wordpress.php(
        "for ($i = 0; $i < 24; $i++) $said[] = wp_insert_post(['post_title' => \"Post $i\", "
        "'post_status' => 'publish', 'post_author' => 2, 'post_content' => \"<p>Words of post $i.</p>\"])"
    )
    page = wordpress.post(post_title="About us", post_type="page", post_content="<p>We travel.</p>")
    return {"first": first, "asked": asked, "second": made[0], "third": made[1], "page": page}


def titled(crawled, state: str = "read") -> set[str]:
    return {page.hints["title"] for page in crawled.pages if page.state == state}


@pytest.mark.parametrize("structure", ["/%postname%/", ""], ids=["wp-json", "rest_route"])
def test_everything_public_arrives_with_its_talk(wordpress, posts, tmp_path, structure):
    wordpress.permalinks(structure)
    wordpress.post(post_title="Locked", post_content="<p>Not for all.</p>", post_password="x")
    wordpress.post(post_title="Draft", post_content="<p>Not yet.</p>", post_status="private")
    crawled = run(quick("wordpress", wordpress.address), tmp_path)
    assert crawled.report.complete, crawled.said
    assert titled(crawled) == {"Cats & travel", "About us", *(f"Post {n}" for n in range(24))}
    assert crawled.report.messages == (f"A post is behind a password, left out: {_locked(crawled)}.",)
    page = next(p for p in crawled.pages if p.hints["title"] == "Cats & travel")
    article = article_from_html(page.html, page.url, "test", page.hints)
    assert "Never without a box." in article.text and article.authors == ("Ada Example",)
    assert page.hints["tags"] == ["cats", "travel"] and page.hints["kind"] == "post"
    assert page.hints["generator"] == "WordPress" and page.hints["modified"].endswith("Z")
    assert page.hints["system_id"] == f"posts/{posts['first']}"
    question, answer = page.hints["comments"]
    assert question["author"] == "Bo" and question["at"] == "2026-01-02T03:04:05Z" and question["parent"] == ""
    assert (
        question["body"].split() == ["What", "about", "dogs", "?", "They", "like", "it."] or "dogs" in question["body"]
    )
    assert answer["author"] == "Cleo" and answer["parent"] == question["id"]
    file = page.hints["attachments"][0]
    assert file["name"] == "travel-rules.pdf" and file["media_type"] == "application/pdf"
    assert next(p for p in crawled.pages if p.hints["title"] == "About us").hints["kind"] == "page"
    # All posts in two parts, all pages, comments and files in one each.
    assert crawled.report.requests <= 9


def _locked(crawled) -> str:
    return crawled.said.rpartition(" ")[2].rstrip(".")


def test_a_look_knows_it_without_a_theme_that_says_so(wordpress, posts):
    found = look(wordpress.address)
    assert (found.kind, found.pages) == ("wordpress", 26), found


def test_again_it_costs_requests_for_changes_alone(wordpress, posts, tmp_path):
    source = quick("wordpress", wordpress.address)
    first = run(source, tmp_path)
    again = run(source, tmp_path, [first])
    assert again.report.pages_read == 0 and again.report.unchanged == 26, again.said
    # robots.txt, front page, API, types; posts and pages: changed, counted; comments: new, counted.
    assert again.report.requests <= 10

    wordpress.edit(posts["second"], post_content="<p>Words nobody wrote before.</p>")
    wordpress.edit(posts["page"], post_name="who-we-are")
    wordpress.delete(posts["third"])
    wordpress.post(post_title="Brand new", post_content="<p>Fresh.</p>")
    changed = run(source, tmp_path, [first, again])
    assert changed.report.complete, changed.said
    assert titled(changed) == {"Post 0", "About us", "Brand new"} and changed.report.unchanged == 23
    urls = {p.hints["title"]: p.url for p in first.pages}
    gone = {page.url: (page.status, page.hints.get("moved_to", "")) for page in changed.pages if page.state == "gone"}
    assert gone == {urls["Post 1"]: (410, ""), urls["About us"]: (301, f"{wordpress.address}/who-we-are/")}
    assert changed.report.requests <= 10 + 3 * 4

    wordpress.comment(posts["first"], "Late to the party.", "Dora", comment_date="2020-01-01 00:00:00")
    wordpress.php("wp_delete_comment($v['id'], true)", id=posts["asked"])
    wordpress.edit(posts["second"], post_status="private")
    talked = run(source, tmp_path, [first, again, changed])
    assert titled(talked) == {"Cats & travel"}, talked.said
    page = next(p for p in talked.pages if p.state == "read")
    assert {c["author"]: c["parent"] for c in page.hints["comments"]} == {"Cleo": "", "Dora": ""}
    assert talked.in_state("gone") == [urls["Post 0"]] and "may no longer be read" in talked.said
    settled = run(source, tmp_path, [first, again, changed, talked])
    assert settled.report.pages_read == 0 and settled.report.requests <= 10, settled.said


def test_addresses_that_all_change_are_moves(wordpress, posts, tmp_path):
    source = quick("wordpress", wordpress.address)
    first = run(source, tmp_path)
    wordpress.permalinks("/blog/%post_id%/")
    moved = run(source, tmp_path, [first])
    assert moved.report.pages_read == 25 and moved.report.gone == 25
    page = next(p for p in moved.pages if p.hints.get("title") == "Cats & travel")
    assert page.url.endswith(f"/blog/{posts['first']}/") and page.hints["system_id"] == f"posts/{posts['first']}"


def test_an_address_without_the_api_says_so(static_site, tmp_path):
    static_site.page("/", "Only a page")
    crawled = run(quick("wordpress", static_site.address), tmp_path)
    assert "no WordPress" in crawled.said and not crawled.report.complete
