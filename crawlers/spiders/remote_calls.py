"""XML-RPC as text: a call to be posted, and what its answer says, without entities or a document type."""

import re
import xmlrpc.client
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

# What XML 1.0 has no place for, but a wiki's pages may hold. Source: the Char production of the specification.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Fault:
    """The other side refused; `code` is its own, 0 where it said nothing that can be understood."""

    code: int = 0
    message: str = ""


def call_of(method: str, *parameters: Any) -> str:
    """The body of a call."""
    return xmlrpc.client.dumps(parameters, method)


def answered(body: bytes) -> Any:
    """The value that was answered, or a Fault. Never raises, never expands an entity."""
    text = NO_XML.sub(" ", body.decode("utf-8", "replace").lstrip("\ufeff \r\n\t"))
    if "<!doctype" in text.lower():
        return Fault(message="no XML-RPC")
    try:
        values, _ = xmlrpc.client.loads(text)
    except xmlrpc.client.Fault as fault:
        return Fault(int(fault.faultCode), str(fault.faultString)[:200])
    except (ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError, AssertionError) as error:
        return Fault(message=f"no XML-RPC ({type(error).__name__})")
    return values[0] if values else Fault(message="no XML-RPC")
