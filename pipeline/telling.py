"""ReminderWanted, DigestWanted, ReplyWanted, AlarmWanted, InspectionWanted, NotificationWanted ==> Sent, or filed."""

from __future__ import annotations

import asyncio

import structlog

from pipeline.clock import now
from pipeline.errors import Later
from pipeline.filing import Filing, own_mailbox
from pipeline.outgoing import doubts
from pipeline.sender import Outbox
from pipeline.store import notified, outbox as sent
from pipeline.store.conversations import answer_token, answerable
from pipeline.store.log import Entry, Log
from stages.calm import free_from
from stages.compose import Wanted, compose
from stages.conversation import ReminderFiled, ReminderWanted, Sent
from stages.durations import DAY
from stages.events import AlarmFiled, AlarmWanted
from stages.inspecting import InspectionFiled, InspectionWanted
from stages.notifying import NotificationDropped, NotificationFiled, NotificationStarted, NotificationWanted
from stages.own_mail import KINDS
from stages.recipients import answer_address
from stages.settings import Owner, Settings

log = structlog.get_logger()

Told = Sent | ReminderFiled | AlarmFiled | InspectionFiled | NotificationFiled | NotificationDropped
FULL = "you had as many mails as you want in an hour or a day ([follow_up] per_hour, per_day)"


class Telling:
    """Hands a mail of ours to the relay if there is one and the owner has a `contact`; else, and for what the relay
    did not take, to the owner's INBOX. The same octets either way."""

    def __init__(self, store: Log, settings: Settings, filing: Filing, outbox: Outbox) -> None:
        self._store = store
        self.settings = settings
        self._filing = filing
        self._outbox = outbox
        self._measuring = asyncio.Lock()
        for owner, doubt in doubts(outbox.outgoing, settings.owners):
            log.warning("contact_doubted", owner=owner, why=doubt)

    async def tell(self, entry: Entry) -> tuple[Told, ...]:
        """One mail. OSError: weather, to be tried again; the log says what was begun."""
        event = entry.event
        assert isinstance(event, Wanted)
        owner = self.settings.owner(event.owner)
        if isinstance(event, InspectionWanted):
            log.warning(
                "layout_drifted", mail=event.mail, owner=event.owner, network=event.network, template=event.template,
                what=[doubt.what for doubt in event.doubts], todo="`salver status` says what to do",
            )  # fmt: skip
        if isinstance(event, NotificationWanted) and not await self._may_be_told(entry, event, owner):
            log.info("notification_dropped", mail=event.mail, owner=event.owner, rule=event.rule)
            return (NotificationDropped(mail=event.mail, owner=event.owner, request=event.request, why=FULL),)
        content = compose(event, owner, self.settings, self._answer_to(event, owner))
        if self._outbox.outgoing.relay and owner.contact and not await self._filing_begun(event):
            told = await self._outbox.send(entry.id, event, owner, content)
            if isinstance(told, Sent):
                log.info(f"{KINDS[type(event)]}_sent", mail=event.mail, owner=event.owner)
                return (told,)
            log.warning(
                "sending_unsure" if told.unsure else "sending_given_up", mail=event.mail, owner=event.owner,
                why=told.why, instead="it is filed in the owner's INBOX",
            )  # fmt: skip
        name, found = await self._filing.write(event, event.mailbox, content, event.at)
        log.info(f"{KINDS[type(event)]}_filed", mail=event.mail, owner=event.owner)
        filed = {"mail": event.mail, "owner": event.owner, "mailbox": event.mailbox, "name": name, "found": found}
        if isinstance(event, AlarmWanted):
            return (AlarmFiled.model_validate(filed),)
        if isinstance(event, InspectionWanted):
            return (InspectionFiled.model_validate(filed),)
        if isinstance(event, NotificationWanted):
            return (NotificationFiled.model_validate({**filed, "request": event.request}),)
        request = event.request if isinstance(event, ReminderWanted) else ""
        return (ReminderFiled.model_validate({**filed, "request": request}),)

    async def _may_be_told(self, entry: Entry, event: NotificationWanted, owner: Owner) -> bool:
        """Whether the owner's measure has room for this one, which counts from then on. Later: they want no mail now.

        Reminders are made one by one as there is room; these come as mail comes in, so it is asked here, one at a time.
        """
        id, calm = f"{entry.id}.begun", self.settings.follow_up
        async with self._measuring:
            if await notified.begun(self._store.read, id):
                return True
            at = now()
            if (free := free_from(at, calm, owner.zone)) > at:
                raise Later("you want no mail at this time ([follow_up] quiet_hours, weekends)", free)
            if await notified.room(self._store.read, owner.id, calm, at) <= 0:
                return False
            begins = NotificationStarted(mail=event.mail, owner=event.owner, request=event.request)
            await self._store.record(id, begins)
            return True

    async def _filing_begun(self, event: Wanted) -> bool:
        """Whether it was decided before to file this mail."""
        return await self._store.filing_started(event.mail, own_mailbox(event, event.mailbox))

    def _answer_to(self, event: Wanted, owner: Owner) -> str:
        """Where this mail can be answered; empty: nowhere."""
        if isinstance(event, AlarmWanted | InspectionWanted | NotificationWanted):
            return ""
        if not answerable(event) or not event.answer_until:
            return ""
        return answer_address(owner, answer_token(self._store.key, event))


async def lines(store: Log) -> list[str]:
    """For `salver status`: what a relay was to take in the last week, and lies in the INBOX instead; and what a rule
    wanted told at once since yesterday, and was not."""
    found = []
    for each in await sent.unsent(store.read, now() - 7 * DAY):
        mails = "1 mail of Salver's own lies" if each.mails == 1 else f"{each.mails} mails of Salver's own lie"
        why = f"not sent: {each.why}" if each.why is not None else "it may have been sent too: nobody can know"
        found.append(f"{mails} in the INBOX since last week, {why}.")
    if dropped := await notified.dropped(store.read, now() - DAY):
        were = (
            "1 notification that a rule wanted was"
            if dropped == 1
            else f"{dropped} notifications that rules wanted were"
        )
        found.append(f"{were} not told in the last 24 hours: {FULL}. The mails lie where they belong.")
    return found
