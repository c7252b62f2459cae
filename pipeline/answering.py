"""LookupWanted ==lookups==> LookedUp: every question at once; unanswered is an answer."""

from __future__ import annotations

import asyncio

from pipeline.clock import now
from pipeline.filing import Filing
from pipeline.lookups.proofs import proofs_of
from pipeline.lookups.resolver import Resolver
from pipeline.patience import room, until
from pipeline.store.conversations import asked_at_of, talks_of
from pipeline.store.drifts import pasts_of
from pipeline.store.forwarders import forwarded_before
from pipeline.store.history import came_with_others, first_mail_of, history_of
from pipeline.store.log import Entry, Log
from pipeline.store.people import acquaintances_of
from pipeline.store.remembered import memories_of
from pipeline.store.tokens import answered_with, is_ours
from stages.enrich import HEARD
from stages.events import INBOX, History, Known, LookedUp, LookupWanted, Seal, Signature
from stages.names import FOLDERS
from stages.settings import Settings


class Answering:
    """Asks the store, the mailboxes and the DNS."""

    def __init__(self, store: Log, settings: Settings, filing: Filing, resolver: Resolver) -> None:
        self._store = store
        self._settings = settings
        self._filing = filing
        self._resolver = resolver
        self._large = asyncio.Semaphore(4)  # of its own: filing never waits for the DNS

    async def look_up(self, entry: Entry) -> tuple[LookedUp, ...]:
        """LookupWanted -> LookedUp: every question at once; unanswered is an answer."""
        wanted = entry.event
        assert isinstance(wanted, LookupWanted)
        heard = wanted.parsed.claims in HEARD or await is_ours(self._store.read, wanted.token)
        if heard:  # it speaks of another mail, which must be known first; a token nobody made speaks of none
            await until(lambda: self._store.all_read_before(wanted), "mails that came before are read first")
        (signatures, seal), histories, acquaintances, token, pasts, before = await asyncio.gather(
            self.proofs(wanted),
            self._histories(wanted),
            acquaintances_of(self._store, wanted.owner, wanted.names),
            answered_with(self._store.read, wanted, self._settings.follow_up, now()),
            pasts_of(self._store.read, self._store.key, wanted.parsed),
            forwarded_before(self._store.read, wanted.parsed),
        )
        return (
            LookedUp(
                mail=wanted.mail,
                owner=wanted.owner,
                parsed=wanted.parsed,
                signatures=signatures,
                seal=seal,
                histories=histories,
                acquaintances=acquaintances,
                token=token,
                pasts=pasts,
                forwarded_before=before,
            ),
        )

    async def _histories(self, wanted: LookupWanted) -> tuple[History, ...]:
        parsed = wanted.parsed
        if not wanted.histories or parsed.network is None:
            return ()
        histories = []
        window = self._settings.requests.name_window
        at = parsed.received_at if parsed.imported else now()
        sketches = wanted.sketches or ((),) * len(parsed.notices)
        for notice, sketch in zip(parsed.notices, sketches, strict=True):
            history = await history_of(self._store, wanted.owner, parsed.network, notice, at, window, sketch)
            known = [await self._where_it_lies(wanted.owner, known) for known in history.known]
            memories = await memories_of(self._store.read, wanted.owner, parsed.network, notice)
            told: dict[str, object] = {"known": tuple(known), "memories": memories}
            if parsed.claims in HEARD:
                told["talks"] = await talks_of(self._store.read, wanted.owner, parsed.network, notice)
            else:
                told["asked_at"] = await asked_at_of(self._store.read, wanted.owner, parsed.network, notice)
            histories.append(history.model_copy(update=told))
        return tuple(histories)

    async def _where_it_lies(self, owner: str, known: Known) -> Known:
        """`known` with the folder its request lies in now: the owner may have moved it. None: where it was filed.

        What lay in a folder that is declared no more is filed in its verdict's own, as its next mails are.
        """
        if known.placed not in (INBOX, *FOLDERS.values(), *self._settings.folders):
            known = known.model_copy(update={"folder": None, "placed": None})
        if await came_with_others(self._store, known.request):
            return known.model_copy(update={"folder": None})
        first = await first_mail_of(self._store, known.request)
        if first is None:
            return known
        folder = await self._filing.where(self._settings.owner(owner).targets[0], *first)
        return known.model_copy(update={"folder": folder}) if folder is not None else known

    async def proofs(self, wanted: LookupWanted) -> tuple[tuple[Signature, ...], Seal | None]:
        """What came of the mail's signatures, and of its seals."""
        if not wanted.signatures:
            return (), None
        async with room(await self._store.size(wanted.mail), self._large):
            _, raw = await self._store.load(wanted.mail)
            return await proofs_of(raw, wanted, self._resolver, self._settings.authenticity.sealers)
