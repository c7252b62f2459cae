"""Questions about the owner and their answers -> Profile."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from stages.events import Value
from stages.settings import Job, Profile, Published, Tenure

MOST_FOLLOWED_UP = 8
"""So many published things are asked about one by one; more would be tedious."""

LANGUAGES = {
    name: code
    for code, names in {
        "ar": "arabic العربية", "bg": "bulgarian български", "ca": "catalan català", "cs": "czech čeština",
        "da": "danish dansk", "de": "german deutsch", "el": "greek ελληνικά", "en": "english", "es": "spanish español",
        "et": "estonian eesti", "fa": "persian farsi فارسی", "fi": "finnish suomi", "fr": "french français",
        "he": "hebrew עברית", "hi": "hindi हिन्दी", "hr": "croatian hrvatski", "hu": "hungarian magyar",
        "id": "indonesian", "is": "icelandic íslenska", "it": "italian italiano", "ja": "japanese 日本語",
        "ko": "korean 한국어", "lt": "lithuanian lietuvių", "lv": "latvian latviešu", "nl": "dutch nederlands",
        "no": "norwegian norsk", "pl": "polish polski", "pt": "portuguese português", "ro": "romanian română",
        "ru": "russian русский", "sk": "slovak slovenčina", "sl": "slovenian slovenščina", "sr": "serbian српски",
        "sv": "swedish svenska", "th": "thai ไทย", "tr": "turkish türkçe", "uk": "ukrainian українська",
        "vi": "vietnamese", "zh": "chinese mandarin 中文",
    }.items()
    for name in names.split()
}  # fmt: skip
"""What people call a language, in English and in itself -> its ISO 639 code."""


class ProfileError(Exception):
    """An answer or a place for the file that will not do; the text says what to do."""


class Question(NamedTuple):
    """One field of the profile: what is asked, and what the file says above it."""

    field: str
    asks: str
    says: str
    example: str


QUESTIONS = (
    Question("name", "What is your name?", "Your name, as people write it.", '"Amy Ferrand"'),
    Question("languages", "Which languages do you read? (en; de)", "Languages you read, by code.", '["en", "no"]'),
    Question("industry", "Which field do you work in?", "Your field, in short phrases.", '["technical recruiting"]'),
    Question("roles", "What are you, or do you want to be?", "Your roles, in others' words.", '["recruiter"]'),
    Question(
        "open_jobs",
        "Whom are you looking for? (titles of the jobs you fill)",
        "Jobs you fill: a title, or a table; keywords make the match surer.",
        '[{ title = "Data engineer", place = "Oslo", for = "Nordlys", keywords = ["SQL"], referrals_welcome = true }]',
    ),
    Question(
        "published",
        "What did you publish, or speak about? (titles)",
        "What you published, with the two or three points people quote.",
        '[{ kind = "talk", title = "Pay bands without tears", points = ["publish the bands first"], year = 2025 }]',
    ),
    Question("events", "At which events do you speak, or go to?", "Where you speak or go.", '["Bergen HR Day"]'),
    Question("groups", "Which groups are you in?", "Groups you are in.", '["Nordic Tech Recruiters"]'),
    Question(
        "known_people",
        "Whose word counts with you? (full names)",
        "People whose word counts with you. Anyone of such a name is taken for them.",
        '["Ragnhild Moe"]',
    ),
    Question("wants", "What are requests welcome for?", "What you want.", '["referrals for open jobs"]'),
    Question("does_not_want", "And what do you not want?", "What you do not want.", '["lead generation"]'),
    Question(
        "employers",
        "Where do you work, and where did you?",
        "Employers, past ones too: a name, or a table with years.",
        '["Ferrand Search", { name = "Nordlys", from = 2014, to = 2021 }]',
    ),
    Question("schools", "Where did you learn?", "Schools.", '["NTNU Trondheim"]'),
    Question("tools_used", "Which tools do you use that others may name?", "Tools you use.", '["Ashby"]'),
)
TITLES: dict[str, tuple[type[Value], str]] = {
    "open_jobs": (Job, "title"),
    "published": (Published, "title"),
    "employers": (Tenure, "name"),
}
"""Fields that list tables, of which an answer gives this key."""


def cleaned(text: str) -> str:
    """Text on one line, without control characters, lone surrogates, turned writing and the traces of cursor keys."""
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z~]|[\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    text = text.encode("utf-8", "replace").decode()
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in text).split())


def language_code(called: str) -> str | None:
    """`"de"` or `"German"` -> `"de"`; None for what is neither a code nor a language we know by name."""
    known = LANGUAGES.get(called.casefold().replace("bokmål", "").strip())
    return known or (called.lower() if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", called) else None)


def ask(known: Profile, answer: Callable[[], str | None], say: Callable[[str], None], again: bool) -> Profile:
    """The profile that the answers make of what is known already.

    `answer` gives a line, or None when there are no more: then all the rest stays as it is known. With `again` an
    answer that will not do is asked for again. Raises ProfileError.
    """
    say("Enter leaves a question as it is, - empties it, + at the start adds to it. Several answers: one; two; three.")
    told: dict[str, Any] = {}
    for number, question in enumerate(QUESTIONS, 1):
        now = getattr(known, question.field)
        say(f"\n{number} of {len(QUESTIONS)}. {question.asks}")
        if now:
            say(f"   now: {_shown(now)}")
        while True:
            line = answer()
            if line is None:
                return known.model_copy(update=told)
            try:
                told[question.field] = _answered(question.field, _readable(line), now)
                break
            except ProfileError as error:
                if not again:
                    raise ProfileError(f"question {number} ({question.field}): {error}") from None
                say(f"   {error}")
        if question.field == "published":
            told["published"] = _with_points(told["published"], answer, say)
    return known.model_copy(update=told)


def _readable(line: str) -> str:
    """The answer on one clean line. ProfileError for bytes that are no UTF-8, which come in as lone surrogates."""
    if re.search("[\ud800-\udfff]", line):
        raise ProfileError("this is no UTF-8 text; write it in UTF-8")
    return cleaned(line)


def _answered(field: str, line: str, now: Any) -> Any:
    """What the field is after this answer."""
    if not line:
        return now
    if field == "name":
        return "" if line == "-" else line
    if line == "-":
        return ()
    parts = tuple(dict.fromkeys(part for part in (each.strip() for each in line.lstrip("+").split(";")) if part))
    if field == "languages":
        parts = _codes(parts)
    given: tuple[Any, ...] = parts
    if field in TITLES:
        model, key = TITLES[field]
        before = {getattr(each, key).casefold(): each for each in now}
        given = tuple(before.get(part.casefold()) or model.model_validate({key: part}) for part in parts)
    return tuple(dict.fromkeys((*now, *given))) if line.startswith("+") else given


def _codes(parts: Iterable[str]) -> tuple[str, ...]:
    codes = []
    for part in parts:
        code = language_code(part)
        if code is None:
            raise ProfileError(f'"{part}" is no language we know by name; write its code, such as en or pt')
        codes.append(code)
    return tuple(dict.fromkeys(codes))


def _with_points(
    published: tuple[Published, ...], answer: Callable[[], str | None], say: Callable[[str], None]
) -> tuple[Published, ...]:
    """Asks for the points of what has none yet."""
    bare = [each for each in published if not each.points]
    if len(bare) > MOST_FOLLOWED_UP:
        say(f"   {len(bare)} of them have no points people would quote; you can add some in the file.")
        return published
    pointed = {}
    for each in bare:
        say(f'   What do people quote from "{each.title}"? (two or three points)')
        line = answer()
        if line is None:
            break
        points = tuple(point for point in (part.strip() for part in _readable(line).split(";")) if point)
        pointed[each] = each.model_copy(update={"points": () if points == ("-",) else points})
    return tuple(pointed.get(each, each) for each in published)


def _shown(now: Any) -> str:
    """What is known, short enough to be read."""
    if isinstance(now, str):
        return now
    names = [each if isinstance(each, str) else getattr(each, "title", "") or getattr(each, "name", "") for each in now]
    return "; ".join(names[:6]) + (f" ... ({len(names)} in all)" if len(names) > 6 else "")
