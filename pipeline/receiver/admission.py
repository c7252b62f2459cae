"""What all clients share: how many there may be, and how many octets they may have in flight."""

from __future__ import annotations

import resource
from collections import Counter
from ipaddress import IPv6Address, ip_address, ip_network

from pipeline.configuration import SmtpSettings

SMALL = 256_000
"""Octets; for mails up to this a reserve is kept, for nearly all mail is small."""
RESERVE = 8
"""This part of `in_flight` is the reserve."""
SHARE = 4
"""One address may hold this part of `in_flight`; loopback, where a mail server of one's own may stand, twice that."""
OTHER_FILES = 128
"""Open files that are no clients': the store, the mailboxes, the readers' pipes, and clients while they are refused."""
FEWEST = 16
"""Clients that are taken even where the system grants hardly any open files."""

_LOOPBACK = "loopback"


def affordable(connections: int) -> int:
    """As many of these clients as this process may have open files for; beyond them even a refusal would fail."""
    granted, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return connections if granted < 0 else min(connections, max(FEWEST, granted - OTHER_FILES))


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
        self._by_origin: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        # Not where a single mail of `size` would then find no room.
        self._reserve = max(0, min(settings.in_flight // RESERVE, settings.in_flight - 2 * settings.size))
        self.connections = settings.connections
        self.clients = 0
        self.octets = 0
        self.closing = False

    def origin(self, peer: str) -> str | None:
        """What the limits for one address count under; None for the exempt."""
        if not peer:
            return None
        address = ip_address(peer)
        if any(address in network for network in self._forwarders):
            return None
        if address.is_loopback:
            return _LOOPBACK
        return str(ip_network((address, 64), strict=False)) if address.version == 6 else peer

    def enter(self, peer: str) -> str | None:
        """None, and the client counts until it leaves; or the reply that sends it away."""
        if self.closing:
            return "421 4.3.2 Shutting down, try again later"
        if self.clients >= self.connections:
            return "421 4.3.2 Too many connections, try again later"
        origin = self.origin(peer)
        if origin is not None:
            if origin != _LOOPBACK and self._by_origin[origin] >= self._settings.connections_per_address:
                return "421 4.7.0 Too many connections from your address, try again later"
            self._by_origin[origin] += 1
        self.clients += 1
        return None

    def leave(self, peer: str) -> None:
        """A client that had entered is gone."""
        self.clients -= 1
        origin = self.origin(peer)
        if origin is not None:
            self._by_origin[origin] -= 1
            if not self._by_origin[origin]:
                del self._by_origin[origin]

    @property
    def stressed(self) -> bool:
        return self.clients * 4 >= self.connections * 3

    def has_room(self, octets: int, origin: str | None, held: int) -> bool:
        """Whether `octets` more may come in of a mail from `origin` that holds so many already.

        The budget of all; less the reserve for a mail that is not small; and the origin's share, which a mail that is
        its only one may exceed: or else no mail above the share could ever come in.
        """
        total = self._settings.in_flight - (self._reserve if held + octets > SMALL else 0)
        if self.octets + octets > total:
            return False
        if origin is None or self._held[origin] <= held:
            return True
        share = self._settings.in_flight // SHARE * (2 if origin == _LOOPBACK else 1)
        return self._held[origin] + octets <= share

    def hold(self, octets: int, origin: str | None) -> None:
        """Count these octets, or give them back if they are negative."""
        self.octets += octets
        if origin is not None:
            self._held[origin] += octets
            if not self._held[origin]:
                del self._held[origin]


class Hold:
    """The octets of one mail in flight; given back once, however it ends."""

    def __init__(self, admission: Admission, peer: str) -> None:
        self._admission = admission
        self._origin = admission.origin(peer)
        self._octets = 0

    def has_room(self, octets: int) -> bool:
        """Whether the mail could grow by so much now."""
        return self._admission.has_room(octets, self._origin, self._octets)

    def grow(self, octets: int) -> str | None:
        """None, or the reply to refuse the mail with."""
        if not self.has_room(octets):
            self.release()
            return NO_ROOM
        self._admission.hold(octets, self._origin)
        self._octets += octets
        return None

    def release(self) -> None:
        self._admission.hold(-self._octets, self._origin)
        self._octets = 0


NO_ROOM = "452 4.3.1 Too much mail at once, try again later"
