"""A page in at most 300 characters: its own description, else its first real paragraph."""

import re

# Characters shown under a title in a list; more is cut at a sentence or a word (about three lines of a result).
LONGEST = 300
# A shorter paragraph is a label or a byline, a shorter description says nothing (characters; unknown).
_SHORTEST_PARAGRAPH = 60
_SHORTEST_DESCRIPTION = 25
_SENTENCE = re.compile(r"[.!?…。！？][\"”’)\]]*(?=\s|$)")


def summary_of(description: str, text: str) -> tuple[str, str]:
    """The summary, and "first paragraph" where it is not the description."""
    if len(description) >= _SHORTEST_DESCRIPTION:
        return shortened(description), ""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    paragraph = next((line for line in lines if len(line) >= _SHORTEST_PARAGRAPH), "")
    return (shortened(paragraph), "first paragraph") if paragraph else (shortened(description), "")


def shortened(text: str) -> str:
    """A text of at most LONGEST characters, cut after a sentence, else after a word with an ellipsis."""
    if len(text) <= LONGEST:
        return text
    ends = [match.end() for match in _SENTENCE.finditer(text[: LONGEST + 1]) if match.end() <= LONGEST]
    if ends and ends[-1] >= LONGEST // 3:
        return text[: ends[-1]]
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
