"""Private addresses are out of bounds unless the source names them, and metadata addresses always are."""

import pytest

from crawlers.addresses import AddressRules

RULES = AddressRules.of("http://wiki.intern:8080/x", ["10.1.0.0/16", "files.intern"])


@pytest.mark.parametrize(
    ("host", "port", "ip"),
    [
        ("example.org", 80, "93.184.216.34"),
        ("example.org", 443, "2606:2800:220:1::1"),
        ("wiki.intern", 8080, "192.168.3.4"),
        ("wiki.intern", 443, "192.168.3.4"),
        ("other.intern", 80, "10.1.2.3"),
        ("files.intern", 9000, "172.16.0.9"),
    ],
)
def test_it_may_go_to_public_places_and_to_those_the_source_names(host, port, ip):
    assert RULES.refusal(host, port, ip) == ""


@pytest.mark.parametrize(
    ("host", "port", "ip"),
    [
        ("evil.example", 80, "127.0.0.1"),
        ("evil.example", 80, "10.2.0.1"),
        ("evil.example", 80, "192.168.3.4"),
        ("evil.example", 80, "169.254.1.1"),
        ("evil.example", 80, "0.0.0.0"),
        ("evil.example", 80, "100.64.0.1"),
        ("evil.example", 80, "224.0.0.1"),
        ("evil.example", 80, "::1"),
        ("evil.example", 80, "::ffff:127.0.0.1"),
        ("evil.example", 80, "64:ff9b::7f00:1"),
        ("evil.example", 80, "2002:7f00:1::"),
        ("evil.example", 80, "fe80::1%eth0"),
        ("evil.example", 80, "fd00::1"),
        ("wiki.intern", 9200, "192.168.3.4"),
        ("wiki.intern", 8080, "169.254.169.254"),
        ("files.intern", 80, "169.254.169.254"),
        ("x", 80, "fd00:ec2::254"),
    ],
)
def test_it_may_not_go_elsewhere_in_private(host, port, ip):
    assert RULES.refusal(host, port, ip)


def test_words_stand_for_groups_of_addresses():
    rules = AddressRules.of("http://h/", ["loopback"])
    assert not rules.refusal("x", 1, "127.0.0.9") and rules.refusal("x", 1, "10.0.0.1")
    rules = AddressRules.of("http://h/", ["private"])
    assert not rules.refusal("x", 1, "10.0.0.1") and rules.refusal("x", 1, "169.254.169.254")
