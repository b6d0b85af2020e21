"""The terms a look suggests: caps that hold what is there, an assertion, the delay that robots.txt asks for."""

import math
from typing import Any

from crawlers.look.found import Found
from crawlers.source import Source

# Room above the pages there are now, and the share of them a believable run must see. Source: judgement; a source
# that grows by a quarter, or shrinks by half, should be looked at by a person.
ROOM, LEAST = 1.25, 0.5
# Pages from which an assertion is worth its while. Source: judgement.
ENOUGH = 10
HOUR = 3600
# Sources read in full each time, slower than this many hours, are read once a week. Source: judgement.
NIGHT = 4
WEEKLY = "0 3 * * 0"


def suggested(found: Found, delay: float | None) -> dict[str, Any]:
    """What to set beside the kind's defaults; the detector's own terms win, `delay` is what robots.txt asks for."""
    plain = Source.from_dict({"name": "look", "kind": found.kind, "address": found.address})
    made: dict[str, Any] = dict(found.terms)
    if delay and delay > plain.delay:
        made["delay"] = delay
    if found.pages is None or found.kind == "feed":
        return made
    if found.pages * ROOM > plain.most_pages:
        made["most_pages"] = _rounded(found.pages * ROOM)
    if found.pages >= ENOUGH:
        made.setdefault("least_pages", int(found.pages * LEAST))
    hours = math.ceil(found.pages * made.get("delay", plain.delay) * ROOM / HOUR)
    if hours * HOUR > plain.most_seconds:
        made["most_seconds"] = min(hours, 7 * 24) * HOUR
    if hours > NIGHT and found.kind in ("site", "sitemap"):
        made["schedule"] = WEEKLY
    return {key: value for key, value in made.items() if value != getattr(plain, key)}


def _rounded(number: float) -> int:
    """Up to two significant digits."""
    step = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(math.ceil(number / step) * step)
