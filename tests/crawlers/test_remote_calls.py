"""XML-RPC answers are read without entities, and nothing they hold is an error of ours."""

import pytest

from crawlers.spiders.remote_calls import Fault, answered, call_of

ANSWER = "<?xml version='1.0'?><methodResponse><params><param><value>{}</value></param></params></methodResponse>"
FAULT = """<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>321</int></value></member>
<member><name>faultString</name><value><string>nothing</string></value></member></struct></value></fault></methodResponse>"""


def test_a_call_and_its_answer():
    assert "<methodName>wiki.getPage</methodName>" in call_of("wiki.getPage", "a & b") and "a &amp; b" in call_of(
        "x", "a & b"
    )
    assert answered(ANSWER.format("<string>a &amp; b</string>").encode()) == "a & b"
    assert answered(ANSWER.format("<struct></struct>").encode()) == {}
    assert answered(FAULT.encode()) == Fault(321, "nothing")


def test_signs_that_xml_has_no_place_for_are_spaces():
    assert answered(ANSWER.format("<string>a\x0bb\x00c</string>").encode()) == "a b c"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + ANSWER.format("<string>&a;</string>")[21:].encode(),
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>".encode("utf-16"),
        ANSWER.format("<string>&undefined;</string>").encode(),
        ANSWER.format("<int>no number</int>").encode(),
        ("<value>" * 20_000).encode(),
        ANSWER.format("<array><data>" * 5000 + "</data></array>" * 5000).encode(),
    ],
)
def test_what_is_no_answer_is_a_fault(body):
    said = answered(body)
    # Lists in lists are well formed; who asked for pages finds none in them.
    assert isinstance(said, Fault) or (isinstance(said, list) and isinstance(said[0], list))
