"""Accounts: who may sign in, with what password, and what each role may do."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import AccountRow, now
from curation.errors import Conflict, CurationError, NotAllowed, NotFound

# Each role may do what the ones before it may.
ROLES = ("learner", "curator", "ops", "admin")
# Letters of a password: at least 8 (NIST SP 800-63B); at most 1,024, because hashing a book would occupy the site.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024
# No colon and no space: HTTP Basic ends the name at the first colon. 64 letters: a name has to fit a line.
NAME = re.compile(r"[\w.@+-]{1,64}")


def add(db: Session, name: str, password: str, role: str = "learner", display_name: str = "") -> AccountRow:
    """Make an account.

    Raises:
        Conflict: the name is taken.
        CurationError: the name, role or password can't be used.
    """
    key = _key(name)
    if not NAME.fullmatch(key):
        raise CurationError(
            f"{name[:80]!r} can't be an account name: use up to 64 letters, digits and . @ + - _ without spaces."
        )
    if role not in ROLES:
        raise CurationError(f"There is no role {role!r}. Choose one of {', '.join(ROLES)}.")
    if _find(db, key) is not None:
        raise Conflict(f"There is an account named {key!r} already. Choose another name.")
    account = AccountRow(name=key, display_name=display_name.strip() or name.strip(), role=role, password_hash="")
    account.password_hash = _hash(password)
    db.add(account)
    db.flush()
    return account


def authenticate(db: Session, name: str, password: str) -> AccountRow | None:
    """The account, if the password is right and it is not disabled.

    Every call verifies exactly one hash, so that the time taken does not tell which names exist.
    """
    account = _find(db, _key(name))
    held = account.password_hash if account else _nobody()
    right = _matches(held, password[:LONGEST_PASSWORD])
    if account is None or not right or account.disabled_at is not None:
        return None
    if _hasher().check_needs_rehash(held):
        account.password_hash = _hash(password)
    return account


def accounts(db: Session) -> list[AccountRow]:
    """Every account, disabled ones too, by name."""
    return list(db.scalars(select(AccountRow).order_by(AccountRow.name)))


def account(db: Session, name: str) -> AccountRow:
    """The account of this name.

    Raises:
        NotFound: there is none.
    """
    found = _find(db, _key(name))
    if found is None:
        raise NotFound(f"There is no account named {name[:80]!r}. commonplace account list shows those there are.")
    return found


def may(account: AccountRow | None, role: str) -> bool:
    """Whether this visitor (None: not signed in) may do what the role may."""
    if account is None or account.disabled_at is not None or account.role not in ROLES:
        return False
    return ROLES.index(account.role) >= ROLES.index(role)


def demand(account: AccountRow | None, role: str) -> None:
    """Refuse those who may not.

    Raises:
        NotAllowed: the role is missing; it says which.
    """
    if not may(account, role):
        raise NotAllowed(f"This needs the role {role}. Ask an admin for it, or sign in as someone who has it.")


def identities(account: AccountRow | None) -> frozenset[str]:
    """The names under which somebody may read what sources restrict: the account's own and its groups.

    A role gives none: a curator of the library is no member of every team's closed pages.
    """
    return frozenset() if account is None else frozenset((account.name, *account.groups))


def set_groups(db: Session, name: str, groups: Sequence[str]) -> AccountRow:
    """Say which groups an account belongs to, in place of those it had.

    Raises:
        NotFound: no such account.
    """
    found = account(db, name)
    found.groups = sorted({said for group in groups if (said := " ".join(group.replace("\x00", "").split()))})
    db.flush()
    return found


def set_password(db: Session, name: str, password: str) -> AccountRow:
    """Give an account a new password.

    Raises:
        NotFound: no such account.
        CurationError: the password can't be used.
    """
    found = account(db, name)
    found.password_hash = _hash(password)
    db.flush()
    return found


def disable(db: Session, name: str) -> AccountRow:
    """Let an account sign in no more; what the person wrote stays.

    Raises:
        NotFound: no such account.
    """
    found = account(db, name)
    found.disabled_at = found.disabled_at or now()
    db.flush()
    return found


def _matches(held: str, password: str) -> bool:
    """Whether a hash was made from this password."""
    try:
        return _hasher().verify(held, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


def _find(db: Session, key: str) -> AccountRow | None:
    """The account with this normalised name; a NUL can be in no name, and PostgreSQL would refuse the question."""
    return None if "\x00" in key else db.scalar(select(AccountRow).where(AccountRow.name == key))


def _key(name: str) -> str:
    """One spelling a name, so that nobody can pose as another by case or by look-alike forms of a letter."""
    return unicodedata.normalize("NFKC", name).strip().casefold().encode("utf-8", "replace").decode("utf-8")


def _hash(password: str) -> str:
    """The password's argon2id hash."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise CurationError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters. Choose another.")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's parameters (RFC 9106, low-memory profile: 64 MiB, 3 passes)."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to verify against where the name is unknown."""
    return _hasher().hash("nobody has this password")
