"""(recorded decisions, live Settings, new Settings) -> Tried: both sides decide all of them, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from stages.backtest.hits import Counting
from stages.backtest.tried import Changed, Confusion, Place, Sides, Tried, beside_of, place_of
from stages.change import change
from stages.events import Decision, Judgement, Verdict
from stages.replay import Recorded, Replay
from stages.score import facts_of, observe, weigh
from stages.settings import Settings
from stages.signals import SIGNALS


class _Said(NamedTuple):
    """What each side said last of a request that its owner corrected."""

    live: Verdict | None = None
    new: Verdict | None = None


def _nobody(changed: Changed) -> None:
    """Nobody asks for each change as it is found."""


class Trial:
    """Tries one recorded decision after the other. It keeps of each request a few words, and of `keep` changes all."""

    def __init__(
        self,
        live: Settings,
        new: Settings,
        said: Mapping[str, Verdict],
        *,
        rescore: bool = False,
        keep: int = 0,
        found: Callable[[Changed], None] = _nobody,
    ) -> None:
        """said: by request, what its owner said against the verdict, and what stands. found: is told each change,
        and each that changes only what comes beside a place."""
        self._live, self._new, self._said = live, new, said
        self._sides = Replay(live.rules), Replay(new.rules)
        self._rescore, self._keep, self._found = rescore, keep, found
        alike = (live.weights, live.profiles) == (new.weights, new.profiles)
        self._observers = (live,) if alike else (live, new)
        self._counting = Counting(new.rules)
        self._moves: Counter[tuple[Place, Place]] = Counter()
        self._kept: list[Changed] = []
        self._besides: list[Changed] = []
        self._corrected: dict[str, _Said] = {}
        self._decisions = self._otherwise = self._unread = self._missing_live = self._missing_new = 0
        self._beside = 0
        self._at: list[int] = []

    def lost(self, mail: str) -> None:
        """A decision could not be read."""
        self._unread += 1

    def decide(self, each: Recorded) -> None:
        judgements = self._judged(each)
        if judgements is None:
            self._unread += not each.earlier
            return
        live, new = (side.decided(each, judged) for side, judged in zip(self._sides, judgements, strict=True))
        if each.earlier:
            return
        self._missing_live += live is None
        self._missing_new += new is None
        if new is not None:
            self._counting.count(new, each.enriched)
        self._hold_against_the_owner(each, live, new)
        if live is None or new is None:
            return
        self._decisions += 1
        at = each.enriched.parsed.received_at
        self._at = [min(at, *self._at), max(at, *self._at)] if self._at else [at, at]
        was, becomes = place_of(live), place_of(new)
        self._otherwise += was != (each.verdict, each.folder)
        if was != becomes:
            self._moves[was, becomes] += 1
            self._changed(Changed(each, live, new, self._said.get(each.request)), self._kept)
        elif beside_of(live) != beside_of(new):
            self._beside += 1
            self._changed(Changed(each, live, new, self._said.get(each.request)), self._besides)

    def _judged(self, each: Recorded) -> tuple[Judgement, Judgement] | None:
        """As it was judged, or as it is judged now: observed once where both see alike. None: nobody's any more."""
        if not self._rescore:
            return each.judgement, each.judgement
        request = each.judgement.request
        try:
            seen = [observe(request, facts_of(each.enriched, side), SIGNALS) for side in self._observers]
        except KeyError:
            return None
        live, new = (
            weigh(request, told.claims, findings, SIGNALS, side.told_points)
            for (told, findings), side in zip((seen[0], seen[-1]), (self._live, self._new), strict=True)
        )
        return live, new

    def _changed(self, changed: Changed, kept: list[Changed]) -> None:
        if len(kept) < self._keep:
            kept.append(changed)
        self._found(changed)

    def _hold_against_the_owner(self, each: Recorded, live: Decision | None, new: Decision | None) -> None:
        """The last decision of a request's own mail is what its owner corrected."""
        if each.request not in self._said or each.judgement.request.joins:
            return
        before = self._corrected.get(each.request, _Said())
        self._corrected[each.request] = _Said(
            live.verdict if live is not None else before.live, new.verdict if new is not None else before.new
        )

    def result(self) -> Tried:
        unknown = Sides(*(side.unknowable for side in self._sides))
        corrected = [(self._said[request], both) for request, both in self._corrected.items()]
        return Tried(
            decisions=self._decisions,
            first_at=self._at[0] if self._at else None,
            last_at=self._at[1] if self._at else None,
            changed=self._moves.total(),
            moves=dict(self._moves.most_common()),
            changes=tuple(self._kept),
            beside=self._beside,
            besides=tuple(self._besides),
            otherwise=self._otherwise,
            unread=self._unread,
            unasked=Sides(self._missing_live - unknown.live, self._missing_new - unknown.new),
            unknown=unknown,
            corrections=len(self._said),
            before=Confusion(Counter((said, both.live) for said, both in corrected if both.live is not None)),
            after=Confusion(Counter((said, both.new) for said, both in corrected if both.new is not None)),
            asked=self._counting.asked,
            rules=self._counting.hits(),
            rescored=self._rescore,
        )


def with_what_would_change_it(changed: Changed, live: Settings, new: Settings) -> Changed:
    """The same, each decision with the facts that would have put it into a better folder, as in its receipt."""
    mail = changed.enriched
    before, after = (
        decision.model_copy(
            update={"change": change(decision, mail, side.but(rules=side.rules.without(*mail.without)))}
        )
        for decision, side in ((changed.before, live), (changed.after, new))
    )
    return changed._replace(before=before, after=after)
