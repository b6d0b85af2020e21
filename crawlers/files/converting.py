"""The process that converts one file: `python -m crawlers.files.converting KIND`, the file in, JSON out."""

import json
import resource
import sys
from importlib import import_module

from crawlers.files import LONGEST, MOST_HTML, MOST_MEMORY, Converted, FileRefused


def bound() -> None:
    """Bound this process: a file made to hurt ends it, and nothing else."""
    most = MOST_MEMORY * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(kind: str) -> int:
    """Convert what comes in; what went wrong is part of the answer."""
    bound()
    try:
        found: Converted = import_module(f"crawlers.files.{kind}").read(sys.stdin.buffer.read())
        if len(found.html) > MOST_HTML:
            raise FileRefused(f"holds more than {MOST_HTML:,} characters of text")
        answer = {"html": found.html, "facts": {name: value for name, value in found.facts.items() if value}}
    except FileRefused as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "takes more memory to read than any real one"}
    # Readers fail in many ways on broken files; each is one and the same to the person who reads the report.
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        answer = {"refused": "is damaged and can't be read"}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
