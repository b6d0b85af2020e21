"""The one exception base of search_config: its message names the thing and the next step."""


class SearchError(Exception):
    """The index can't do what was asked; the message is written for the person who reads it."""


class IndexUnavailable(SearchError):
    """The engine does not answer now; nothing is lost, the same call may succeed later."""
