"""Routed -> the receipt: header fields for the filed mail, and plain words for a person."""

from __future__ import annotations

from stages import field_words
from stages.claims import sentences
from stages.decide import by_lesson, by_memory, not_lifted
from stages.events import Decision, Enriched, Judgement, Memory, Notice, Reason, Routed
from stages.forwards import asked_by
from stages.forwards.askers import title_of as provider_of
from stages.header import CHANGE, LABEL, REASON, REQUEST, RULE, VERDICT, clean
from stages.names import FOLDERS, KINDS, REALLY, VERDICTS
from stages.rules.matching import ADDED
from stages.saying import (
    FOLLOWS,
    HELD,
    because,
    by_points,
    follows,
    helpless,
    learned,
    number,
    outlook,
    points,
    remembered,
    says,
    signed,
    verdict,
)  # fmt: skip
from stages.settings import Owner
from stages.sources import title_of
from stages.wording import EVIDENCE

_CHANGE = 300
"""Characters of what would change a decision, in a header field."""

_WAYS = {
    "auto": "all of its mail, as it came",
    "rule": "by a rule, which put its own sender into the mail",
    "attachment": "as an attachment",
    "inline": "quoted in a mail",
}


def fields(event: Routed) -> tuple[tuple[str, str], ...]:
    """The X-Salver fields to prepend, in order, as plain one-line text (`stages.header` encodes and folds).

    Not among them: X-Salver-Mail and the closing field, which `stages.header.prepend` writes.
    """
    best = event.best
    if event.verdict is None:
        return ((VERDICT, f"none; kind={event.kind}"),)
    if best is None:  # judged as a whole, such as a spoof that shows no request
        rule = clean(event.rule or event.kind, 64)
        return ((VERDICT, f"{event.verdict}; score={number(event.score or 0)}; rule={rule}"),)
    judgement = best.judgement
    said = f"{best.verdict}; score={number(judgement.score)}; rule={clean(best.rule, 64)}"
    if judgement.veto is not None:
        said += f"; veto={clean(judgement.veto, 64)}; {_without_veto(best)}"
    reasons = tuple((REASON, _reason(reason)) for reason in (*_word(best), *judgement.reasons))
    labels = tuple((LABEL, clean(label, 64)) for label in event.labels)
    return ((VERDICT, said), *reasons, *_why_so(best), *labels, (REQUEST, clean(judgement.request.id, EVIDENCE)))


def _word(decision: Decision) -> tuple[Reason, ...]:
    """What the owner said of all requests of the person or company, where that decided, or might have. No points."""
    if (word := not_lifted(decision)) is not None:
        return (Reason(signal="always_good", points=0, evidence=helpless(word)),)
    if decision.held:
        return (Reason(signal="held", points=0, evidence=HELD),)
    memory = by_memory(decision)
    return (
        (Reason(signal=decision.rule.replace("-", "_"), points=0, evidence=_said(decision, memory)),) if memory else ()
    )


def _said(decision: Decision, memory: Memory) -> str:
    """Whose word it was, when, and what would have been said without it."""
    instead = f"; without that it would be {verdict(decision.without_veto)}" if decision.without_veto else ""
    return f"{remembered(memory)}{instead}"


def _why_so(decision: Decision) -> tuple[tuple[str, str], ...]:
    """`known-person; rules.toml:26; version=4a02340d; good=3; intriguing=-0.75`, and what would change it."""
    marks, at = decision.thresholds, decision.rule_at
    if marks is None:  # a decision from before these were kept
        return ()
    line = f":{at.line}" if at and at.line is not None else ""
    where = f"; {clean(at.file, 100).replace(';', ',')}{line}; version={clean(at.version, 64)}" if at else ""
    taught = ",".join(clean(each.lesson, 32) for each in decision.taught)
    lessons = f"; lessons={taught}" if taught else ""
    bounds = f"good={number(marks.good)}; intriguing={number(marks.intriguing)}"
    rule = f"{clean(decision.rule, 64)}{where}{lessons}; {bounds}"
    said = outlook(decision) if decision.verdict != "good" else ""
    return ((RULE, rule), *(((CHANGE, clean(said, _CHANGE)),) if said else ()))


def failure_fields(why: str) -> tuple[tuple[str, str], ...]:
    """The fields of a mail that could not be read or judged and lies raw in the INBOX; `why` is for a person."""
    return (
        (VERDICT, "none; not judged"),
        (REASON, f"not_judged; points=0; {clean(why, EVIDENCE) or 'the reason is not known'}"),
    )


def sentence(decision: Decision) -> str:
    """One line: the verdict and what led to it, such as `good: 6.5 points (the note is personal; ...)`."""
    judgement = decision.judgement
    if judgement.veto is not None:
        return f"{verdict(decision.verdict)}: {says(judgement.veto)}; {_without_veto(decision)}"
    if (memory := by_memory(decision)) is not None:
        return f"{verdict(decision.verdict)}: {_said(decision, memory)}"
    if follows(decision):
        return f"{verdict(decision.verdict)}: {FOLLOWS}{_moved(decision)}"
    if decision.held:
        return f"{verdict(decision.verdict)}: {HELD}"
    if (lesson := by_lesson(decision)) is not None:
        return f"{verdict(decision.verdict)}: {learned(lesson)}"
    strongest = sorted(judgement.reasons, key=lambda reason: -abs(reason.points))[:2]
    why = "; ".join(because(reason) for reason in strongest)
    word = not_lifted(decision)
    instead = f"; {helpless(word)}" if word is not None else ""
    return f"{verdict(decision.verdict)}: {points(judgement.score)}" + (f" ({why})" if why else "") + instead


def receipt(routed: Routed, enriched: Enriched, owner: Owner | None = None) -> str:
    """The whole story for a person, several lines: verdict, reasons and their sum, authenticity, what was not shown.

    With the `owner`, also the code and link of a provider's question that is surely for them.
    """
    lines: list[str] = []
    for decision in routed.decisions:
        lines += [*_decision(decision, several=len(routed.decisions) > 1), ""]
    if not routed.decisions and routed.verdict is not None:
        lines += [f"{VERDICTS[routed.verdict]}, as a whole: {KINDS.get(routed.kind, routed.kind)}.", ""]
    elif not routed.decisions:
        lines += [f"Not judged: this is {_what(routed, enriched)}.", ""]
    lines += _confirmation(enriched, owner)
    if not enriched.layout_known:
        lines.append("This mail is laid out in a way that is new to us: look at it yourself.")
    if enriched.drift is not None and (doubted := sorted(enriched.drift.doubted)):
        named = ", ".join(map(field_words.named, field_words.worth_naming(doubted)))
        lines.append(f"Mails of this kind used to show more, so it was not held against them: {named}.")
    if enriched.parsed.unread:
        lines.append(f"The mail could not be read: {clean(enriched.parsed.unread, EVIDENCE)}")
    lines.append(_authenticity(enriched))
    lines += _forwarded(enriched)
    lines += [f"Noted, and not counted: {clean(remark, EVIDENCE)}." for remark in enriched.remarks]
    lines.append(f"Belongs in: {clean(routed.folder, 64)}")
    return "\n".join(lines) + "\n"


def _confirmation(enriched: Enriched, owner: Owner | None) -> list[str]:
    """What a provider asks before it forwards here. Anybody can write such a mail: code and link only if it is sure."""
    asked = enriched.parsed.confirmation
    if asked is None or enriched.kind == "spoof":
        return []
    if owner is not None and (found := asked_by.question(enriched.parsed, enriched.authenticity, owner)):
        return [asked_by.sentence(found, owner), ""]
    who = clean(asked.requester or "somebody", 100)
    return [f"It says that {who} wants to forward mail to you here. If that was you, answer it in your INBOX.", ""]


def _what(routed: Routed, enriched: Enriched) -> str:
    parsed = enriched.parsed
    if parsed.network is None and not (parsed.from_address or parsed.subject or parsed.date):
        return "no mail: it has neither a sender nor a subject nor a date"
    return KINDS.get(routed.kind, "no request")


def _reason(reason: Reason) -> str:
    named = clean(reason.signal, len(ADDED) + 64)
    return f"{named}; points={signed(reason.points)}; {clean(reason.evidence, EVIDENCE)}".rstrip("; ")


def _without_veto(decision: Decision) -> str:
    """What would have decided: the sum of the other reasons' points, and the verdict it leads to."""
    rest = decision.judgement.score - sum(reason.points for reason in decision.judgement.reasons if reason.veto)
    instead = f", {verdict(decision.without_veto)}" if decision.without_veto else ""
    return f"without that {points(rest)}{instead}"


def _decision(decision: Decision, several: bool) -> list[str]:
    judgement = decision.judgement
    notice = judgement.request.notice
    lines = [f"{clean(notice.name.value or 'Someone', 80)}:"] if several else []
    if judgement.veto is not None:
        lines.append(f"{VERDICTS[decision.verdict]}: {says(judgement.veto)}; {_without_veto(decision)}.")
    elif follows(decision):
        lines.append(f"{VERDICTS[decision.verdict]}, as the request that came first. What this mail shows by itself:")
    else:
        lines.append(f"{VERDICTS[decision.verdict]}, with {points(judgement.score)}.")
    for reason in judgement.reasons:
        said = _told(reason, decision)
        lines.append(f"  {signed(reason.points):>6}  {said}" + (" [decides alone]" if reason.veto else ""))
    if judgement.reasons:
        lines += ["  ------", f"  {signed(judgement.score):>6}  in all"]
    else:
        lines.append("  Nothing spoke for it or against it.")
    lines += _claims(judgement)
    lines += _decided(decision)
    return lines + _not_shown(notice)


def _told(reason: Reason, decision: Decision) -> str:
    """What spoke, and what showed it; of points that a rule added, what the owner wrote that they are for."""
    evidence = clean(reason.evidence, EVIDENCE)
    words = says(reason.signal)
    if reason.signal.startswith(ADDED) and evidence:
        name = clean(reason.signal.removeprefix(ADDED), 64)
        taught = any(each.rule == name and each.says == reason.evidence for each in decision.taught)
        words = "what you taught Salver" if taught else f'your rule "{name}"'
    return words[:1].upper() + words[1:] + (f": {evidence}" if evidence else "")


def _claims(judgement: Judgement) -> list[str]:
    said = [f"  {clean(sentence, 2 * EVIDENCE)}" for sentence in sentences(judgement.claims)]
    return ["What the note claims, and whether it is true:", *said] if said else []


def _decided(decision: Decision) -> list[str]:
    """What decided, where it stands, the two thresholds, and what would change it."""
    at, marks = decision.rule_at, decision.thresholds
    line = f" line {at.line}," if at and at.line is not None else ""
    where = f" ({clean(at.file, 100)},{line} version {clean(at.version, 64)})" if at else ""
    if follows(decision):
        said = f"it belongs to a request that came before, and follows it: {VERDICTS[decision.verdict]}"
        return [f"Decided by: {said}{_moved(decision)}", *_labelled(decision)]
    lines = [f"Decided by: {_decided_by(decision)}{'' if by_lesson(decision) else where}"]
    lines += _labelled(decision)
    if decision.notify:
        lines.append(f'You are told at once, by the rule "{clean(decision.notify, 64)}".')
    if (word := not_lifted(decision)) is not None:
        said = helpless(word)
        lines.append(f"{said[:1].upper()}{said[1:]}.")
    if marks is not None:
        lines.append(f"Thresholds: good from {points(marks.good)}, intriguing from {number(marks.intriguing)}.")
    if said := outlook(decision):
        lines.append(said if decision.verdict == "good" else f"What would change it: {said}")
    return lines


def _labelled(decision: Decision) -> list[str]:
    return [f"Labels: {', '.join(clean(label, 64) for label in decision.labels)}."] if decision.labels else []


def _moved(decision: Decision) -> str:
    """Where the owner moved the request that came first, if that is not where its verdict had put it."""
    past = decision.judgement.request.past
    moved = past.folder is not None and past.verdict is not None
    moved = moved and past.folder not in (past.placed, FOLDERS[past.verdict or "ugly"])
    return f", where you moved it ({clean(past.folder or '', 64)})" if moved else ""


def _decided_by(decision: Decision) -> str:
    """The slug of a rule of the owner's by its name; those that stand in no rules file, in words."""
    rule, memory = decision.rule, by_memory(decision)
    if memory is not None:
        return _said(decision, memory)
    if decision.held:
        return HELD
    if (lesson := by_lesson(decision)) is not None:
        return learned(lesson)
    known = {
        "unknown-layout": "the mail's layout, which is new to us: nothing is ugly that we may have misread",
        "you-said": "you, who said so",
    }
    if decision.rule_at is None or decision.rule_at.line is None:
        if decision.judgement.veto is not None and rule != "you-said":
            return "a safety signal, which comes before rules and points"
        if rule in known:
            return known[rule]
        if by_points(decision):
            return "the points alone, since no rule applied"
    shipped = decision.rule_at is not None and decision.rule_at.file.endswith("(shipped)")
    return f'{"the" if shipped else "your"} rule "{clean(rule, 64)}"'


def _not_shown(notice: Notice) -> list[str]:
    """Unknown is neither empty nor absent, so the two are told apart."""
    told = {"note"} if notice.message.state == "shown" else set()  # a message has no note beside it
    unknown = [
        words
        for name, words in field_words.SHOWN.items()
        if getattr(notice, name).state == "unknown" and name not in told
    ]
    absent = [words for name, words in field_words.SHOWN.items() if getattr(notice, name).state == "absent"]
    lines = []
    if absent:
        lines.append(f"Left empty: {', '.join(absent)}.")
    if unknown:
        lines.append(f"This mail does not show, so it was not held against them: {', '.join(unknown)}.")
    return lines


def _authenticity(enriched: Enriched) -> str:
    network, asked = enriched.parsed.network, enriched.parsed.confirmation
    if asked is not None and enriched.kind != "spoof":
        name = provider_of(asked.provider)
    elif network is not None:
        name = title_of(network)
    else:
        return "From a network we know: no."
    detail = clean(enriched.authenticity.detail, EVIDENCE)
    answer = REALLY[enriched.authenticity.verdict]
    return f"Really from {name}: {answer}" + (f" ({detail})" if detail else "")


def _forwarded(enriched: Enriched) -> list[str]:
    """Who sent the mail on, and by which way."""
    way = enriched.parsed.forwarded
    if way is None:
        return []
    return [f"Forwarded by {clean(way.by, 100) if way.by else 'a mailbox that is not shown'}: {_WAYS[way.how]}"]
