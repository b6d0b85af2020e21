"""Extract: pages that say something new become articles in the record; absent ones are missed, then withdrawn."""

from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from crawlers.extract.repeated import Repeated
from crawlers.page import Article, Page, read_lines
from crawlers.source import Source
from curation.database import RunRow
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import held, moves, runs, sources
from curation.services.standing import thinner
from curation.services.submit import Submission, submit_all
from curation.settings import Settings
from flows.ahead import look_ahead, whereabouts
from flows.lots import Lot, lots
from flows.meanwhile import Meanwhile
from flows.report import Progress, StepReport, silent, timed

# A fall of the median share of a page that was kept, against the run before: a theme change, most likely.
KEPT_DROP = 0.3
# Pages a run must have read for their median share to mean anything (judgement).
ENOUGH_PAGES = 10


def extract(
    settings: Settings, name: str, progress: Progress = silent, meanwhile: Meanwhile | None = None
) -> StepReport:
    """Take in every believable crawl of a source that was not taken in yet; safe to repeat and to be cut short.

    What is understood already, because a `meanwhile` followed the crawl, is not extracted again.
    """
    report = StepReport("extract", name)
    begun = nullcontext(meanwhile) if meanwhile else Meanwhile(settings)
    with timed(report), open_session(settings.record_url) as db, begun as understanding:
        source = Source.from_dict(sources.get(db, name).settings)
        for run in runs.to_extract(db, name):
            try:
                _take_in(db, run, source, report, progress, understanding)
            except BrokenProcessPool as error:
                understanding.workers.end()
                raise CurationError(
                    f"A worker that extracts {name} was ended from outside, most likely for want of memory. "
                    "What was taken in stays; make room and run again."
                ) from error
    return report


def confirm_withdrawal(settings: Settings, name: str) -> StepReport:
    """Withdraw what the last crawl of a source found gone and the guard held back, now that a person said so."""
    report = StepReport("extract", name)
    with timed(report), open_session(settings.record_url) as db:
        done = held.confirm(db, name, "the command line")
        report.count("withdrawn", len(done))
        db.commit()
        if not done:
            report.messages.append(f"Nothing of {name} is held back.")
    return report


def _take_in(
    db: Session, run: RunRow, source: Source, report: StepReport, progress: Progress, meanwhile: Meanwhile
) -> None:
    """One crawl's pages: those that moved, then all in lots, then what was absent."""
    path = Path(run.report["pages"])
    if not path.exists():
        report.messages.append(
            f"The pages of crawl {run.id} are gone ({path}). Crawl again: commonplace crawl {source.name}"
        )
        run.report = {**run.report, "taken_in": True}
        db.commit()
        return
    ahead = look_ahead(path)
    moved = moves.follow(db, source.name, ahead.moves)
    report.count("moved", len(moved))
    where = whereabouts(db, run, source.name, ahead)
    db.commit()
    kept: list[float] = []
    done, seen = 0, int(run.report.get("seen", 0))
    repeated = Repeated.of(run.report.get("repeated") or runs.last_said(db, source.name, "repeated"))
    for lot in lots(db, read_lines(path, Page), repeated, meanwhile.runs(path, int(run.report.get("read", 0)))):
        kept += _take_lot(db, source, lot, where, report)
        # With the lot's articles, so that a run that was cut short goes on with what it knew.
        run.report = {**run.report, "repeated": lot.learned}
        db.commit()
        done += lot.size
        progress("extract", done, max(seen, done))
    meanwhile.forget(path)
    back: tuple[str, ...] = ()
    if run.report.get("complete") or ahead.gone:
        present = {*ahead.present, *run.report.get("failed_urls", ())} if run.report.get("complete") else None
        back = _note_absence(db, source, present, [url for url in ahead.gone if url not in moved], report)
    kept_share = _kept_note(db, source.name, kept, report)
    run.report = {**run.report, "taken_in": True, "held": list(back), "repeated": repeated.said(), **kept_share}
    db.commit()


def _take_lot(db: Session, source: Source, lot: Lot, where: moves.Whereabouts, report: StepReport) -> list[float]:
    """What a lot says that is new, submitted; the share kept of each page."""
    found = list(zip(lot.fresh, lot.articles, strict=True))
    # A page that went elsewhere in this run is not where a list still has it.
    left = moves.departed(db, source.name, [one.url for one in lot.sightings if one.content_hash is None])
    there = [one for one in lot.sightings if one.url not in left]
    sources.seen(db, *there)
    report.count("unchanged", len(there) - len(lot.fresh))
    submissions = []
    for page, article in found:
        if article is None or not (article.text or article.title):
            report.count("empty")
            continue
        url = _place(page, article)
        if url != page.url:
            sources.placed(db, source.name, page.url, url)
        submissions.append(_submission(source, url, article))
    for outcome in submit_all(db, submissions, where):
        report.count(outcome)
    return [submission.kept for submission in submissions if submission.kept is not None]


def _place(page: Page, article: Article) -> str:
    """Where an article stands: its rel=canonical, if that only spells the same address otherwise.

    A theme that names one canonical address for every page would else melt a whole wiki into one resource; real
    copies are folded later, by what they say.
    """
    read, said = urlsplit(page.url), urlsplit(article.url)
    same = (read.netloc.lower(), read.path.rstrip("/")) == (said.netloc.lower(), said.path.rstrip("/"))
    return article.url if same and article.url else page.url


def _submission(source: Source, url: str, article: Article) -> Submission:
    """The crawler's words in the record's: the one place where the two meet."""
    return Submission(
        source=source.name,
        url=url,
        title=article.title,
        text=article.text,
        html=article.html,
        summary=article.summary,
        authors=list(article.authors),
        published=article.published,
        modified=article.modified,
        language=article.language,
        licence=article.licence or source.licence or None,
        kind=article.kind,
        tags=list(article.tags),
        links=list(article.links),
        kept=article.kept,
        evidence=dict(article.evidence),
        system_id=article.system_id,
        attachments=list(article.attachments),
        readers=list(article.readers),
        comments=list(article.comments),
        reactions=list(article.reactions),
    )


def _note_absence(
    db: Session, source: Source, present: set[str] | None, gone: list[str], report: StepReport
) -> tuple[str, ...]:
    """Withdraw what is gone, unless that is suspiciously much; the addresses held back."""
    there = present if present is not None else [page["url"] for page in sources.known_pages(db, source.name)]
    result = sources.note_absence(db, source.name, set(there) - set(gone), gone, source.greatest_drop)
    report.count("withdrawn", len(result.withdrawn))
    report.count("missed", len(result.missed))
    report.count("moved", len(result.moved))
    if result.held:
        report.count("held", len(result.held))
        report.ok = False
        report.messages.append(
            f"{len(result.held)} pages of {source.name} are gone at once, more than its greatest drop of "
            f"{source.greatest_drop:.0%} allows, so none was withdrawn. Look at the site; if they really went: "
            f"commonplace extract --source {source.name} --confirm-withdrawal"
        )
    return result.held


def _kept_note(db: Session, name: str, kept: list[float], report: StepReport) -> dict[str, float | None]:
    """The median share of a page that was kept, held against the last run that read enough to tell.

    A run that reads too little to tell hands on what the last one said, so that a drop is seen until it is mended.
    """
    before, fell_from = runs.last_figure(db, name, "kept"), runs.last_figure(db, name, "kept_before")
    if len(kept) < ENOUGH_PAGES:
        return {key: said for key, said in (("kept", before), ("kept_before", fell_from)) if said is not None}
    share = round(median(kept), 3)
    if before is None or share >= before - KEPT_DROP:
        return {"kept": share, "kept_before": None}
    report.messages.append(thinner(name, share, before))
    return {"kept": share, "kept_before": before}
