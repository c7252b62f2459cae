"""A real DNS server on loopback, UDP and TCP on one port, that answers what a test scripted.

    with DnsServer({"key._domainkey.example.test": txt("v=DKIM1; p=...")}) as server:
        Resolver((server.endpoint,))

Names without a script get NXDOMAIN. Its threads are daemons: a test that dies takes them with it.
"""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 0

Behaviour = Callable[[dns.message.Message], list[dns.message.Message]]
"""query -> replies in the order they are sent; none is silence"""


def txt(*records: str | bytes) -> Behaviour:
    """One TXT record each, cut into strings of 255 octets (RFC 1035 section 3.3.14)."""
    quoted = []
    for record in records:
        octets = record.encode() if isinstance(record, str) else record
        pieces = [octets[at : at + 255] for at in range(0, len(octets), 255)] or [b""]
        quoted.append(" ".join('"' + "".join(f"\\{octet:03d}" for octet in piece) + '"' for piece in pieces))

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        answer = dns.message.make_response(query)
        answer.answer.append(dns.rrset.from_text(query.question[0].name, TTL, "IN", "TXT", *quoted))
        return [answer]

    return reply


def cname(*chain: str, then: str | None = None) -> Behaviour:
    """An alias chain through these names; `then` is the TXT record at its end, none if None."""

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        answer = dns.message.make_response(query)
        name = query.question[0].name
        for target in chain:
            answer.answer.append(dns.rrset.from_text(name, TTL, "IN", "CNAME", target + "."))
            name = dns.name.from_text(target + ".")
        if then is not None:
            answer.answer.append(dns.rrset.from_text(name, TTL, "IN", "TXT", f'"{then}"'))
        return [answer]

    return reply


def _failing(code: dns.rcode.Rcode) -> Behaviour:
    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        answer = dns.message.make_response(query)
        answer.set_rcode(code)
        return [answer]

    return reply


nxdomain = _failing(dns.rcode.NXDOMAIN)
servfail = _failing(dns.rcode.SERVFAIL)
refused = _failing(dns.rcode.REFUSED)


def no_records(query: dns.message.Message) -> list[dns.message.Message]:
    """The name exists, without a TXT record."""
    return [dns.message.make_response(query)]


def silent(query: dns.message.Message) -> list[dns.message.Message]:
    """Nothing is ever sent back."""
    return []


def delayed(seconds: float, behaviour: Behaviour) -> Behaviour:
    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        time.sleep(seconds)
        return behaviour(query)

    return reply


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first question gets the first, and so on; the last one stays."""
    waiting = list(behaviours)

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0])(query)

    return reply


def preceded_by_forgeries(forged: Behaviour, behaviour: Behaviour) -> Behaviour:
    """An outsider's guesses come first: right question with a wrong id, then right id with a wrong question."""

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        guesses = []
        for guess in forged(query):
            guess.id = query.id ^ 0x5555
            guesses.append(guess)
        other = dns.message.make_query("elsewhere.test.", "TXT", id=query.id)
        return [*guesses, *forged(other), *behaviour(query)]

    return reply


class DnsServer:
    """The server; `script` may be changed while it runs. `asked` lists (name, "udp" or "tcp") of every question."""

    def __init__(self, script: dict[str, Behaviour] | None = None) -> None:
        self.script = dict(script or {})
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                packet, sock = self.request
                for wire in outer._replies(packet, "udp"):
                    sock.sendto(wire, self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                size = self.rfile.read(2)
                if len(size) == 2:
                    for wire in outer._replies(self.rfile.read(struct.unpack("!H", size)[0]), "tcp"):
                        self.wfile.write(struct.pack("!H", len(wire)) + wire)

        self._tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp)
        self._udp = socketserver.ThreadingUDPServer(self._tcp.server_address[:2], Udp)
        self._udp.max_packet_size = 65535
        for server in (self._tcp, self._udp):
            server.daemon_threads = True
            server.block_on_close = False

    @property
    def endpoint(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._tcp.server_address[1]}"

    def __enter__(self) -> DnsServer:
        for server in (self._tcp, self._udp):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()

    def _replies(self, packet: bytes, over: str) -> list[bytes]:
        query = dns.message.from_wire(packet)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append((name, over))
        wires = []
        for reply in self.script.get(name, nxdomain)(query):
            wire = reply.to_wire(max_size=65535)
            if over == "udp" and len(wire) > max(512, query.payload):
                cut = dns.message.make_response(query)
                cut.flags |= dns.flags.TC
                wire = cut.to_wire()
            wires.append(wire)
        return wires
