"""What all clients share: how many there may be, and how many octets they may have in flight."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address, ip_address, ip_network

from pipeline.configuration import SmtpSettings


def address_of(peername: object) -> str:
    """The IP address in a socket's peer name; IPv4 inside IPv6 is IPv4. Empty when there is none."""
    if not isinstance(peername, tuple) or not peername:
        return ""
    text = str(peername[0]).partition("%")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class Admission:
    """Counts clients and octets; refuses with the reply to give."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._forwarders = tuple(ip_network(network) for network in settings.forwarders)
        self._by_network: Counter[str] = Counter()
        self.clients = 0
        self.octets = 0
        self.closing = False

    def _network(self, peer: str) -> str | None:
        """What the limit for one address counts under; None for the exempt."""
        if not peer:
            return None
        address = ip_address(peer)
        if address.is_loopback or any(address in network for network in self._forwarders):
            return None
        return str(ip_network((address, 64), strict=False)) if address.version == 6 else peer

    def enter(self, peer: str) -> str | None:
        """None, and the client counts until it leaves; or the reply that sends it away."""
        if self.closing:
            return "421 4.3.2 Shutting down, try again later"
        if self.clients >= self._settings.connections:
            return "421 4.3.2 Too many connections, try again later"
        network = self._network(peer)
        if network is not None:
            if self._by_network[network] >= self._settings.connections_per_address:
                return "421 4.7.0 Too many connections from your address, try again later"
            self._by_network[network] += 1
        self.clients += 1
        return None

    def leave(self, peer: str) -> None:
        """A client that had entered is gone."""
        self.clients -= 1
        network = self._network(peer)
        if network is not None:
            self._by_network[network] -= 1
            if not self._by_network[network]:
                del self._by_network[network]

    @property
    def stressed(self) -> bool:
        return self.clients * 4 >= self._settings.connections * 3

    @property
    def room(self) -> int:
        """Octets that may still come in."""
        return self._settings.in_flight - self.octets


class Hold:
    """The octets of one mail in flight; given back once, however it ends."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._octets = 0

    def grow(self, octets: int) -> str | None:
        """None, or the reply to refuse the mail with."""
        if octets > self._admission.room:
            self.release()
            return NO_ROOM
        self._admission.octets += octets
        self._octets += octets
        return None

    def release(self) -> None:
        self._admission.octets -= self._octets
        self._octets = 0


NO_ROOM = "452 4.3.1 Too much mail at once, try again later"
