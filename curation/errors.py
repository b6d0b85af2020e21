"""The one exception base of curation: its message names the thing and the next step."""


class CurationError(Exception):
    """Something asked of the record can't be done; the message is written for the person who reads it."""


class NotFound(CurationError):
    """No such thing in the record."""


class NotAllowed(CurationError):
    """This person may not do this."""


class Conflict(CurationError):
    """It clashes with what the record holds now; the message says what that is."""
