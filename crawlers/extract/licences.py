"""Licences named on pages to short names (SPDX where there is one)."""

import re

_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)(?:/(\d\.\d))?", re.I)
_PUBLIC_DOMAIN = re.compile(r"creativecommons\.org/publicdomain/(zero|mark)/(\d\.\d)", re.I)
_BY_NAME = re.compile(r"\bcc[ -](by(?:-(?:nc|sa|nd))*)(?:[ -](\d\.\d))?\b", re.I)
_OTHERS = (
    (re.compile(r"gnu\.org/(?:licenses|copyleft)/fdl", re.I), "GFDL"),
    (re.compile(r"apache\.org/licenses/LICENSE-2\.0|apache license,? (?:version )?2", re.I), "Apache-2.0"),
    (re.compile(r"opensource\.org/licen[sc]es/mit|\bmit licen[sc]e", re.I), "MIT"),
    (re.compile(r"open-government-licence/version/3", re.I), "OGL-UK-3.0"),
)


def licence_of(said: object) -> str | None:
    """The short name of a licence given as address or name (`CC-BY-SA-4.0`); None where it says none we know."""
    if isinstance(said, list):
        said = next(iter(said), None)
    text = str((said.get("url") or said.get("name") if isinstance(said, dict) else said) or "")
    if match := _CREATIVE_COMMONS.search(text) or _BY_NAME.search(text):
        return f"CC-{match[1].upper()}" + (f"-{match[2]}" if match[2] else "")
    if match := _PUBLIC_DOMAIN.search(text):
        return f"CC0-{match[2]}" if match[1].lower() == "zero" else "public domain"
    return next((name for pattern, name in _OTHERS if pattern.search(text)), None)
