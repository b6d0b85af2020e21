"""What git's own words mean to the person who reads the report: the thing, and the next step."""

import os
import re
from pathlib import Path

from crawlers.repository.address import folder_of
from crawlers.source import Source

NO_REPOSITORY = r"does not appear to be a git repository|not a git repository|not valid: is this a git"
# Git's words -> ours. {address}, {branch} and {header} are filled in. Source: seen with git 2.39.
SENTENCES = (
    (r"couldn't find remote ref", "{address} has no branch {branch!r}. Set branch, or leave it out for the usual one"),
    (
        r"Authentication failed|could not read Username|terminal prompts disabled|returned error: 40[13]",
        "{address} asks for sign-in, or there is no such repository. Name the variable with its credentials under "
        "headers, as Authorization",
    ),
    (r"returned error: 404|[Rr]epository .* not found", "There is no repository at {address}. Check the address"),
    (
        r"redirect|returned error: 3\d\d",
        "{address} sends us to another address, which is not followed. Give the address it leads to",
    ),
    (
        r"Host key verification failed|host key is known",
        "The key of {address} is not known here. Let its keeper tell it, and put it into the account's known_hosts, or "
        "into the file that COMMONPLACE_SSH_KNOWN_HOSTS names",
    ),
    (
        r"Permission denied \(|Too many authentication failures|Load key .*: ",
        "{address} does not let our key in. Give its keeper the public key; name the private one's file in "
        "COMMONPLACE_SSH_KEY, or load it into the agent (one with a passphrase needs that)",
    ),
    (r"cannot run ssh|ssh: not found", "Ssh is not installed here, and {address} is read with it. Install it"),
    (r"Permission denied|unable to access .*: Permission", "{address} may not be read by us. Give us leave to read it"),
    (
        NO_REPOSITORY,
        "There is no git repository at {address}. Check the path, or make one there with git init",
    ),
    (r"certificate|SSL", "{address} has no valid certificate. Ask its keeper, or set verify_tls to false"),
    (r"Failed to connect|Connection refused|Couldn't connect", "{address} refuses the connection. Is the server up?"),
    (
        r"timed out|[Oo]peration too slow|early EOF|hung up|RPC failed",
        "{address} breaks off or answers too slowly. Crawl again later",
    ),
    (r"No space left", "The disk is full. Make room and crawl again"),
)


def explained(words: str, source: Source) -> str:
    """The sentence for the report."""
    if re.search(NO_REPOSITORY, words) and _is_closed(source):
        words = "Permission denied"
    for pattern, sentence in SENTENCES:
        if re.search(pattern, words):
            return sentence.format(address=source.address, branch=source.branch)
    last = next((line for line in reversed(words.splitlines()) if line.strip()), "it said nothing")
    return last.removeprefix("fatal: ") if not words.startswith(("fatal:", "error:")) else f"Git says: {last}"


def _is_closed(source: Source) -> bool:
    """Whether a folder is there and closed to us: git says of it only that it is no repository."""
    folder = Path(folder_of(source.address) or "/")
    try:
        return any(not os.access(place, os.R_OK | os.X_OK) for place in (folder, folder / ".git") if place.exists())
    except PermissionError:
        return True


def is_damage(words: str) -> bool:
    """Whether git's words, once the source has answered, leave only our own copy to be at fault."""
    return not any(re.search(pattern, words) for pattern, _ in SENTENCES if pattern != NO_REPOSITORY)
