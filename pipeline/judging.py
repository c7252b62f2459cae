"""A labelled note -> through the stages of live mail -> what was decided, beside the label it is held against."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pipeline.figures import Outcome
from pipeline.labelled import OWNER, Labelled, looked_up, with_answer
from stages.events import Decision, Enriched, Event, Routed, Verdict
from stages.flow import FLOW
from stages.settings import Owner, Profile, Settings


class Judged(NamedTuple):
    """One note read by one owner (None: by whoever it is), the label it is held against, and what was decided."""

    note: Labelled
    owner: str | None
    label: Verdict
    routed: Routed
    enriched: Enriched
    took: dict[str, int]
    """nanoseconds of CPU time, by the name of the stage"""

    @property
    def decision(self) -> Decision:
        return self.routed.decisions[0]

    @property
    def outcome(self) -> Outcome:
        """The alternative of an ambiguous note is about its own owner: for another one only the label counts."""
        verdict = self.decision.verdict
        own = self.owner is None or self.owner == self.note.reference_owner
        accepted = self.note.accepts(verdict, self.label) if own else verdict == self.label
        return Outcome(self.note.id, self.label, verdict, accepted, scam=self.note.is_scam)


def judge(notes: Iterable[Labelled], owners: Mapping[str, Profile] | None, settings: Settings) -> Iterator[Judged]:
    """Each note in turn, decided with the rules, points and weights of `settings`, for its own owner."""
    told: dict[str | None, Settings] = {}
    for note in notes:
        whose = note.reference_owner if owners is not None else None
        if whose not in told:
            told[whose] = settings_of((owners or {}).get(whose or ""), settings)
        yield _judged(note, whose, note.label_for(owners), told[whose])


def for_others(
    notes: Iterable[Labelled], owners: Mapping[str, Profile] | None
) -> dict[str, list[tuple[Labelled, Verdict]]]:
    """By owner, the notes of others whose `relevance` tells how this one would have them sorted, with that label."""
    found: dict[str, list[tuple[Labelled, Verdict]]] = {}
    for note in notes:
        for whose, label in note.readings(owners):
            if whose is not None and whose != note.reference_owner:
                found.setdefault(whose, []).append((note, label))
    return found


def judge_for_others(
    notes: Iterable[Labelled], owners: Mapping[str, Profile] | None, settings: Settings
) -> Iterator[Judged]:
    """Each note for every owner but its own who has a label for it, owner by owner."""
    for whose, readings in for_others(notes, owners).items():
        told = settings_of((owners or {})[whose], settings)
        for note, label in readings:
            yield _judged(note, whose, label, told)


def settings_of(profile: Profile | None, settings: Settings) -> Settings:
    """The settings with one owner, of this profile."""
    owner = Owner(id=OWNER, name=profile.name if profile else "", addresses=("owner@salver.test",))
    return settings.model_copy(update={"owners": (owner,), "profiles": {OWNER: profile} if profile else {}})


def _judged(note: Labelled, owner: str | None, label: Verdict, settings: Settings) -> Judged:
    """Stage by stage, as FLOW has them; between two of them a thread gets its answer."""
    event: Event = looked_up(note)
    enriched: Enriched | None = None
    took: dict[str, int] = {}
    while (stage := FLOW.get(type(event))) is not None:
        started = time.process_time_ns()
        made = stage(event, settings)
        took[stage.__name__] = time.process_time_ns() - started
        event = made[0]
        if isinstance(event, Enriched):
            event = enriched = with_answer(note, event)
    if enriched is None or not isinstance(event, Routed):
        raise TypeError(f"the flow of a note ends with {type(event).__name__}, not with Routed")
    return Judged(note, owner, label, event, enriched, took)
