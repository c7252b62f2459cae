"""Scored -> Routed, FilingWanted (+ ReminderWanted): decide about every request, and say where the mail is filed."""

from __future__ import annotations

from stages.change import change
from stages.decide import decide
from stages.events import (
    INBOX,
    JUDGED,
    Decision,
    Enriched,
    FilingWanted,
    Judgement,
    ReminderWanted,
    Routed,
    Scored,
    Verdict,
)
from stages.names import FOLDERS, NETWORKS, REALLY
from stages.receipt import failure_fields, fields
from stages.settings import Settings
from stages.targets import targets_of

_ORDER: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")


def route(event: Scored, settings: Settings) -> tuple[Routed | FilingWanted | ReminderWanted, ...]:
    """Decide about every request and the mail; say where it is filed and whom to ask. KeyError: unknown owner."""
    kind = event.enriched.kind
    judged = kind in JUDGED or kind == "digest"
    decisions = tuple(_decided(j, event.enriched, settings) for j in event.judgements) if judged else ()
    best = min(decisions, key=lambda d: (_ORDER.index(d.verdict), -d.judgement.score), default=None)
    routed = Routed(
        mail=event.mail,
        owner=event.owner,
        kind=kind,
        decisions=decisions,
        verdict=best.verdict if best else None,
        score=best.judgement.score if best else None,
        rule=best.rule if best else None,
        folder=best.folder if best else INBOX,
        settings_hash=event.settings_hash,
    )
    if best is None and kind == "spoof":
        routed = routed.model_copy(update={"verdict": "ugly", "rule": "spoof", "folder": FOLDERS["ugly"]})
    targets = targets_of(event, settings)
    unread = event.enriched.parsed.unread
    lines = fields(routed) if unread is None else failure_fields(unread)
    filings = tuple(
        FilingWanted(
            mail=event.mail,
            owner=event.owner,
            mailbox=target,
            folder=routed.folder,
            fields=lines,
            verdict=routed.verdict,
        )
        for target in targets
    )
    # What came long ago raises no reminder, filed or not.
    asked = () if event.enriched.parsed.imported else reminders(event.enriched, decisions, targets[0])
    return (routed, *filings, *asked)


def _decided(judgement: Judgement, enriched: Enriched, settings: Settings) -> Decision:
    """The decision, with what would change it: kept, since rules and points may be others when somebody asks."""
    decision = decide(judgement, enriched, settings.rules)
    return decision.model_copy(update={"change": change(decision, enriched, settings)})


def reminders(enriched: Enriched, decisions: tuple[Decision, ...], mailbox: str) -> tuple[ReminderWanted, ...]:
    """One for each new request to be asked about, into the owner's first mailbox."""
    parsed = enriched.parsed
    return tuple(
        ReminderWanted(
            mail=enriched.mail,
            owner=enriched.owner,
            mailbox=mailbox,
            request=decision.judgement.request.id,
            about=decision.judgement.request.notice,
            known=known(decision.judgement, enriched),
            message_id=parsed.message_id,
            subject=parsed.subject,
            at=parsed.received_at,
        )
        for decision in decisions
        if decision.verdict == "follow_up" and not decision.judgement.request.joins
    )


def known(judgement: Judgement, enriched: Enriched) -> tuple[str, ...]:
    """What we know beside what the notice itself says of the person, one sentence each."""
    notice, past = judgement.request.notice, judgement.request.past
    lines: list[str] = []
    if notice.photo_url.state != "unknown":
        lines.append("Photo: " + ("yes" if notice.photo_url.state == "shown" else "none"))
    if past.requests_before:
        count = past.requests_before
        lines.append(f"Asked before: {count} time{'s' if count != 1 else ''}")
    network = enriched.parsed.network
    name = NETWORKS[network] if network else "the network"
    really, detail = REALLY[enriched.authenticity.verdict], enriched.authenticity.detail
    lines.append(f"Really from {name}: {really}" + (f" ({detail})" if detail and really != "yes" else ""))
    return tuple(lines)
