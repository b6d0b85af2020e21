"""Questions and answers: read, ask, answer, accept."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from curation.errors import CurationError, NotAllowed
from curation.services import catalogue, discuss
from curation.web.access import Database, Learner, Visitor
from curation.web.forms import Checked, RowNumber, Typed
from curation.web.render import go, page

router = APIRouter(prefix="/questions")
PAGE_SIZE = 20
# A page number past this can't be meant; it also keeps the offset a size every database takes.
LAST_PAGE = 10_000


@router.get("")
def every_question(
    request: Request,
    db: Database,
    account: Visitor,
    number: Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)] = 1,
) -> HTMLResponse:
    """Questions, the newest first."""
    found = discuss.questions(db, number, PAGE_SIZE)
    return page(request, "questions.html", lines=found.items, number=number, last=-(-found.total // PAGE_SIZE))


@router.get("/ask")
def ask_form(request: Request, account: Learner, about: str = "", title: str = "") -> HTMLResponse:
    """An empty form; `about` is the resource it was opened from."""
    return page(request, "ask.html", title=title[:300], body="", about=about, problem="")


@router.post("/ask", dependencies=[Checked])
def ask(
    request: Request, db: Database, account: Learner, title: Typed = "", body: Typed = "", about: Typed = ""
) -> Response:
    """Keep a question and show it."""
    try:
        made = discuss.ask(db, account, title.strip(), body.strip(), about or None)
    except CurationError as error:
        db.rollback()
        typed = {"title": title, "body": body, "about": about}
        return page(request, "ask.html", _status(error), problem=str(error), **typed)
    return go(request, f"/questions/{made.id}", "Your question is here for everyone to answer.")


@router.get("/{question_id}")
def one_question(request: Request, question_id: RowNumber, db: Database, account: Visitor) -> HTMLResponse:
    """A question with its answers, the accepted one first."""
    return _page(request, db, question_id)


@router.post("/{question_id}/answers", dependencies=[Checked])
def answer(request: Request, question_id: RowNumber, db: Database, account: Learner, body: Typed = "") -> Response:
    """Keep an answer."""
    try:
        discuss.answer(db, account, question_id, body.strip())
    except CurationError as error:
        db.rollback()
        return _page(request, db, question_id, _status(error), body=body, problem=str(error))
    return go(request, f"/questions/{question_id}#answers", "Your answer is kept.")


@router.post("/{question_id}/answers/{answer_id}/accept", dependencies=[Checked])
def accept(request: Request, question_id: RowNumber, answer_id: RowNumber, db: Database, account: Learner) -> Response:
    """The person who asked (or a curator) says which answer helped."""
    discuss.accept(db, account, answer_id)
    return go(request, f"/questions/{question_id}#answers", "Marked as the answer that helped.")


def _page(request: Request, db: Session, question_id: int, status: int = 200, **typed: Any) -> HTMLResponse:
    found = discuss.question(db, question_id)
    about = next((card.title for card in catalogue.cards(db, [found.resource_id] if found.resource_id else [])), "")
    forms = {"body": "", "problem": ""}
    return page(request, "question.html", status, found=found, about=about, **(forms | typed))


def _status(error: CurationError) -> int:
    return 403 if isinstance(error, NotAllowed) else 400
