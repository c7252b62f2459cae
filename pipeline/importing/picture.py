"""What the log holds of one owner -> the picture: requests by month and verdict, and the good ones never answered.

That somebody was answered is never guessed: a later mail about the same person must say so (they accepted, or wrote a
message). A network does not tell of every answer by mail, so the absence of such a mail is called just that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from pipeline.sample import MARK
from pipeline.store import imports
from pipeline.store.log import Log
from pipeline.table import table
from stages.events import Decision, Notice, Verdict
from stages.header import clean
from stages.saying import named, signed

Answered = Literal["yes", "maybe", "no"]
VERDICTS: tuple[Verdict, ...] = ("good", "intriguing", "follow_up", "ugly")
MOST_MONTHS = 24
"""Above this a line is a year."""
SHOWN = 10
"""Requests that a terminal shows."""


class Line(NamedTuple):
    """One request."""

    at: int
    name: str
    headline: str
    profile: str
    verdict: Verdict
    score: float
    reason: str
    answered: Answered = "no"


class Answer(NamedTuple):
    """A mail that says that somebody accepted, or wrote. `sure`: it is proven to come from the network."""

    at: int
    name: str
    profile: str
    sure: bool


class Picture(NamedTuple):
    """Every request, in order of time, and whether any mail tells of answers at all."""

    lines: tuple[Line, ...]
    tells: bool
    zone: tzinfo

    @property
    def good(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.verdict == "good")

    @property
    def unanswered(self) -> tuple[Line, ...]:
        """The good ones of whom no mail says that they were answered."""
        return tuple(line for line in self.good if line.answered == "no")

    @property
    def best(self) -> tuple[Line, ...]:
        """The good ones never answered, or all where that cannot be told: best first, then the newest."""
        return tuple(sorted(self.unanswered if self.tells else self.good, key=lambda line: (-line.score, -line.at)))

    @property
    def maybe(self) -> int:
        return sum(line.answered == "maybe" for line in self.good)

    def day(self, line: Line) -> str:
        return f"{datetime.fromtimestamp(line.at / 1000, self.zone):%Y-%m-%d}"

    def month(self, line: Line) -> str:
        return f"{datetime.fromtimestamp(line.at / 1000, self.zone):%Y-%m}"


async def picture_of(log: Log, owner: str, zone: tzinfo) -> Picture:
    """Of all mails of an owner that the log holds, but the samples."""
    requests: dict[str, Line] = {}
    came: dict[str, int] = {}
    async for at, routed in imports.decided(log, owner, f"{MARK}:"):
        for decision in routed.decisions:
            request = decision.judgement.request
            came[request.id] = min(at, came.get(request.id, at))  # a reminder may have been judged before its request
            if not request.joins:
                requests[request.id] = _line(at, decision)
    answers = [
        Answer(at, _folded(notice), notice.profile_url.value or "", enriched.met is not None)
        async for at, enriched in imports.answers(log, owner, f"{MARK}:")
        for notice in enriched.parsed.notices[:1]
    ]
    dated = [line._replace(at=came[id]) for id, line in requests.items()]
    lines = sorted(_with_answers(dated, answers), key=lambda line: line.at)
    return Picture(tuple(lines), bool(answers), zone)


def _line(at: int, decision: Decision) -> Line:
    judgement = decision.judgement
    notice = judgement.request.notice
    weighty = sorted(judgement.reasons, key=lambda reason: (not reason.veto, -reason.points))
    if decision.verdict == "ugly":
        weighty = sorted(judgement.reasons, key=lambda reason: (not reason.veto, reason.points))
    strongest = next(iter(weighty), None)
    headline = notice.headline.value or " at ".join(part for part in (notice.title.value, notice.company.value) if part)
    return Line(
        at,
        clean(notice.name.value or "", 80) or "Someone",
        clean(headline, 160),
        notice.profile_url.value or "",
        decision.verdict,
        judgement.score,
        f"{named(strongest.signal)} {signed(strongest.points)}" if strongest else "",
    )


def _folded(notice: Notice) -> str:
    return " ".join(clean(notice.name.value or "", 80).casefold().split())


def _with_answers(lines: Iterable[Line], answers: Iterable[Answer]) -> Iterator[Line]:
    """Each request with what later mails about the same person say."""
    by_name: defaultdict[str, list[Answer]] = defaultdict(list)
    by_profile: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.name:
            by_name[answer.name].append(answer)
        if answer.profile:
            by_profile[answer.profile].append(answer)
    for line in lines:
        # Where both show a profile it tells people apart; else the name is all there is.
        named_alike = by_name.get(line.name.casefold(), [])
        found = [answer for answer in named_alike if not (answer.profile and line.profile)]
        found += by_profile.get(line.profile, []) if line.profile else []
        later = [answer for answer in found if answer.at >= line.at]
        sure = any(answer.sure for answer in later)
        yield line._replace(answered="yes" if sure else "maybe" if later else "no")


def headline(picture: Picture) -> str:
    """The picture in a sentence or two, without a word that the mails do not bear out."""
    count, good = len(picture.lines), len(picture.good)
    if not count:
        return "There is no request among these mails."
    requests = "1 request" if count == 1 else f"{count:,} requests"
    said = f"{requests} in {_period(picture)}: {good:,} good"
    if not good:
        return f"{said}."
    if not picture.tells:
        return f"{said}. These mails cannot tell whom you answered: none of them is about an acceptance or a message."
    said += f", {len(picture.unanswered):,} of them you never answered, as far as these mails tell."
    if picture.maybe:
        said += f" For {picture.maybe:,} more a mail says that you did, but nothing proves that it is real."
    return said


def _period(picture: Picture) -> str:
    first, last = picture.month(picture.lines[0]), picture.month(picture.lines[-1])
    months = 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:]) + 1
    return f"1 month ({first})" if months == 1 else f"{months} months ({first} to {last})"


def rows(picture: Picture) -> list[tuple[str, int, dict[Verdict, int], int]]:
    """(month or year, requests, by verdict, good and never answered), in order of time."""
    months = {picture.month(line) for line in picture.lines}
    length = 4 if len(months) > MOST_MONTHS else 7
    counts: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    never: Counter[str] = Counter()
    for line in picture.lines:
        when = picture.month(line)[:length]
        counts[when][line.verdict] += 1
        never[when] += line.verdict == "good" and line.answered == "no"
    return [
        (when, counts[when].total(), {verdict: counts[when][verdict] for verdict in VERDICTS}, never[when])
        for when in sorted(counts)
    ]


def text(picture: Picture) -> str:
    """For a terminal: the sentence, the table, and the best that were never answered."""
    parts = [headline(picture)]
    if picture.lines:
        head = ["when", "requests", "good", "intriguing", "follow up", "ugly"]
        head += ["good, never answered"] if picture.tells else []
        cells = [[when, *map(_count, (total, *by.values(), never))] for when, total, by, never in rows(picture)]
        parts.append(table(head, [line[: len(head)] for line in cells]))
    if best := picture.best:
        title = "The best you never answered" if picture.tells else "The best"
        more = f" ({SHOWN} of {len(best):,}; the page shows more)" if len(best) > SHOWN else ""
        lines = [(line.name, line.headline, picture.day(line), line.reason) for line in best[:SHOWN]]
        parts.append(f"{title}{more}:\n\n" + table(("who", "headline", "when", "strongest reason"), lines))
    return "\n\n".join(parts)


def _count(number: int) -> str:
    return f"{number:,}" if number else "."
