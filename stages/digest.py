"""(what waits for the owner, FollowUp) -> DigestWanted, or nothing where there is nothing to tell.

A digest is worth a mail if somebody is to be asked or answered, if something changed, or if mail is to go. A random
sample alone is worth one once a week, for it is the only way to learn of good requests among the ugly ones. The week
alone never is, nor is what could be learned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from stages.calm import FollowUp
from stages.conversation import Asking, Conversation, DigestWanted, Estimate, Line, Listed, Phase, Week
from stages.events import UNKNOWN, Decision, Enriched, Notice
from stages.keeping import Going
from stages.learning import Teachable
from stages.refused_rules import RefusedRules
from stages.saying import points, says
from stages.settings import Owner
from stages.shadowing import ShadowWeek

_REASONS = 3
_FIRST: tuple[Phase, ...] = ("answered", "settled", "asked", "to_ask", "snoozed", "accepted", "silent", "expired")
"""Which changes are told first."""


class Waiting(NamedTuple):
    """What the owner is to hear of, as the store has it."""

    asks: tuple[Conversation, ...]
    """to be asked: all, or the best known"""
    more: int
    """how many more there are of them"""
    owed: tuple[Conversation, ...]
    changed: tuple[Conversation, ...]
    """where something happened that the owner was not told of, nor did"""
    week: Week
    sample: tuple[Line, ...] = ()
    """ugly ones that were drawn at random"""
    estimate: Estimate | None = None
    mailbox: str = ""
    """where the mails of the sample lie"""
    going: tuple[Going, ...] = ()
    """ugly ones whose time is nearly over"""
    lessons: tuple[Teachable, ...] = ()
    """what is proposed to be learned"""
    shadow: ShadowWeek | None = None
    """told in a digest that is sent anyway"""
    refused: RefusedRules | None = None
    """and so are rules that were not taken over"""


def plan(
    owner: Owner, id: str, waiting: Waiting, told: FollowUp, at: int, *, overflow: bool = False, alone: bool = True
) -> DigestWanted | None:
    """The digest `id`: of each kind at most `digest_size`. `alone`: a sample is worth a mail of its own now."""
    size = told.digest_size
    ranked = sorted(waiting.asks, key=_rank)
    owed = sorted(waiting.owed, key=lambda known: (known.came_at, known.request))[:size]
    changed = sorted(waiting.changed, key=_urgency)[:size]
    asks = ranked[:size]
    if not (asks or owed or changed or waiting.going or (waiting.sample and alone)):
        return None
    lines = _numbered(
        [_line(known, "second" if known.reminders else "ask") for known in asks],
        [_line(known, "owed") for known in owed],
        [_line(known, _question(known), known.why) for known in changed],
        waiting.sample,
    )
    return DigestWanted(
        mail=id,
        owner=owner.id,
        mailbox=_mailbox((*asks, *owed, *changed), waiting.mailbox or next(iter(owner.targets), "")),
        asks=lines[0],
        unlisted=waiting.more + len(ranked) - len(asks),
        owed=lines[1],
        changed=lines[2],
        sample=lines[3],
        going=waiting.going,
        lessons=waiting.lessons,
        estimate=waiting.estimate,
        shadow=waiting.shadow,
        refused=waiting.refused,
        week=waiting.week,
        overflow=overflow,
        answer_until=at + told.answers,
        at=at,
    )


def listed(digest: DigestWanted, waiting: Waiting) -> tuple[Listed, ...]:
    """What naming them in the digest means to the conversations that the owner was to hear of."""
    named = {line.request for line in digest.lines if line.asking is not None}
    return tuple(
        Listed(mail=known.mail, owner=known.owner, request=known.request, version=known.version, at=digest.at)
        for known in (*waiting.asks, *waiting.owed, *waiting.changed)
        if known.request in named and known.tell_at is not None
    )


def sampled(decision: Decision, enriched: Enriched) -> Line:
    """An ugly request for a second look, and why it is ugly. Of a forged mail it shows no link."""
    request, judged = decision.judgement.request, decision.judgement
    hidden = {"profile_url": UNKNOWN, "photo_url": UNKNOWN} if enriched.authenticity.verdict == "forged" else {}
    first = sorted(judged.reasons, key=lambda reason: (not reason.veto, reason.points))
    return Line(
        number=0,
        request=request.id,
        mail=enriched.mail,
        about=Notice.model_validate({**dict(request.notice), **hidden}),
        network=enriched.parsed.network,
        language=enriched.parsed.note_language or enriched.parsed.language,
        known=(
            points(judged.score),
            *(says(reason.signal) for reason in first[:_REASONS] if reason.points < 0 or reason.veto),
        ),
        score=judged.score,
        verdict=decision.verdict,
        at=enriched.parsed.received_at,
    )


def _rank(known: Conversation) -> tuple[bool, float, bool, int, str]:
    """The best known first; but nobody for the second time before others for the first."""
    return (known.reminders > 0, -known.score, not known.proven, -known.came_at, known.request)


def _urgency(known: Conversation) -> tuple[bool, int, int, str]:
    """What the owner is asked about first, then answers, then the rest, each with the newest first."""
    place = _FIRST.index(known.phase) if known.phase in _FIRST else len(_FIRST)
    return (_question(known) is None, place, -known.came_at, known.request)


def _question(known: Conversation) -> Asking | None:
    """What the owner is asked about a change."""
    if known.maybe_at is not None:
        return "maybe"
    return "unseen" if known.phase == "answered" and known.unseen and not known.reminders else None


def _line(known: Conversation, asking: Asking | None, why: tuple[str, ...] = ()) -> Line:
    return Line(
        number=0,
        request=known.request,
        mail=known.mail,
        asking=asking,
        about=known.about,
        network=known.network,
        language=known.language,
        known=(*why, *known.known),
        score=known.score,
        verdict=known.verdict,
        folder=known.folder,
        phase=known.phase,
        pace=known.pace,
        waited=known.waited,
        unseen=known.unseen,
        pitch=known.pitch,
        at=known.came_at,
    )


def _numbered(*parts: Iterable[Line]) -> list[tuple[Line, ...]]:
    """Every line with its number, which runs over all parts from 1."""
    found: list[tuple[Line, ...]] = []
    for part in parts:
        first = sum(len(each) for each in found) + 1
        found.append(tuple(line.model_copy(update={"number": first + index}) for index, line in enumerate(part)))
    return found


def _mailbox(named: Iterable[Conversation], otherwise: str) -> str:
    """Where most of the mails lie that it is about: there the owner reads."""
    common = Counter(known.mailbox for known in named if known.mailbox).most_common(1)
    return common[0][0] if common else otherwise
