"""(recorded decisions, the owner's corrections, Rules) -> Proposals: lessons for the owner to accept or decline.

Candidates are chosen by the owner's words and by what they left as it was; then the best are replayed over the past,
by the functions of the live path, with the lesson in its place. What does not hold there is not proposed.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pydantic import Field

from stages.header import clean
from stages.proposing.candidates import Candidate, candidate_of, taught as taught, within_bounds
from stages.proposing.corrected import Correction as Correction, enough
from stages.proposing.saying import learned, seen
from stages.proposing.search import found, left_alone, supported
from stages.proposing.traits import names_in
from stages.proposing.weighing import Spoken, Weighed, apart, silence, spoken, weighed
from stages.replay import Recorded, replayed
from stages.rules.comparing import words_of
from stages.rules.language import Lesson, Rules
from stages.values import Value, Verdict

MOST = 3
"""proposals at a time"""
LISTED = 50
"""changes that a proposal lists, those that weigh most first; it counts all"""
RECENT = 5_000
"""decisions of the past that are looked at, the latest"""
REPLAYED = 8
"""candidates that are replayed over them"""


class Changed(Value):
    """A past decision that the lesson would have made otherwise."""

    request: str
    mail: str
    name: str = Field(default="", description="of the person, as far as shown")
    was: Verdict
    becomes: Verdict
    said: Verdict | None = Field(default=None, description="by the owner; None: they left it as it was")


class Proposal(Value):
    """One lesson, and what it would have changed."""

    what: str = Field(description="names the change: the same for the same lesson, whenever it is made")
    lesson: Lesson
    says: str = Field(description="what was seen, and what is proposed, in words")
    right: int = Field(description="how many of `of` it would have decided as the owner said")
    of: int = Field(description="corrections of the kind that it claims to learn from")
    corrections: tuple[str, ...] = Field(
        default=(), description="those that it would have decided right: request/number"
    )
    changes: tuple[Changed, ...] = Field(default=(), description=f"at most {LISTED}, those that weigh most first")
    changed: int = Field(default=0, description="how many past decisions it would have changed, listed or not")
    uncorrected: int = Field(default=0, description="how many of these the owner had left as they were")


def proposed(
    history: Iterable[Recorded],
    corrections: Sequence[Correction],
    rules: Rules,
    *,
    at: int,
    owner: str = "",
    least: int = 3,
    most: int = MOST,
    known: Collection[str] = (),
    names: Iterable[str] = (),
) -> tuple[Proposal, ...]:
    """At most `most` proposals, best first; none if nothing is taught clearly.

    `history`: Salver's own decisions about one owner's mail, in the order in which they were made; bounded by whoever
    calls. `corrections`: their standing words, the last of each request. `rules`: those that are live, with their
    lessons. `at`: now, UTC ms; with `what` and `owner` it names the lesson. `owner`: whose requests the lesson is
    to judge; empty: everybody's. `known`: the `what` of those that are open, were declined, or forgotten.
    `names`: what the owner is called; a lesson is never about a name.
    """
    recent = tuple(deque(history, maxlen=RECENT))
    words = _words(corrections, recent, rules, names)
    if not enough((each.correction for each in words if not each.right), least):
        return ()
    asked = frozenset(trait for some in supported(words, least).values() for trait in some)
    past = _past(recent, rules)
    told = {each.correction.decision.request: each.correction.said for each in words}
    silents = left_alone(past.decided, told, asked)
    promising = found(words, silents, rules, least, owner)
    # What they learn from is spent: nobody is asked again in other words.
    spent = {one.correction.id for each in promising if each.candidate.what in known for one in each.mended}
    made: list[Proposal] = []
    tried = 0
    for each in promising:
        fresh = {one.correction.person for one in each.mended if one.correction.id not in spent}
        if len(fresh) < least or each.candidate.what in {*known, *(done.what for done in made)}:
            continue
        tried += 1
        id = _id(each.candidate, at, owner)
        proposal = _replayed(each, past, rules, told, id, at, owner, least)
        if proposal is not None:
            spent.update(proposal.corrections)
            made.append(proposal)
        if len(made) == most or tried == REPLAYED:
            break
    return tuple(made)


def still_proposed(
    lessons: Iterable[Lesson],
    history: Iterable[Recorded],
    corrections: Sequence[Correction],
    rules: Rules,
    *,
    owner: str = "",
    least: int = 3,
    names: Iterable[str] = (),
) -> tuple[Proposal, ...]:
    """Those of some proposed lessons that are taught today, too, with the figures of today; the others are outdated.

    By the corrections, past and rules of today, and by the same measure as a new one, except that it was found before:
    it need not beat chance again.
    """
    recent = tuple(deque(history, maxlen=RECENT))
    words = _words(corrections, recent, rules, names)
    told = {each.correction.decision.request: each.correction.said for each in words}
    past = _past(recent, rules)
    made: list[Proposal] = []
    for lesson in lessons:
        candidate = candidate_of(lesson)
        if candidate is None or not within_bounds(candidate, rules, owner):
            continue
        again = weighed(candidate, words, (), rules, owner, least)
        proposal = again and _replayed(again, past, rules, told, lesson.id, lesson.at, owner, least)
        if proposal:
            fresh = {"says": proposal.lesson.says, "corrections": proposal.corrections}
            made.append(proposal.model_copy(update={"lesson": lesson.model_copy(update=fresh)}))
    return tuple(made)


def _words(
    corrections: Sequence[Correction], recent: Sequence[Recorded], rules: Rules, names: Iterable[str]
) -> tuple[Spoken, ...]:
    """The owner's words. No name of anybody is a trait."""
    own = frozenset(word for name in names for word in words_of(name))
    return spoken(corrections, rules, own | names_in((*recent, *(each.decision for each in corrections))))


def _id(candidate: Candidate, at: int, owner: str) -> str:
    return hashlib.sha256(f"{owner}\n{candidate.what}\n{candidate.points}\n{at}".encode()).hexdigest()[:8]


class _Past(NamedTuple):
    """Recorded decisions, and how the live rules would decide: None, where they would not have come to it."""

    recorded: tuple[Recorded, ...]
    live: tuple[Verdict | None, ...]

    @property
    def decided(self) -> Iterable[tuple[Recorded, Verdict]]:
        return ((each, now) for each, now in zip(self.recorded, self.live, strict=True) if now is not None)


def _past(recent: tuple[Recorded, ...], rules: Rules) -> _Past:
    return _Past(recent, tuple(each.verdict if each is not None else None for each in replayed(recent, rules)))


def _replayed(
    found: Weighed, past: _Past, rules: Rules, told: dict[str, Verdict], id: str, at: int, owner: str, least: int
) -> Proposal | None:
    """The proposal, if it still holds over the whole of the past that is looked at."""
    candidate = found.candidate
    changes: list[tuple[float, Changed]] = []
    silent, uncorrected = 0.0, 0
    with_it = taught(rules, candidate.lesson(id, at, owner))
    for each, now, then in zip(past.recorded, past.live, replayed(past.recorded, with_it), strict=True):
        if now is None or then is None or now == then.verdict:
            continue
        said = told.get(each.request)
        if said is None:
            uncorrected += 1
            silent += silence(each.verdict, now, then.verdict)
        changes.append((apart(now, then.verdict), _changed(each, now, then.verdict, said)))
    again = found._replace(silent=silent)
    if not again.teaches(least):
        return None
    changes.sort(key=lambda change: (change[1].said is not None, -change[0]))
    ids = tuple(each.correction.id for each in found.mended)
    return Proposal(
        what=candidate.what,
        lesson=candidate.lesson(id, at, owner, learned(found, rules), ids),
        says=seen(found, rules),
        right=found.right,
        of=len(found.touched),
        corrections=ids,
        changes=tuple(change for _, change in changes[:LISTED]),
        changed=len(changes),
        uncorrected=uncorrected,
    )


def _changed(each: Recorded, was: Verdict, becomes: Verdict, said: Verdict | None) -> Changed:
    name = clean(each.judgement.request.notice.name.value or each.enriched.parsed.from_name, 60)
    return Changed(request=each.request, mail=each.enriched.mail, name=name, was=was, becomes=becomes, said=said)
