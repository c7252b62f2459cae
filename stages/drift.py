"""(Parsed, LayoutPasts) -> Drift | None: did the network change its mails, so that we read less in them?

A layout that was never seen is learned silently where all is read that its template always shows. Where less is read,
it is unknown, and stays so until a mail of it is read in full. A rate falls where chance does not explain it.

What strangers can do here: whoever has genuine accounts counts once with each, and can so make a field doubted, whose
absence then says nothing; no note is lost by that, for only words that several people share are taken for the
network's. Whoever writes mails that prove nothing can make all that of other such mails, as often as they like, and
announce a drift once a month where nothing was ever proven; nothing that such a mail shows is unknown for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import comb

from stages.durations import DAY
from stages.events import JUDGED, Notice, Parsed, Seen
from stages.fill_rates import LAYOUT, Doubt, Drift, LayoutPast, LayoutPasts, Rate, Told

LATELY = 24
"""mails that count as the latest: a field that was always there is missed after seven of them"""
_FEWEST_LATELY = 12
_WELL_KNOWN = 30
"""mails of a template, before which nothing is said of it"""
_FIRM = 0.02
"""A field is firm if the next mail misses it with no more than this chance."""
_BY_CHANCE = 1e-3
"""How likely a new layout may look like a loss before it is told of. A network makes a few a year."""
_FALLS_BY_CHANCE = 1e-6
"""The same for a rate, which is looked at with each mail: ten fields of ten thousand mails a year are 1e5 looks, which
overlap, so chance announces less than once in ten years."""
_MATTERED = 0.6
"""A field that was read less often is left to people's habits."""
_LASTS = 8
"""mails that show whether a rate is up again"""
_LASTING = 50
"""mails of one unknown layout, all alike: then it is what the network sends now, and what it lacks stays unknown"""
_AGAIN = 30 * DAY
_CHOICES = frozenset({"note"})
"""People leave it empty as they like: what counts is that its place was found."""
_SENTENCE = "default_text"
_MARKS = (_SENTENCE, "layout_known")
_CERTAIN = frozenset({"name", "profile_url", "invitation_id"})
"""These stand in From and in the addresses of links, whatever the page looks like."""
REWRITTEN = frozenset({"inline", "rule"})
"""Ways of forwarding in which a client writes the original anew, and lays it out as it likes."""
_LONGEST = 100
_SHARED = 3
"""other people with the same words, from which these may be the network's"""

_WORD = re.compile(r"\w+")

_SEEN_FIELDS = tuple(name for name, field in Notice.model_fields.items() if isinstance(field.default, Seen))
FIELDS = (*_SEEN_FIELDS, *_MARKS)
"""What is counted. Two are marks: the network's own sentence was known; the source knew the layout."""


def template_of(parsed: Parsed) -> str:
    """By what a network's mails are told apart: their template, else what they claim to be."""
    return (parsed.template or parsed.claims)[:_LONGEST]


def is_counted(parsed: Parsed) -> bool:
    """Whether the mail says anything of how the network lays its mails out, and has anything to be read."""
    rewritten = parsed.forwarded is not None and parsed.forwarded.how in REWRITTEN
    tells = bool(parsed.notices) or parsed.claims in JUDGED or not parsed.layout_known
    return parsed.network is not None and parsed.unread is None and not rewritten and tells


def way_of(parsed: Parsed) -> str:
    """What was read: `p` a page, `t` a text, empty: nothing that has a fingerprint. They show less or more, each."""
    return parsed.layout[:1]


def shown_and_absent(parsed: Parsed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(fields that are shown of anybody in the mail, fields whose place was found empty), in order."""
    states = {name: {getattr(notice, name).state for notice in parsed.notices} for name in _SEEN_FIELDS}
    marks = (any(notice.default_text for notice in parsed.notices), parsed.layout_known)
    shown = [name for name in _SEEN_FIELDS if "shown" in states[name]]
    shown += [mark for mark, is_there in zip(_MARKS, marks, strict=True) if is_there]
    absent = [name for name in _SEEN_FIELDS if "shown" not in states[name] and "absent" in states[name]]
    return tuple(shown), tuple(absent)


def read_in(shown: Iterable[str], absent: Iterable[str]) -> frozenset[str]:
    """The fields that count as read."""
    return frozenset((*shown, *(name for name in absent if name in _CHOICES)))


def frame_of(notice: Notice, parsed: Parsed) -> str:
    """What the note says whoever writes it: without names, numbers and what the profile says; empty: nothing."""
    about = (notice.name.value, notice.headline.value, notice.company.value, parsed.recipient_first_name)
    theirs = set(_WORD.findall(" ".join(filter(None, about)).casefold()))
    words = _WORD.findall((notice.note.value or "").casefold())
    return " ".join(word for word in words if word not in theirs and not word.isdecimal())


def drift(parsed: Parsed, pasts: LayoutPasts, proven: bool, addressed: bool = True) -> Drift | None:
    """What is odd about this mail, seen from those of its template; None: nothing, or too little is known of them.

    What was sent to somebody else announces nothing.
    """
    if not is_counted(parsed):
        return None
    past = pasts.proven if proven else pasts.unproven
    read = read_in(*shown_and_absent(parsed))
    lost = _lost(parsed, past, read)
    unknown = bool(lost) and past.seen == 0 and past.strange < _LASTING
    watched = [] if unknown else [rate for rate in past.rates if rate not in lost]
    fallen = [doubt for rate in watched if (doubt := _fallen(rate, past, rate.field in read))]
    tell = [_layout(parsed, past, lost)] if unknown and _certainly_lost(lost, past) else []
    tell += [doubt for doubt in fallen if doubt.number >= 0]
    if not lost and not fallen:
        return None
    return Drift(
        unknown_layout=unknown,
        lost=tuple(rate.field for rate in lost),
        fallen=tuple(doubt.what for doubt in fallen),
        tell=_told(parsed, pasts, past, proven, tell) if addressed else (),
        since=past.lately_since if fallen else 0,
    )


# --- an unknown layout ------------------------------------------------------------------------------------------


def _lost(parsed: Parsed, past: LayoutPast, read: frozenset[str]) -> list[Rate]:
    """Firm fields of the template that neither this mail shows nor any that was laid out like it."""
    if not parsed.layout or past.mails < _WELL_KNOWN:
        return []
    firm = [rate for rate in past.rates if rate.field != _SENTENCE and _missed(rate, past) <= _FIRM]
    return [rate for rate in firm if rate.field not in read and not rate.here]


def _missed(rate: Rate, past: LayoutPast) -> float:
    """How likely the next mail is to miss the field (Krichevsky and Trofimov's estimate)."""
    return (past.mails - rate.read + 0.5) / (past.mails + 1)


def _certainly_lost(lost: Iterable[Rate], past: LayoutPast) -> bool:
    """Whether chance does not explain that all mails of this layout miss these fields."""
    chance = 1.0
    for rate in lost:
        chance *= _missed(rate, past) ** (past.strange + 1)
    return chance <= _BY_CHANCE


def _layout(parsed: Parsed, past: LayoutPast, lost: Iterable[Rate]) -> Doubt:
    least, of = min(rate.read for rate in lost), past.strange + 1
    return Doubt(what=LAYOUT, layout=parsed.layout, read=0, of=of, before=least, before_of=past.mails)


# --- a rate that falls ------------------------------------------------------------------------------------------


def _fallen(rate: Rate, past: LayoutPast, is_read: bool) -> Doubt | None:
    """The rate as it falls; `number` is -1 where that was told of before, and it is not up again."""
    lately = (rate.lately + ("1" if is_read else "0"))[-LATELY:]
    told = _last_told(past, rate.field)
    read, of = lately.count("1"), len(lately)
    if _falls(read, of, rate):
        return Doubt(what=rate.field, read=read, of=of, before=rate.before, before_of=rate.before_of)
    if told is not None and _down(lately, told):
        return Doubt(what=rate.field, read=read, of=of, before=told.read, before_of=told.of, number=-1)
    return None


def _falls(read: int, of: int, rate: Rate) -> bool:
    mattered = rate.before_of >= _WELL_KNOWN and rate.before >= _MATTERED * rate.before_of
    if not mattered or of < _FEWEST_LATELY or read * rate.before_of >= rate.before * of:
        return False
    return _tail(read, of, rate.before, rate.before_of) < _FALLS_BY_CHANCE


def _down(lately: str, told: Told) -> bool:
    """Whether a field that was announced is still read less than half as often as before."""
    last = lately[-_LASTS:]
    return 2 * last.count("1") * told.of < told.read * len(last)


def is_down(past: LayoutPast, field: str) -> bool:
    """Whether a field that was announced cannot be read again yet."""
    told = _last_told(past, field)
    lately = next((rate.lately for rate in past.rates if rate.field == field), "")
    return told is not None and _down(lately, told)


def _tail(read: int, of: int, before: int, before_of: int) -> float:
    """Fisher's exact test, one-sided: how likely so few, or fewer, of all that are read fall among the latest."""
    whole, hits = of + before_of, read + before
    ways = sum(comb(hits, k) * comb(whole - hits, of - k) for k in range(max(0, of - whole + hits), read + 1))
    return ways / comb(whole, of)


# --- who hears of it --------------------------------------------------------------------------------------------


def _last_told(past: LayoutPast, what: str) -> Told | None:
    return next((told for told in past.told if told.what == what), None)


def _told(
    parsed: Parsed, pasts: LayoutPasts, past: LayoutPast, proven: bool, doubts: Iterable[Doubt]
) -> tuple[Doubt, ...]:
    """What is announced of it: each thing once, and at the earliest a month after it was announced before.

    What came long ago announces nothing. Anybody can write a mail that proves nothing, and name any template: such
    mails are told of only where no proven one was ever seen, and once a month for all of the network.
    """
    at = parsed.received_at
    if parsed.imported or (not proven and (pasts.ever_proven or (pasts.told_at and at - pasts.told_at < _AGAIN))):
        return ()
    told = {each.what: each for each in past.told}
    return tuple(
        doubt.model_copy(update={"number": told[doubt.what].number if doubt.what in told else 0})
        for doubt in doubts
        if doubt.what not in told or _is_news(doubt, told[doubt.what], at)
    )


def _is_news(doubt: Doubt, told: Told, at: int) -> bool:
    return at - told.at >= _AGAIN and (doubt.what != LAYOUT or doubt.layout != told.layout)


# --- what counts all the same -----------------------------------------------------------------------------------


def certain(notice: Notice, drift: Drift | None, proven: bool, alike: int = 0) -> Notice:
    """The notice without what may be misread. It is unknown then: neither shown nor absent.

    Of a mail that proves nothing all that is shown stays: forgers are free to make its past what they like.
    """
    if drift is None:
        return notice
    unknown = Notice()
    if drift.unknown_layout and proven:
        return unknown.model_copy(update={name: getattr(notice, name) for name in _CERTAIN})
    doubted = frozenset(_SEEN_FIELDS) if drift.unknown_layout else drift.doubted & set(_SEEN_FIELDS)
    told = {name: getattr(unknown, name) for name in doubted if getattr(notice, name).state == "absent"}
    if proven and _SENTENCE in drift.doubted and alike >= _SHARED:
        told["note"] = unknown.note  # the network's own sentence has new words
    return notice.model_copy(update=told)
