"""name -> TXT record: our own way to the DNS, with one time-out and one kind of trouble."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pipeline.configuration import endpoint

if TYPE_CHECKING:
    import dns.asyncresolver

PAUSE = 0.1
"""Seconds before a question that had trouble is asked the second and last time."""
REMEMBERED = 10.0
"""Seconds for which a name with trouble is not asked for again: a dead nameserver must not hold up a line of mails."""
CACHED = 256
"""Answers kept for as long as their TTL allows; a network signs all its mail with a handful of keys."""


class DnsTrouble(Exception):
    """The question got no answer now: a time-out, a refusal, a broken answer or no way to ask. Later it may."""


class NobodyToAsk(DnsTrouble):
    """No nameserver is known: neither is one configured, nor has the system any."""


class Resolver:
    """Asks the nameservers given as "address:port", or those of the system if there are none.

    `timeout` is in seconds and bounds one whole question, all nameservers and re-sendings included.
    dnspython is imported with the first question, so that a start without DNS costs nothing.
    """

    def __init__(self, nameservers: tuple[str, ...] = (), timeout: float = 5.0) -> None:
        """ValueError, in words for a person, if a nameserver is no IP address with an optional port."""
        self._nameservers = tuple(endpoint(text) for text in nameservers)
        self.timeout = timeout
        self._asking: dns.asyncresolver.Resolver | None = None
        self._flights: dict[str, asyncio.Task[bytes | None]] = {}
        self._troubled: dict[str, float] = {}

    async def key(self, name: str) -> bytes | None:
        """The TXT record at `name`, or None; asked once for all who wait for it, and once more if there is trouble.

        Raises DnsTrouble, for a while at once. Who is cancelled meanwhile leaves the question to the others.
        """
        moment = asyncio.get_running_loop().time()
        if self._troubled.get(name, moment) > moment:
            raise DnsTrouble("no answer from the DNS a moment ago")
        flight = self._flights.get(name)
        if flight is None:
            flight = self._flights[name] = asyncio.create_task(self._ask_twice(name), name="dns")
            flight.add_done_callback(lambda ended: self._landed(name, ended))
        return await asyncio.shield(flight)

    def _landed(self, name: str, flight: asyncio.Task[bytes | None]) -> None:
        del self._flights[name]
        moment = asyncio.get_running_loop().time()
        self._troubled = {other: until for other, until in self._troubled.items() if until > moment}
        if not flight.cancelled() and flight.exception() is not None:
            self._troubled[name] = moment + REMEMBERED

    async def _ask_twice(self, name: str) -> bytes | None:
        try:
            return await self.txt(name)
        except DnsTrouble:
            await asyncio.sleep(PAUSE)
        return await self.txt(name)

    async def close(self) -> None:
        """End the questions that nobody waits for any more."""
        for flight in tuple(self._flights.values()):
            flight.cancel()
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    async def txt(self, name: str) -> bytes | None:
        """The TXT record at `name` (absolute; no search list), its strings joined (RFC 6376 section 3.6.2.2).

        None if there is no such record. Where several records lie, the one that calls itself a DKIM key is taken.
        A lost packet is sent once more within the time-out. Raises DnsTrouble.
        """
        try:
            answer = await self._answer(name, "TXT")
        except NobodyToAsk:
            return None  # no trouble that passes
        records = [b"".join(record.strings) for record in answer]
        return min(records, key=lambda record: (not record.lstrip().startswith(b"v=DKIM1"), record), default=None)

    async def records(self, name: str, kind: str) -> tuple[str, ...]:
        """The records of a kind ("MX", "A", "PTR") at `name`, as a zone file has them. Empty if there are none.

        Raises DnsTrouble; NobodyToAsk where no nameserver is known.
        """
        return tuple(sorted(record.to_text() for record in await self._answer(name, kind)))

    async def _answer(self, name: str, kind: str) -> tuple[Any, ...]:
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            question = dns.name.from_text(name.rstrip(".") + ".")
        except (dns.exception.DNSException, UnicodeError):
            return ()  # no name of such a form can exist
        try:
            # dnspython measures its lifetime with a clock that can be set; ours cannot.
            async with asyncio.timeout(self.timeout):
                return tuple(await self._resolver().resolve(question, kind, lifetime=self.timeout, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.resolver.NoResolverConfiguration as trouble:
            raise NobodyToAsk("no nameserver is known") from trouble
        except (dns.exception.DNSException, OSError, EOFError) as trouble:  # TimeoutError is an OSError
            raise DnsTrouble(f"no answer from the DNS ({type(trouble).__name__})") from trouble

    @property
    def nameservers(self) -> tuple[tuple[str, int], ...]:
        """Address and port of those that are asked. Raises NobodyToAsk."""
        import dns.resolver

        try:
            asking = self._resolver()
        except dns.resolver.NoResolverConfiguration as trouble:
            raise NobodyToAsk("no nameserver is known") from trouble
        return self._nameservers or tuple((str(address), asking.port) for address in asking.nameservers)

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if self._asking is None:
            import dns.asyncresolver
            import dns.nameserver
            import dns.resolver

            asking = dns.asyncresolver.Resolver(configure=not self._nameservers)
            if self._nameservers:
                asking.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in self._nameservers]
            # A silent nameserver leaves time for the next one, or for sending the question once more.
            asking.timeout = self.timeout / (2 * max(1, len(asking.nameservers)))
            asking.cache = dns.resolver.LRUCache(CACHED)
            self._asking = asking
        return self._asking
