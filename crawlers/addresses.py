"""Which network addresses may be connected to, decided after the name was resolved."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where clouds hand out credentials to whoever asks. Sources: the documentation of AWS, Azure and Google Cloud (the
# first two), Alibaba Cloud (the third), Oracle Cloud (the fourth). Never reachable, whatever a source allows.
METADATA = frozenset(
    ipaddress.ip_address(a) for a in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}
# Usual ports of all that a source's own address may be; a web source gains no port by ssh's.
USUAL = {**PORTS, "ssh": 22}
WORDS = ("loopback", "private")


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, lower-case host and port of an address; ("", "", 0) where it has none."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or USUAL.get(parts.scheme.lower(), 0)
    except ValueError:
        return "", "", 0


def unwrapped(ip: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), which is where the connection would end."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What one source may reach: public addresses, its own host, and what it allows by name, address or word.

    `own` is the (host, port) of the source's address; ports 80 and 443 of that host count too, because sites send
    from one to the other. `allowed` holds host names, addresses, networks (CIDR), "loopback" or "private".
    """

    own: tuple[str, int]
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, address: str, allowed: Sequence[str]) -> "AddressRules":
        """The rules of a source with this address."""
        _, host, port = origin(address)
        return cls((host, port), tuple(a.lower() for a in allowed))

    def refusal(self, host: str, port: int, address: str) -> str:
        """Why a connection to this address (an IP, resolved from host) is refused; empty: it may be made."""
        ip = unwrapped(ipaddress.ip_address(address.partition("%")[0]))
        if ip in METADATA:
            return f"{host} is {ip}, where a cloud keeps credentials"
        if (ip.is_global and not ip.is_multicast) or self._named(host.lower(), ip):
            return ""
        if host.lower() == self.own[0] and not ip.is_link_local and port in {self.own[1], *PORTS.values()}:
            return ""
        return f"{host}, port {port}, is {ip}, a private address that allow_private does not name"

    def _named(self, host: str, ip: IPAddress) -> bool:
        for entry in self.allowed:
            if entry == host or (entry == "loopback" and ip.is_loopback):
                return True
            if entry == "private" and ip.is_private and not ip.is_link_local:
                return True
            network = as_network(entry)
            if network is not None and network.version == ip.version and ip in network:
                return True
        return False


def as_network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network an entry names (an address is a network of one), or None where it is a host name."""
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
