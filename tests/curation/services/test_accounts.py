"""Accounts: names, passwords, roles."""

import pytest
from sqlalchemy.orm import Session

from curation.errors import Conflict, CurationError, NotAllowed, NotFound
from curation.services import accounts

GOOD = "correct horse"


def test_an_account_signs_in_with_its_password_and_no_other(db: Session) -> None:
    made = accounts.add(db, "ada", GOOD, "curator", "Ada Example")
    assert accounts.authenticate(db, "ada", GOOD) is made
    assert accounts.authenticate(db, "ada", GOOD + "!") is None
    assert accounts.authenticate(db, "nobody", GOOD) is None
    assert made.display_name == "Ada Example"


def test_the_password_is_kept_as_an_argon2id_hash(db: Session) -> None:
    assert accounts.add(db, "ada", GOOD).password_hash.startswith("$argon2id$")


def test_a_name_is_the_same_in_any_case_and_spelling_of_its_letters(db: Session) -> None:
    accounts.add(db, "Ada", GOOD)
    assert accounts.authenticate(db, " ADA ", GOOD) is not None
    with pytest.raises(Conflict, match="'ada' already"):
        accounts.add(db, "ａｄａ", GOOD)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 65, "a\x00b", "\ud800", "a\nb"])
def test_a_name_that_no_sign_in_could_carry_is_refused(db: Session, name: str) -> None:
    with pytest.raises(CurationError, match="can't be an account name"):
        accounts.add(db, name, GOOD)


@pytest.mark.parametrize("password", ["short", "x" * 1025])
def test_a_password_of_the_wrong_length_is_refused(db: Session, password: str) -> None:
    with pytest.raises(CurationError, match="8 to 1,024"):
        accounts.add(db, "ada", password)


def test_a_password_that_is_no_text_is_just_wrong(db: Session) -> None:
    accounts.add(db, "ada", GOOD)
    assert accounts.authenticate(db, "ada", "\ud800" * 9) is None
    assert accounts.authenticate(db, "a\x00", GOOD) is None


def test_an_unknown_role_is_refused_with_those_there_are(db: Session) -> None:
    with pytest.raises(CurationError, match="learner, curator, ops, admin"):
        accounts.add(db, "ada", GOOD, "boss")


def test_each_role_includes_the_ones_before(db: Session) -> None:
    ops = accounts.add(db, "olga", GOOD, "ops")
    assert [accounts.may(ops, role) for role in accounts.ROLES] == [True, True, True, False]
    assert not accounts.may(None, "learner")
    with pytest.raises(NotAllowed, match="needs the role admin"):
        accounts.demand(ops, "admin")


def test_a_disabled_account_may_nothing_and_stays_listed(db: Session) -> None:
    accounts.add(db, "ada", GOOD, "admin")
    gone = accounts.disable(db, "ada")
    assert accounts.authenticate(db, "ada", GOOD) is None
    assert not accounts.may(gone, "learner")
    assert accounts.accounts(db) == [gone]


def test_a_new_password_replaces_the_old_one(db: Session) -> None:
    accounts.add(db, "ada", GOOD)
    accounts.set_password(db, "Ada", "battery staple")
    assert accounts.authenticate(db, "ada", GOOD) is None
    assert accounts.authenticate(db, "ada", "battery staple") is not None
    with pytest.raises(NotFound, match="no account named 'bob'"):
        accounts.set_password(db, "bob", GOOD)
