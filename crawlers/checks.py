"""Whether a crawl is to be believed: what an unbelievable one read changes nothing, and above all withdraws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from crawlers.report import CrawlReport
from crawlers.source import Source

# Pages from which "all of them are the same" or "all ask for a password" says something. Source: judgement.
ENOUGH = 5
# Share of pages that are one and the same body, or sign-in forms, from which a run is not believed. Source: judgement.
MOST_ALIKE = 0.9
# What a run that ended early says; but for two reasons the next run goes on where it was.
REASONS = {
    "closespider_timeout": "It ran out of time (most_seconds). The next run goes on from there.",
    "killed": "It had to be ended by force. See its messages; the next run goes on from there.",
    "memusage_exceeded": "It took more memory than most_memory allows. Lower concurrency or most_page_bytes.",
    "disk_full": "Its file could not be written. Make room; the next run goes on from there.",
    "turned_away": "The source no longer accepts our credentials, or wants some. See its messages, and crawl again.",
    "asked_to_wait": "The source asked to be left alone for a while. The next run by schedule goes on from there.",
    "unreachable": "The source stopped answering. When it does again, the next run goes on from there.",
    "abandoned": "The process that had started it went away. The next run goes on from there.",
    "shutdown": "It was interrupted. The next run goes on from there.",
    "failed": "It did not come to its end. Crawl again and see its messages.",
}


@dataclass(frozen=True)
class Verdict:
    """Whether a run is believed, and every reason why not: a sentence with the next step."""

    believable: bool
    reasons: tuple[str, ...] = ()


def judge(report: CrawlReport, source: Source, earlier: Sequence[int] = ()) -> Verdict:
    """Judge a run against its source's terms and the number of living pages that earlier, believed runs saw.

    Caps (most_pages, most_bytes) are terms of the source: a run that reached one is believed, but not complete.
    """
    reasons = [
        *_why_nothing(report, source),
        *_how_it_ended(report),
        *_how_many(report, source, earlier),
        *_how_well(report, source),
        *_whether_real(report),
    ]
    return Verdict(not reasons, tuple(reasons))


def _why_nothing(report: CrawlReport, source: Source) -> list[str]:
    if report.alive or report.finish_reason == "turned_away":
        return []
    if report.errors.keys() & {"no wiki", "no repository", "unknown host", "refused"}:
        return list(report.messages[:1])
    if report.forbidden:
        return [f"robots.txt of {source.address} forbids everything. Ask its keeper, or set obey_robots to false."]
    first = f" First: {report.messages[0]}" if report.messages else ""
    return [f"Nothing was read from {source.address}. Open it in a browser and check the address.{first}"]


def _how_it_ended(report: CrawlReport) -> list[str]:
    if report.finished_reading:
        return []
    return [REASONS.get(report.finish_reason, f"It ended early ({report.finish_reason}). Crawl again.")]


def _how_many(report: CrawlReport, source: Source, earlier: Sequence[int]) -> list[str]:
    if not report.alive:
        return []
    if report.alive < source.least_pages:
        return [f"{report.alive:,} pages are fewer than the {source.least_pages:,} of least_pages. Was the source cut?"]
    usual = median(earlier) if earlier else 0
    lists_all = source.kind != "feed"
    if lists_all and report.alive < usual * (1 - source.greatest_drop):
        share = 1 - report.alive / usual
        return [
            f"{report.alive:,} pages are {share:.0%} fewer than usual ({usual:,.0f}). "
            "If they are really gone, raise greatest_drop for one run."
        ]
    return []


def _how_well(report: CrawlReport, source: Source) -> list[str]:
    failed = len(report.failed_urls)
    asked = report.alive + failed
    if not report.alive or failed <= asked * source.greatest_errors:
        return []
    first = report.messages[0] if report.messages else "See failed_urls."
    return [f"{failed:,} of {asked:,} addresses failed, more than greatest_errors allows. First: {first}"]


def _whether_real(report: CrawlReport) -> list[str]:
    read = report.pages_read
    if read and report.sign_in_pages >= max(1, read * MOST_ALIKE):
        return ["Every page asks for a password. Name the variable with the source's credentials under headers."]
    if read >= ENOUGH and report.most_alike >= read * MOST_ALIKE:
        alike = f"{report.most_alike:,} of {read:,} pages are one and the same."
        return [f"{alike} Open one in a browser: if it is an error page or a sign-in, mend that and crawl again."]
    return []
