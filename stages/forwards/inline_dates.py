"""The date that a client shows of the original -> milliseconds, or None wherever it could be read in two ways."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from stages import fields
from stages.forwards.inline_words import MONTHS, ZONES, normal

_LONGEST = 120
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?=\D|$)T?")
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4})(?!\d)")
_TIME = re.compile(r"(?<!\d)(?<![+\-])(\d{1,2})([:.])(\d{2})(?:\2(\d{2}))?(?!\d)")
_HALF = re.compile(r"[ ]?\b([ap]) ?\.? ?m\b\.?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:\b(?:gmt|utc) ?)?([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_OTHER_HALVES = re.compile(r"[上下中]午|午[前後]|凌晨|清晨|[早晚]上|傍晚|오[전후]|\b[πμ]\.?μ\b|\b(?:öö|ös|de|du)\.")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\d{1,9}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_RFC_5322 = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? [+-]\d{4}")
_NO_ZONE = ("", "uhr", "h", "klo", "kl")


def milliseconds(text: str, languages: frozenset[str] = frozenset(), zone: int | None = None) -> int | None:
    """The moment that `text` names, in milliseconds UTC.

    `languages` are those that the block may be in, none for any. `zone` is the forwarder's own, in minutes: clients
    that show no zone show their user's time. Without either the moment is unknown.
    """
    if _RFC_5322.fullmatch(text.strip()):
        return fields.milliseconds(text.strip())  # English in every language: the Finnish `mar` is another month
    shown = normal(text[:_LONGEST])
    time = next(_TIME.finditer(_NUMERIC.sub(lambda date: "/" * len(date[0]), shown)), None)
    if time is None or _OTHER_HALVES.search(shown):
        return None
    hour, behind = _hour(int(time[1]), shown[time.end() :])
    day = _day(f"{shown[: time.start()]} {_OFFSET.sub(' ', behind)}", languages)
    minutes = _zone(behind.strip(" ,()"), zone)
    if day is None or hour is None or minutes is None:
        return None
    try:
        east = timezone(timedelta(minutes=minutes))
        moment = datetime(*day, hour, int(time[3]), int(time[4] or 0), tzinfo=east)
        return int(moment.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, behind: str) -> tuple[int | None, str]:
    """(hour of the day, what stands behind the time and its AM or PM)."""
    half = _HALF.match(behind)
    if half is None:
        return hour, behind
    if not 1 <= hour <= 12:
        return None, ""
    return hour % 12 + (12 if half[1] == "p" else 0), behind[half.end() :]


def _zone(behind: str, own: int | None) -> int | None:
    """Minutes east of Greenwich; the forwarder's own where none is named, None where the name says nothing certain."""
    offset = _OFFSET.match(behind)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if len(offset[2] + (offset[3] or "")) == 3 or minutes > 14 * 60:
            return None
        return minutes if offset[1] == "+" else -minutes
    named = _WORD.match(behind)
    word = named[0] if named else ""
    if word in ZONES:
        return ZONES[word]
    # `09:31, 27. Oktober 2021`: the day may stand behind; any other word may be a zone, or half of the day.
    return own if word in _NO_ZONE or _YEAR.search(behind) else None


def _day(shown: str, languages: frozenset[str]) -> tuple[int, int, int] | None:
    """(year, month, day), if the text names exactly one."""
    for form in (_ISO, _EAST_ASIAN):
        if whole := form.search(shown):
            return int(whole[1]), int(whole[2]), int(whole[3])
    if numeric := _NUMERIC.search(shown):
        first, second, year = int(numeric[1]), int(numeric[2]), int(numeric[3])
        if first <= 12 and second <= 12 and first != second:
            return None
        return (year, second, first) if first > 12 else (year, first, second)
    years = _YEAR.findall(shown)
    numbers = _NUMBER.findall(_YEAR.sub(" ", shown))
    month = _month(_WORD.findall(shown), languages)
    if len(years) != 1 or len(numbers) != 1 or month is None:
        return None
    return int(years[0]), month, int(numbers[0])


def _month(words: list[str], languages: frozenset[str]) -> int | None:
    """The month that exactly one of these words names, in one of these languages."""
    own = [MONTHS[name] for language in languages if (name := language.partition("-")[0]) in MONTHS]
    for tables in (own, list(MONTHS.values())):
        if found := [number for word in words if (number := _named(word, tables))]:
            break
    if len(found) == 2 and len(words[0]) == 3:
        found = found[1:]  # `mar 26 ott 2021`: a weekday that is written like a month comes first
    return found[0] if len(set(found)) == 1 and found[0] > 0 else None


def _named(word: str, tables: list[tuple[tuple[str, int], ...]]) -> int:
    """The month's number; 0 for a word that names none, -1 where languages disagree."""
    exact = {number for table in tables for form, number in table if form == word}
    if not exact and len(word) >= 3:
        exact = {number for table in tables for form, number in table if form.startswith(word)}
    return exact.pop() if len(exact) == 1 else -1 if exact else 0
