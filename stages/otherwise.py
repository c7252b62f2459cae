"""(Decision, Enriched, Settings) -> Facts: what could be otherwise about a request, best first, for `stages.change`."""

from __future__ import annotations

from collections.abc import Iterator

from stages.events import Decision, Enriched, Finding, Judgement, Reason, Turn
from stages.saying import BRINGS
from stages.score import weighed
from stages.settings import Condition, Profile, Rule, Settings
from stages.signals import SIGNALS

Fact = tuple[Turn, ...]
"""What a person would have to do or be; and the signals that cannot speak beside it."""

_WRITTEN = tuple(BRINGS)[: tuple(BRINGS).index("person_is_known")]
"""Of what a request could bring, that which is written; the rest is who the person is."""
_WRITTEN_LATER = "answered_when_asked"
"""It stands in another mail than the request."""

_ABOUT_THE_PERSON = frozenset(
    {"addressed_to_another", "photo_is_missing", "profile_is_empty", "sender_is_unverified", "wording_came_before"}
)
"""Signals against a request that no other words would silence."""

_NO_WORDS = frozenset({"note_is_blank", "note_says_nothing"})
_NO_TIE = _NO_WORDS | {"note_fits_anybody"}
_NO_REASON = _NO_WORDS | {"reason_is_missing"}
_OFFERS = frozenset({"pitches_a_job", "seems_to_offer_something", "sells_a_service", "sends_a_hotlist"})
_NEVER_BESIDE: dict[str, frozenset[str]] = {
    "claim_is_true": _NO_TIE,
    "mentions_owners_facts": _NO_TIE,
    "note_is_personal": _NO_TIE,
    "seems_written_for_you": _NO_TIE | {"seems_written_for_anybody"},
    "answered_when_asked": _NO_REASON | {"answer_is_missing"},
    "offers_referral_or_fits_open_job": _NO_REASON,
    "seems_to_want_nothing": _NO_WORDS | _OFFERS,
    "wants_to_learn": _NO_REASON,
    "fits_what_you_want": _NO_WORDS,
    "profile_is_polished": frozenset({"photo_is_missing", "profile_is_empty"}),
}
"""What falls silent where this speaks: a note that names something is not blank."""

_UNWANTED = frozenset({"is_unwanted", "pitches_a_job", "sells_a_service", "wording_is_canned"})
"""Beside these, nothing fits what the owner wants."""

_NOBODY_BRINGS = frozenset({"answered_quickly_unseen", "name_is_of_a_connection"})


def rule_of(decision: Decision, settings: Settings) -> Rule | None:
    """The rule that decided, if one did: what was learned, if it has the same name as one of the owner's."""
    if decision.judgement.veto is not None:
        return None
    lessons = {each.lesson for each in decision.taught if each.rule == decision.rule} or {""}
    named = (rule for rule in settings.rules.in_order if rule.name == decision.rule)
    return next((rule for rule in named if rule.lesson in lessons), None)


def own(decision: Decision, enriched: Enriched, settings: Settings) -> Iterator[Fact]:
    """What the conditions of the rule that decided hang on: what it asks for, then what it spares, best first."""
    rule, judged = rule_of(decision, settings), decision.judgement
    if rule is None:
        return
    spoke = {reason.signal: reason for reason in judged.reasons}
    asked = tuple(_asked_for(rule))
    for signal in dict.fromkeys(signal for signal, wanted in asked if wanted and signal in spoke):
        yield silent(spoke[signal])
    spared = {signal for signal, wanted in asked if not wanted}
    for name in dict.fromkeys((*BRINGS, *SIGNALS)):
        if name in spared - _NOBODY_BRINGS:
            yield from _spoken(name, judged, enriched, settings)


def _asked_for(group: Rule | Condition, wanted: bool = True) -> Iterator[tuple[str, bool]]:
    """Every signal that conditions name, and whether they want it to speak, or to be silent."""
    parts = [(part, wanted) for part in (*group.all, *group.any)] + [(part, not wanted) for part in group.none]
    for part, wants in parts:
        if part.signal is not None:
            yield part.signal, wants
        yield from _asked_for(part, wants)


def others(decision: Decision, enriched: Enriched, settings: Settings) -> Iterator[Iterator[Fact]]:
    """What a person could write; what they need not have written; who they could be; what is held against them.

    Whoever is to be asked could answer first of all.
    """
    judged = decision.judgement
    against = [reason for reason in judged.reasons if reason.points < 0 and reason.signal in SIGNALS]
    written = dict.fromkeys((*(("answered_when_asked",) if decision.verdict == "follow_up" else ()), *_WRITTEN))
    rest = dict.fromkeys((*BRINGS, *(name for name in SIGNALS if name not in _NOBODY_BRINGS)))

    def brought(names: tuple[str, ...]) -> Iterator[Fact]:
        return (fact for name in names for fact in _spoken(name, judged, enriched, settings))

    yield brought(tuple(written))
    yield (silent(reason) for reason in against if reason.signal not in _ABOUT_THE_PERSON)
    yield brought(tuple(name for name in rest if name not in written))
    yield (silent(reason) for reason in against if reason.signal in _ABOUT_THE_PERSON)


def silent(reason: Reason) -> Fact:
    """The fact that a signal which speaks would not."""
    return (Turn(signal=reason.signal, points=reason.points, speaks=False),)


def weight(fact: Fact) -> float:
    """By how many points the score would rise."""
    return sum(turn.points if turn.speaks else -turn.points for turn in fact)


def _spoken(name: str, judged: Judgement, enriched: Enriched, settings: Settings) -> Iterator[Fact]:
    """The fact that this signal speaks for the request, at its full measure, if it does not speak yet and could."""
    spoke = {reason.signal for reason in judged.reasons}
    if name not in SIGNALS or name in spoke or not _possible(name, judged, enriched, settings):
        return
    full = SIGNALS[name].points
    worth = weighed(Finding(points=full, evidence=""), full, settings.told_points.get(name))
    if worth <= 0:
        return  # what is worth nothing is no reason, and no rule sees it
    beside = _NEVER_BESIDE.get(name, frozenset())
    gone = (turn for reason in judged.reasons if reason.signal in beside for turn in silent(reason))
    yield (Turn(signal=name, points=worth, speaks=True), *gone)


def _possible(name: str, judged: Judgement, enriched: Enriched, settings: Settings) -> bool:
    """Whether such a mail to this owner could ever make the signal speak."""
    profile, notice = settings.profile(enriched.owner) or Profile(), judged.request.notice
    if name in _WRITTEN and name != _WRITTEN_LATER and {notice.note.state, notice.message.state} == {"unknown"}:
        return False  # what they write, such mail does not show
    if SIGNALS[name].reads:
        return bool(settings.weights.readings)
    if name in ("claim_is_true", "mentions_owners_facts"):
        return any((profile.published, profile.schools, profile.employers, profile.events, profile.groups,
                    profile.known_people, profile.tools_used))  # fmt: skip
    if name == "fits_what_you_want":
        return bool(profile.wants) and not any(reason.signal in _UNWANTED for reason in judged.reasons)
    if name == "offers_referral_or_fits_open_job":
        return bool(profile.open_jobs)
    return name != "shares_connections" or enriched.kind != "inmail"  # a direct message has no place for them
