"""(Settings, Rules) -> the examples in them that fail: each is judged and decided by the live stages, as a mail is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stages.decide import decide
from stages.events import (
    ABSENT,
    INBOX,
    JUDGED,
    UNKNOWN,
    Authenticity,
    Decision,
    Enriched,
    Judgement,
    Kind,
    Notice,
    Parsed,
    Reason,
    Request,
    Seen,
    counted,
    shown,
)
from stages.language import detect
from stages.rules.language import Example, Rules
from stages.rules.words import given_in, in_points
from stages.score import score
from stages.settings import Owner, Settings
from stages.signals import SIGNALS
from stages.sources import SOURCES

BALANCE = "score_of_the_example"
"""The reason that makes up the score which an example gives."""
_MAIL = "0" * 32
_AT = 1_767_225_600_000
"""when they all come: nothing hangs on it"""
_TEXTS = ("name", "headline", "title", "company", "location", "note", "message")


class Tried(NamedTuple):
    """What became of an example. No decision: such a mail gets no verdict, and lies in the INBOX."""

    decision: Decision | None

    @property
    def folder(self) -> str:
        return self.decision.folder if self.decision else INBOX

    @property
    def fits(self) -> str:
        """The folder as an example names it."""
        return "follow_up" if self.decision and self.decision.verdict == "follow_up" else self.folder


def failing_examples(settings: Settings, rules: Rules | None = None) -> tuple[str, ...]:
    """Examples that do not go where they must, one sentence each with file and line, and where they go instead.

    `rules` are those to try; None: those of the settings.
    """
    by = settings.rules if rules is None else rules
    if not settings.owners:
        settings = settings.but(owners=(Owner(id="owner", addresses=("owner@salver.test",)),))
    return tuple(_failures(settings, by))


def _failures(settings: Settings, rules: Rules) -> Iterator[str]:
    for rule in rules.rule:
        for count, example in enumerate(rule.examples, 1):
            found = tried(example, settings, rules)
            goes = example.folder in (found.fits, found.folder)
            decided = found.decision.rule if found.decision else None
            if goes and example.rule in (None, decided):
                continue
            line = example.line or rule.line
            where = f"{rules.file}, line {line}: " if rules.file and line else ""
            which = f"example {count} fails" if len(rule.examples) > 1 else "its example fails"
            wanted = "be asked about" if example.folder == "follow_up" else f"lie in {example.folder}"
            wanted += f', by "{example.rule}"' if example.rule else ""
            failed = f'{where}rule "{rule.name}": {which}: {given_in(example)}'
            yield f"{failed} must {wanted}, and goes to {_told(found, rules)}"


def tried(example: Example, settings: Settings, rules: Rules) -> Tried:
    """What these rules say about an example."""
    event = _enriched(example, settings)
    if event.kind not in JUDGED and event.kind != "digest":
        return Tried(None)
    (judgement,) = score(event, settings)[0].judgements
    return Tried(decide(_as_told(judgement, example, settings), event, rules))


def _enriched(example: Example, settings: Settings) -> Enriched:
    """The event in front of scoring. What the example does not give is unknown."""
    owner = settings.owner(example.owner) if example.owner else settings.owners[0]
    notice = Notice(
        **{name: _seen(getattr(example, name), name in example.absent) for name in _TEXTS},
        **{name: ABSENT for name in example.absent if name not in (*_TEXTS, "mutual_connections")},
        mutual_connections=_count(example.mutual_connections, "mutual_connections" in example.absent),
    )
    kind: Kind = "spoof" if example.authenticity == "forged" else example.kind
    parsed = Parsed(
        mail=_MAIL,
        owner=owner.id,
        received_at=_AT,
        date=_AT,
        network=example.network or next(iter(SOURCES)),
        claims=example.kind,
        to=owner.addresses[:1],
        language=example.language,
        note_language=detect(notice.words),
        recipient_first_name=None,
        notices=(notice,),
    )
    return Enriched(
        mail=_MAIL,
        owner=owner.id,
        parsed=parsed,
        kind=kind,
        authenticity=Authenticity(verdict=example.authenticity, detail="as the example says"),
        requests=(Request(id=_MAIL, notice=notice),),
    )


def _seen(value: str | None, absent: bool) -> Seen[str]:
    return shown(value) if value is not None else ABSENT if absent else UNKNOWN


def _count(value: int | None, absent: bool) -> Seen[int]:
    return counted(value) if value is not None else Seen[int](state="absent" if absent else "unknown")


def _as_told(judgement: Judgement, example: Example, settings: Settings) -> Judgement:
    """The judgement, with the signals that speak or are silent and the points as the example says."""
    points = settings.told_points
    reasons = [reason for reason in judgement.reasons if reason.signal not in example.silent]
    spoke = {reason.signal for reason in reasons}
    for name in dict.fromkeys(example.signals):
        signal = SIGNALS[name]
        worth = points.get(name, signal.points)
        if name not in spoke and (worth or signal.veto):
            reasons.append(Reason(signal=name, points=worth, evidence="as the example says", veto=signal.veto))
    rest = 0.0 if example.score is None else example.score - sum(reason.points for reason in reasons)
    if rest:
        reasons.append(Reason(signal=BALANCE, points=rest, evidence="as the example says"))
    return Judgement(
        request=judgement.request,
        claims=judgement.claims,
        reasons=tuple(reasons),
        score=sum(reason.points for reason in reasons),
        veto=min((reason.signal for reason in reasons if reason.veto), default=None),
    )


def _told(found: Tried, rules: Rules) -> str:
    """Where it goes, by what, and the strongest reasons."""
    if found.decision is None:
        return f"{INBOX}: a mail of this kind gets no verdict"
    decision = found.decision
    judged = decision.judgement
    asks = " (to be asked about)" if decision.verdict == "follow_up" else ""
    at = next((rule.line for rule in rules.in_order if rule.name == decision.rule), None)
    by = f'"{decision.rule}"' + (f" (line {at})" if at else "")
    reasons = sorted(judged.reasons, key=lambda reason: -abs(reason.points))[:2]
    why = ", ".join(f"{reason.signal} {reason.points:+g}" for reason in reasons) or "no signal spoke"
    return f"{decision.folder}{asks} by {by}, with {in_points(judged.score)}: {why}"
