"""The one exception base of crawlers: its message names the thing and the next step."""


class CrawlError(Exception):
    """A source can't be read or a page can't be used; the message is written for the person who reads it."""
