"""Reception -> changes: what to drop, reword and add, each with what would become of it, found by trying.

A sentence is dropped and the rest is judged again. What is missing cannot be tried without writing it, so the signal
that would speak is put into the judgement at its full weight, and the rules decide again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from pipeline.coach import ORDER, Receiver, Reception, Sender
from pipeline.coach.drafts import sentences, without
from pipeline.coach.hints import ADD, REWORD, SAY_WHY, hints
from stages.events import Reason, Routed, Scored, Verdict
from stages.flow import follow
from stages.settings import Settings
from stages.signals import SIGNALS

Span = tuple[int, int]
Again = Callable[[str], Reception]
"""Judges a text, for the same receiver."""

MOST_TRIED = 40
"""sentences of a draft that are tried"""
MOST_TOLD = 5
"""changes of one kind that are told"""
_LEAST = 0.5
"""points from which a change without another verdict is worth telling"""
EMPTY = frozenset(
    {"note_is_blank", "note_says_nothing", "reason_is_missing", "note_fits_anybody", "seems_written_for_anybody"}
)
"""signals that fall silent as soon as a reason of one's own is given"""
OPPOSITE = {"seems_to_want_nothing": "seems_to_offer_something"}
"""signals that never speak both; where the first is supposed, the other is not"""


class Change(NamedTuple):
    """One thing to do, and what would become of the whole. `points`: what it moves; of an addition, at most."""

    kind: Literal["drop", "reword", "add"]
    says: str
    verdict: Verdict
    score: float
    points: float
    sentences: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, float]:
        return ORDER.index(self.verdict), self.score


class Advice(NamedTuple):
    """What to drop, and how the text that is left is received; what to reword there, and its outcome; what to add."""

    now: Reception
    drops: tuple[Change, ...]
    left: str
    rest: Reception
    rewords: tuple[Change, ...]
    mended: tuple[Verdict, float]
    adds: tuple[Change, ...]


def advise(text: str, again: Again, sender: Sender, receiver: Receiver) -> Advice:
    """Everything that would move the draft upwards, the strongest first."""
    now = again(text)
    drops = [] if now.blank else _drops(text, now, again)
    dropped: tuple[Span, ...] = ()
    rest = now
    for spans, _ in drops:  # together, as long as each still helps
        tried = again(without(text, *dropped, *spans))
        if _better(now, tried) and tried.rank >= rest.rank:
            dropped, rest = (*dropped, *spans), tried
    left = without(text, *dropped)
    told = tuple(change for _, change in drops[:MOST_TOLD])
    rewords = () if now.blank else _rewords(rest, receiver.settings)
    gone = frozenset(name for change in rewords for name in change.signals)
    mended = supposing(rest, receiver.settings, gone)
    return Advice(now, told, left, rest, rewords, mended, _adds(left, rest, gone, sender, receiver))


def _better(now: Reception, tried: Reception) -> bool:
    """Whether `tried` is received better. A text that says nothing is better than an ugly one only."""
    if tried.blank and now.verdict != "ugly":
        return False
    return ORDER.index(tried.verdict) > ORDER.index(now.verdict) or (
        tried.verdict == now.verdict and tried.score >= now.score + _LEAST
    )


def _drops(text: str, now: Reception, again: Again) -> list[tuple[tuple[Span, ...], Change]]:
    """Sentences without which it is received better, the best first; none that lies within another's."""
    found: list[tuple[tuple[Span, ...], Change]] = []
    for spans in _candidates(text, now, again):
        tried = again(without(text, *spans))
        if _better(now, tried):
            said = tuple(text[slice(*span)] for span in spans)
            says = "drop this sentence" if len(spans) == 1 else f"drop these {len(spans)} sentences"
            moved, brought = tried.score - now.score, _brought(now, tried)
            found.append((spans, Change("drop", says, tried.verdict, tried.score, moved, said, brought)))
    found.sort(key=lambda each: (each[1].rank, -len(each[0])), reverse=True)
    kept: list[tuple[tuple[Span, ...], Change]] = []
    for spans, change in found:
        if not any(set(spans) & set(other) for other, _ in kept):
            kept.append((spans, change))
    return kept


def _candidates(text: str, now: Reception, again: Again) -> Iterator[tuple[Span, ...]]:
    """Each sentence; and where several bring the same signal, for which one is enough, all of these."""
    spans = sentences(text)[:MOST_TRIED]
    if len(spans) < 2:
        return
    yield from ((span,) for span in spans)
    alone = {span: _against(again(text[slice(*span)])) for span in spans}
    told: set[tuple[Span, ...]] = set()
    for signal in _against(now) - EMPTY:
        group = tuple(span for span in spans if signal in alone[span])
        if 1 < len(group) < len(spans) and group not in told:
            told.add(group)
            yield group


def _against(given: Reception) -> frozenset[str]:
    return frozenset(reason.signal for reason in given.decision.judgement.reasons if reason.points < 0)


def _brought(now: Reception, tried: Reception) -> tuple[str, ...]:
    """Signals that speak less against it without the sentence."""
    left = {reason.signal: reason.points for reason in tried.decision.judgement.reasons}
    return tuple(
        reason.signal
        for reason in now.decision.judgement.reasons
        if reason.points < 0 and reason.points < left.get(reason.signal, 0.0)
    )


def supposing(
    given: Reception, settings: Settings, gone: Iterable[str] = (), gained: Mapping[str, float] | None = None
) -> tuple[Verdict, float]:
    """Verdict and score if some signals fell silent and others spoke with these points: the rules decide again."""
    judgement, gained = given.decision.judgement, gained or {}
    quiet = {*gone, *gained}
    reasons = [reason for reason in judgement.reasons if reason.signal not in quiet]
    reasons += [Reason(signal=name, points=points, evidence="") for name, points in gained.items()]
    told = judgement.model_copy(
        update={
            "reasons": tuple(reasons),
            "score": sum(reason.points for reason in reasons),
            "veto": min((reason.signal for reason in reasons if reason.veto), default=None),
        }
    )
    event = given.enriched
    scored = Scored(mail=event.mail, owner=event.owner, enriched=event, judgements=(told,))
    (routed,) = (made for made in follow(scored, settings) if isinstance(made, Routed))
    return routed.decisions[0].verdict, told.score


def _rewords(rest: Reception, settings: Settings) -> tuple[Change, ...]:
    """What still speaks against it and hangs on no sentence that could go."""
    found: list[Change] = []
    for reason in rest.decision.judgement.reasons:
        if reason.points < 0 and reason.signal not in EMPTY:
            verdict, score = supposing(rest, settings, gone=(reason.signal,))
            says = REWORD.get(reason.signal) or "change what this speaks of"
            found.append(Change("reword", says, verdict, score, -reason.points, (reason.evidence,), (reason.signal,)))
    return tuple(sorted(found, key=lambda change: change.rank, reverse=True)[:MOST_TOLD])


def _adds(
    left: str, rest: Reception, reworded: frozenset[str], sender: Sender, receiver: Receiver
) -> tuple[Change, ...]:
    """Kinds of signals that are missing once the rest is mended, with their points at most."""
    spoke = {reason.signal: reason.points for reason in rest.decision.judgement.reasons}
    gone = EMPTY | reworded
    found: list[Change] = []
    if silent := tuple(sorted(EMPTY & spoke.keys())):
        verdict, score = supposing(rest, receiver.settings, gone)
        found.append(Change("add", SAY_WHY, verdict, score, -sum(spoke[name] for name in silent), signals=silent))
    for name, says in ADD.items():
        told = hints(name, left, sender, receiver)
        full, now = _full(name, receiver.settings), max(0.0, spoke.get(name, 0.0))
        if told is None or full - now < _LEAST:
            continue
        verdict, score = supposing(rest, receiver.settings, {*gone, OPPOSITE.get(name, name)}, {name: full})
        found.append(Change("add", says, verdict, score, full - now, signals=(name,), hints=told))
    return tuple(sorted(found, key=lambda change: (change.rank, change.points), reverse=True))


def _full(name: str, settings: Settings) -> float:
    """What a signal weighs at most: as the owner set it, or as it was learned, or by default."""
    default = SIGNALS[name].points if name in SIGNALS else 0.0
    return settings.told_points.get(name, default)


def spare(text: str, again: Again) -> tuple[str, ...]:
    """Sentences that can go without harm, for a draft that is too long."""
    now = again(text)
    found = []
    for span in sentences(text)[:MOST_TRIED]:
        tried = again(without(text, span))
        if not tried.blank and tried.rank >= now.rank:
            found.append(text[slice(*span)])
    return tuple(found[:MOST_TOLD])
