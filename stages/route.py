"""Scored -> Routed, FilingWanted (+ ReminderWanted): the owner's rules decide, then the thresholds.

A veto decides ugly whatever the rules say; what they would have said without it is kept beside it.
"""

from __future__ import annotations

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
from stages.rules import first_match
from stages.settings import Rules, Settings

_ORDER: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")


def route(event: Scored, settings: Settings) -> tuple[Routed | FilingWanted | ReminderWanted, ...]:
    """Decide about every request and the mail; say where it is filed and whom to ask. KeyError: unknown owner."""
    kind = event.enriched.kind
    judged = kind in JUDGED or kind == "digest"
    decisions = tuple(decide(j, event.enriched, settings.rules) for j in event.judgements) if judged else ()
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
    targets = settings.owner(event.owner).targets
    unread = event.enriched.parsed.unread
    lines = fields(routed) if unread is None else failure_fields(unread)
    filings = tuple(
        FilingWanted(mail=event.mail, owner=event.owner, mailbox=target, folder=routed.folder, fields=lines)
        for target in targets
    )
    return (routed, *filings, *reminders(event.enriched, decisions, targets[0]))


def decide(judgement: Judgement, enriched: Enriched, rules: Rules) -> Decision:
    """The verdict on one request: veto, else a known request's own, else the first rule, else the thresholds."""
    vetoes = {reason.signal for reason in judgement.reasons if reason.veto}
    spoke = {reason.signal for reason in judgement.reasons}
    if judgement.veto is not None or enriched.kind == "spoof":
        rest = judgement.score - sum(reason.points for reason in judgement.reasons if reason.veto)
        otherwise, _ = _ruled(judgement, spoke - vetoes, rest, enriched, rules)
        rule = f"veto-{judgement.veto.replace('_', '-')}" if judgement.veto else "spoof"
        return Decision(judgement=judgement, verdict="ugly", rule=rule, without_veto=otherwise, folder=FOLDERS["ugly"])
    past = judgement.request.past
    if judgement.request.joins and past.verdict is not None and not past.says_more:
        folder = past.folder or FOLDERS[past.verdict]
        moved = folder != FOLDERS[past.verdict]  # the owner's own move counts for more than what we said
        verdict = next((said for said, place in FOLDERS.items() if moved and place == folder), past.verdict)
        return Decision(judgement=judgement, verdict=verdict, rule="joins-request", folder=folder)
    verdict, rule = _ruled(judgement, spoke, judgement.score, enriched, rules)
    return Decision(judgement=judgement, verdict=verdict, rule=rule, folder=FOLDERS[verdict])


def _ruled(
    judgement: Judgement, spoke: set[str], score: float, enriched: Enriched, rules: Rules
) -> tuple[Verdict, str]:
    """What rules and thresholds say about these signals and this score, and the slug of what said it."""
    rule = first_match(rules, judgement.request.notice, spoke, score, enriched)
    if rule is not None:
        verdict, slug = rule.verdict, rule.name
    elif score >= rules.thresholds.good:
        verdict, slug = "good", "score-good"
    elif score >= rules.thresholds.intriguing:
        verdict, slug = "intriguing", "score-intriguing"
    else:
        verdict, slug = "ugly", "score-ugly"
    if verdict == "follow_up" and enriched.kind == "inmail":
        verdict = "intriguing"
    if verdict == "ugly" and not enriched.parsed.layout_known:
        verdict, slug = "intriguing", "unknown-layout"  # what we may have misread must not be lost unseen
    return verdict, slug


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
