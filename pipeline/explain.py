"""Runs the flow itself on a mail that lies in a file: real DKIM, empty history, nothing stored.

Two things are asked of a store if there is one, and only read: whether the owner knows the people, so that what
`salver people add` did can be seen at once, and whether the forwarder is new; without a store neither is known, and
none is made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from pipeline.clock import now
from pipeline.configuration import Configuration
from pipeline.errors import describe
from pipeline.lookups.proofs import proofs_of
from pipeline.lookups.resolver import Resolver
from pipeline.reader import Reader
from pipeline.store.forwarders import forwarded_before_at
from pipeline.store.people import acquaintances_at
from stages.events import Enriched, Event, LookedUp, LookupWanted, Parsed, Received, Routed
from stages.flow import follow
from stages.settings import Settings
from stages.subject import undressed

Kind = TypeVar("Kind", bound=Event)

NOT_STORED = "0" * 32
"""The mail id of a mail that is only explained."""


@dataclass(frozen=True)
class Explained:
    """What would happen to a mail; `trouble` says why it could not be read or judged."""

    enriched: Enriched | None = None
    routed: Routed | None = None
    trouble: str | None = None


class Explainer:
    """Explains mails one after the other, with readers and resolver of its own."""

    def __init__(self, configuration: Configuration, settings: Settings) -> None:
        self._settings = settings
        self._store = configuration.store.path
        self._reader = Reader(configuration.reader.model_copy(update={"children": 1}), settings)
        self._resolver = Resolver(configuration.dns.resolvers, float(configuration.dns.time))

    @classmethod
    @asynccontextmanager
    async def ready(cls, configuration: Configuration, settings: Settings) -> AsyncIterator[Explainer]:
        explainer = cls(configuration, settings)
        await explainer._reader.start()
        try:
            yield explainer
        finally:
            await explainer._reader.stop()
            await explainer._resolver.close()

    async def explain(self, raw: bytes, owner: str, mail_from: str = "", rcpt_to: Iterable[str] = ()) -> Explained:
        """The decision about one mail of this owner. Never raises: one mail must not end a whole run."""
        raw = undressed(raw)  # a signature covers the subject as it came
        received = Received(
            mail=NOT_STORED, owner=owner, blob="", size=len(raw),
            mail_from=mail_from, rcpt_to=tuple(rcpt_to), received_at=now(),
        )  # fmt: skip
        try:
            parsed = await self._reader.read(received, raw)
            return await self._judge(parsed, raw)
        except Exception as error:  # the reader died, or a stage has a bug; the live mail would lie in the INBOX
            return Explained(trouble=describe(error))

    async def _judge(self, parsed: Parsed, raw: bytes) -> Explained:
        wanted = _only(LookupWanted, follow(parsed, self._settings))
        signatures, seal = await proofs_of(raw, wanted, self._resolver, self._settings.authenticity.sealers)
        known = await asyncio.to_thread(acquaintances_at, self._store, parsed.owner, wanted.names)
        before = await asyncio.to_thread(forwarded_before_at, self._store, parsed)
        looked_up = LookedUp(
            mail=parsed.mail, owner=parsed.owner, parsed=parsed, signatures=signatures, seal=seal, acquaintances=known,
            forwarded_before=before,
        )  # fmt: skip
        made = tuple(follow(looked_up, self._settings))
        return Explained(_only(Enriched, made), _only(Routed, made), parsed.unread)


def _only(kind: type[Kind], made: Iterable[Event]) -> Kind:
    """The event of this kind; the flow makes one of it for each mail."""
    (found,) = (event for event in made if isinstance(event, kind))
    return found
