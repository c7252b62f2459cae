"""Scored -> Routed, FilingWanted (+ what it means for conversations): decide about every request, and file the mail."""

from __future__ import annotations

from collections.abc import Iterable

from stages.answers import meant
from stages.change import change
from stages.conversation import Accepted, Answered, Opened, Ordered, Rejudged, ReplyWanted
from stages.decide import decide
from stages.events import (
    INBOX,
    JUDGED,
    Decision,
    Enriched,
    FilingWanted,
    Judgement,
    Routed,
    Scored,
    Shadow,
    Verdict,
)
from stages.inspecting import InspectionWanted, inspection
from stages.learning import LearningWanted
from stages.names import FOLDERS, REALLY
from stages.notifying import NotificationWanted, notifications
from stages.orders import ordered, reasons
from stages.receipt import failure_fields, fields
from stages.saying import why
from stages.settings import Settings
from stages.sources import title_of
from stages.targets import targets_of

PITCHES = ("sells_a_service", "pitches_a_job", "sends_a_hotlist")
"""Signals by which an answer is a pitch."""
_ORDER: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")
_TROUBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


Outcome = (
    Routed | FilingWanted | Opened | Answered | Accepted | Rejudged | Ordered | LearningWanted | ReplyWanted
    | InspectionWanted | NotificationWanted
)  # fmt: skip


def route(event: Scored, settings: Settings) -> tuple[Outcome, ...]:
    """Decide about every request and the mail; say where it is filed and what it means. KeyError: unknown owner."""
    kind = event.enriched.kind
    judged = kind in JUDGED or kind == "digest"
    decisions = tuple(_decided(j, event.enriched, settings) for j in event.judgements) if judged else ()
    best = best_of(decisions)
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
    lines = (fields(routed) if unread is None else failure_fields(unread)) + reasons(event.enriched)
    filings = tuple(
        FilingWanted(
            mail=event.mail,
            owner=event.owner,
            mailbox=target,
            folder=routed.folder,
            fields=lines,
            verdict=routed.verdict,
            score=routed.score,
            firmly=event.enriched.firmly,
            labels=routed.labels,
        )
        for target in targets
    )
    at_once = notifications(event.enriched, decisions, settings)
    return (
        routed,
        *filings,
        *inspection(event.enriched, settings),
        *at_once,
        *_talk(event.enriched, decisions, settings),
    )


def best_of(decisions: Iterable[Decision]) -> Decision | None:
    """The one by which a mail with several requests is filed."""
    return min(decisions, key=lambda each: (_ORDER.index(each.verdict), -each.judgement.score), default=None)


def _talk(enriched: Enriched, decisions: tuple[Decision, ...], settings: Settings) -> tuple[Outcome, ...]:
    """What the mail means for conversations. What came long ago opens none, filed or not."""
    if enriched.again:
        told = enriched.anew or enriched.undoing
        again = tuple(_rejudged(enriched, decision) for decision in decisions if told or _is_talked_of(decision))
        return (*again, *(_asked(enriched, decisions, settings) if enriched.undoing else ()))
    if enriched.parsed.imported:
        return ()
    return (*_asked(enriched, decisions, settings), *meant(enriched, settings), *ordered(enriched, settings))


def _asked(enriched: Enriched, decisions: tuple[Decision, ...], settings: Settings) -> tuple[Opened, ...]:
    """What opens the conversations with those who are to be asked; where there is one, it changes nothing."""
    mailbox = next(iter(targets_of(enriched, settings)), "")
    return tuple(
        opening(decision, enriched, mailbox)
        for decision in decisions
        if decision.verdict == "follow_up" and not decision.judgement.request.joins
    )


def _is_talked_of(decision: Decision) -> bool:
    request = decision.judgement.request
    return request.asked is not None or request.said is not None


def _rejudged(enriched: Enriched, decision: Decision) -> Rejudged:
    request = decision.judgement.request
    answered = request.asked is not None and request.asked.answered
    return Rejudged(
        mail=enriched.mail,
        owner=enriched.owner,
        request=request.id,
        verdict=decision.verdict,
        pitch=answered and any(reason.signal in PITCHES for reason in decision.judgement.reasons),
        why=why(decision.judgement),
        folder=decision.folder,
        at=enriched.again,
        anew=enriched.anew,
        without=enriched.without[-1] if enriched.undoing else "",
    )


def _decided(judgement: Judgement, enriched: Enriched, settings: Settings) -> Decision:
    """The decision, with what would change it: kept, since rules and points may be others when somebody asks."""
    if enriched.without:
        settings = settings.but(rules=settings.rules.without(*enriched.without))
    decision = decide(judgement, enriched, settings.rules)
    return decision.model_copy(
        update={"change": change(decision, enriched, settings), "shadow": _shadow(judgement, enriched, settings)}
    )


def _shadow(judgement: Judgement, enriched: Enriched, settings: Settings) -> Shadow | None:
    """What the rules would say that run in the shadow. Nothing hangs on it: not even where they raise."""
    if settings.shadow is None:
        return None
    rules = settings.shadow.without(*enriched.without)
    try:
        said = decide(judgement, enriched, rules)
    except _TROUBLES:  # a bug, and theirs alone: the live rules have decided
        return None
    return Shadow(version=rules.version, verdict=said.verdict, rule=said.rule, folder=said.folder)


def opening(decision: Decision, enriched: Enriched, mailbox: str) -> Opened:
    """What opens the conversation about a request; `mailbox` is where its reminders are filed."""
    parsed, request = enriched.parsed, decision.judgement.request
    return Opened(
        mail=enriched.mail,
        owner=enriched.owner,
        request=request.id,
        network=parsed.network,
        about=request.notice,
        known=known(decision.judgement, enriched),
        why=why(decision.judgement),
        language=parsed.note_language or parsed.language,
        mailbox=mailbox,
        message_id=parsed.message_id,
        subject=parsed.subject,
        score=decision.judgement.score,
        proven=enriched.authenticity.verdict == "aligned",
        verdict=decision.verdict,
        folder=decision.folder,
        at=parsed.received_at,
        asked_before=request.past.asked_at,
    )


def known(judgement: Judgement, enriched: Enriched) -> tuple[str, ...]:
    """What we know beside what the notice itself says of the person, one sentence each."""
    notice, past = judgement.request.notice, judgement.request.past
    lines: list[str] = []
    if notice.photo_url.state != "unknown":
        lines.append("Photo: " + ("yes" if notice.photo_url.state == "shown" else "none"))
    if past.requests_before:
        count = past.requests_before
        lines.append(f"They asked to connect before: {count} time{'s' if count != 1 else ''}")
    network = enriched.parsed.network
    name = title_of(network) if network else "the network"
    really, detail = REALLY[enriched.authenticity.verdict], enriched.authenticity.detail
    lines.append(f"Really from {name}: {really}" + (f" ({detail})" if detail and really != "yes" else ""))
    return tuple(lines)
