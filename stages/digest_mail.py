"""DigestWanted -> the one mail about all that waits: whom to ask or answer, what changed, what we may have missed."""

from __future__ import annotations

from collections.abc import Iterable

from stages import own_mail
from stages.alarm import date_of
from stages.asking import facts, link_of, name_of, person, question, safe
from stages.blocks import Block, Entry, Items, Link, Paragraph, Paste, part
from stages.conversation import DigestWanted, Estimate, Line, Week
from stages.events import Verdict
from stages.header import clean
from stages.keeping import Going
from stages.learning import Teachable
from stages.names import FOLDERS
from stages.own_mail import Draft
from stages.refused_rules import LONGEST, RefusedAt, RefusedRules
from stages.reminder import SHORT
from stages.settings import Owner, Settings
from stages.shadowing import ShadowWeek
from stages.standing import span
from stages.texts import Digest, Texts, count, say

_DOT = " · "
_NAMED = 20
"""Of mails that go so many are named; of the rest it is told how many they are."""


def compose(event: DigestWanted, owner: Owner, settings: Settings, answer_to: str = "") -> bytes:
    """The digest as octets with CRLF line ends. Never raises, whatever strangers wrote into its lines."""
    texts = settings.texts[owner.language]
    subject = _subject(event, texts.digest)
    blocks = _blocks(event, owner, settings, texts, bool(answer_to))
    return own_mail.whole(event, owner, Draft(subject, blocks, subject), answer_to)


def _subject(event: DigestWanted, told: Digest) -> str:
    """What is in it, most wanted first; a sample alone is named only where there is nothing else."""
    answered = sum(line.waited is not None for line in event.changed)
    changed = len(event.changed) - answered
    parts = [
        count(one, many, number)
        for one, many, number in (
            (told.subject_ask_one, told.subject_ask_many, len(event.asks)),
            (told.subject_owed_one, told.subject_owed_many, len(event.owed)),
            (told.subject_answered_one, told.subject_answered_many, answered),
            (told.subject_changed_one, told.subject_changed_many, changed),
            (told.subject_going_one, told.subject_going_many, len(event.going)),
        )
        if number
    ]
    if not parts and event.sample:
        parts = [count(told.subject_sample_one, told.subject_sample_many, len(event.sample))]
    return ", ".join(parts) or told.subject_week


def _blocks(event: DigestWanted, owner: Owner, settings: Settings, texts: Texts, by_mail: bool) -> tuple[Block, ...]:
    told, calm = texts.digest, settings.follow_up

    def entries(lines: Iterable[Line]) -> list[Block]:
        return [block for line in lines for block in _entry(line, owner, settings, texts, by_mail)]

    unlisted = count(told.unlisted_one, told.unlisted_many, event.unlisted) if event.unlisted else ""
    looked = _estimate(event.estimate, told) if event.estimate is not None else ""
    return (
        Paragraph(say(told.overflow, hour=calm.per_hour, day=calm.per_day) if event.overflow else ""),
        *part(told.asks, *entries(event.asks)),
        Paragraph(unlisted),
        *part(told.owed, *entries(event.owed)),
        *part(told.changed, *entries(event.changed)),
        *part(told.sample, *entries(event.sample)),
        Paragraph(looked),
        *_going(event.going, owner, texts),
        *_refused(event.refused, owner, texts),
        *_shadow(event.shadow, texts),
        *_lessons(event, texts, bool(event.lines) and by_mail),
        Paragraph(_week(event.week, told)),
        *(_answer(event, told, owner.language, by_mail) if event.lines else ()),
        Paragraph(texts.common.signature),
    )


def _entry(line: Line, owner: Owner, settings: Settings, texts: Texts, by_mail: bool) -> list[Block]:
    """One request: the link first, what is known on one line, what happened, what to do."""
    told, id = texts.digest, clean(line.request)[-SHORT:]
    who = name_of(line.about, texts) or texts.common.somebody
    named = told.entry if by_mail else told.entry_with_id
    asks = line.asking in ("ask", "second")
    words = "" if asks else safe(line.about.words, 300, texts)
    said = {
        "second": told.second,
        "maybe": say(told.maybe, number=line.number) if by_mail else say(told.maybe_here, id=id),
    }
    return [
        Entry(say(named, number=line.number, who=who, **({} if by_mail else {"id": id}))),
        Link(link_of(line.about, line.network)),
        Paragraph(_DOT.join((*person(line.about, texts), *facts(line.known, texts)))),
        Paragraph(say(told.wrote, words=words) if words else ""),
        Paragraph(" ".join(_outcome(line, texts)) if line.asking is None or line.asking == "unseen" else ""),
        Paragraph(said.get(line.asking or "", "")),
        *(_paste(line, owner, settings, told) if asks else ()),
    ]


def _paste(line: Line, owner: Owner, settings: Settings, told: Digest) -> tuple[Block, ...]:
    return (Paragraph(told.paste), question(line.about, line.language, owner, settings))


def _outcome(line: Line, texts: Texts) -> list[str]:
    """What became of a request; of one that nobody talked of there is nothing to tell."""
    told = texts.digest
    if line.phase is None:
        return []
    said = []
    if line.waited is not None:
        said.append(say(told.unseen if line.unseen else told.answered, span=texts.sentence(span(line.waited))))
    if line.waited is None or line.phase not in ("answered", "settled"):
        said.append(str(getattr(told.phases, line.phase)))
    if line.pitch:
        said.append(told.pitch)
    return [*said, say(told.lies_in, folder=line.folder or FOLDERS[line.verdict])]


def _going(going: tuple[Going, ...], owner: Owner, texts: Texts) -> tuple[Block, ...]:
    """What goes, the oldest first, and how each is kept or brought back."""
    if not going:
        return ()
    told, more = texts.digest, len(going) - _NAMED
    lines = tuple(_goes(each, owner, texts) for each in going[:_NAMED])
    rest = count(told.going_more_one, told.going_more_many, more) if more > 0 else ""
    back = say(told.going_back, id=clean(going[0].mail)[-SHORT:])
    return part(told.going, Paragraph(told.going_keep), Items(lines), Paragraph(rest), Paragraph(back))


def _goes(one: Going, owner: Owner, texts: Texts) -> str:
    who = safe(one.name, 60, texts) or texts.common.somebody
    return say(
        texts.digest.going_line,
        who=_DOT.join(each for each in (who, safe(one.headline, 120, texts)) if each),
        came=date_of(one.at, owner, texts),
        goes=date_of(one.leaves_at, owner, texts),
        id=clean(one.mail)[-SHORT:],
    )


def _refused(found: RefusedRules | None, owner: Owner, texts: Texts) -> tuple[Block, ...]:
    """Rules that were not taken over, what is wrong with them, and which decide."""
    if found is None:
        return ()
    told = texts.digest
    said = say(told.refused_file, at=date_of(found.at, owner, texts))
    since = say(told.refused_since, since=date_of(found.since, owner, texts)) if found.since is not None else ""
    lines = (*(safe(line, LONGEST, texts) for line in found.why), *(_refused_at(each, texts) for each in found.places))
    more = count(told.refused_more_one, told.refused_more_many, found.more) if found.more else ""
    here = Paragraph(told.refused_status)
    return part(told.refused, Paragraph(" ".join(filter(None, (said, since)))), Items(lines), Paragraph(more), here)


def _refused_at(where: RefusedAt, texts: Texts) -> str:
    told, file = texts.digest, safe(where.file, 60, texts)
    return (
        say(told.refused_place, file=file) if where.line is None else say(told.refused_line, file=file, line=where.line)
    )


def _shadow(week: ShadowWeek | None, texts: Texts) -> tuple[Block, ...]:
    """What the rules in the shadow would have decided otherwise; nothing where they saw nothing."""
    if week is None or not week.requests:
        return ()
    told = texts.digest
    saw = {"file": clean(week.file, 60), "requests": count(told.requests_one, told.requests_many, week.requests)}
    if not week.differ:
        return part(told.shadow, Paragraph(say(told.shadow_same, **saw)))
    lines = tuple(
        say(
            told.shadow_line,
            who=safe(each.name, 60, texts) or texts.common.somebody,
            live=_place(each.verdict, each.folder, told),
            other=_place(each.shadow_verdict, each.shadow_folder, told),
        )
        for each in week.named
    )
    said = Paragraph(say(told.shadow_otherwise, others=week.differ, **saw))
    return part(told.shadow, said, Items(lines), Paragraph(told.shadow_report))


def _place(verdict: Verdict, folder: str, told: Digest) -> str:
    """As what it is filed, and where if that is not the folder of its verdict."""
    as_what = told.shadow_ask if verdict == "follow_up" else FOLDERS[verdict]
    return as_what if folder == FOLDERS[verdict] else f"{as_what} ({clean(folder, 64)})"


def _lessons(event: DigestWanted, texts: Texts, by_mail: bool) -> tuple[Block, ...]:
    """What is proposed, how it did on what is past, and how it is answered."""
    told = texts.digest
    return part(told.lessons, *(block for each in event.lessons for block in _lesson(each, told, texts, by_mail)))


def _lesson(each: Teachable, told: Digest, texts: Texts, by_mail: bool) -> tuple[Block, ...]:
    names = [safe(name, 60, texts) for name in each.names]
    changes = told.lesson_changes_none
    if each.changed:
        named = ", ".join((*names, *(("...",) if each.changed > len(names) else ())))
        changes = count(told.lesson_changes_one, told.lesson_changes_many, each.changed, names=named)
    return (
        Entry(say(told.lesson, code=each.lesson, says=safe(each.says, 500, texts))),
        Paragraph(f"{say(told.lesson_right, right=each.right, of=each.of)} {changes}"),
        Paragraph(say(told.lesson_answer if by_mail else told.lesson_here, code=each.lesson)),
    )


def _estimate(found: Estimate, told: Digest) -> str:
    if not found.looked:
        return ""
    given = {"looked": found.looked, "ugly": found.ugly}
    if not found.good:
        looked = say(told.looked_none, **given)
    else:
        looked = say(told.looked_one, **given) if found.good == 1 else say(told.looked_many, good=found.good, **given)
    least = say(told.up_to, most=found.most) if not found.least else ""
    return f"{looked} {least or say(told.between, least=found.least, most=found.most)}"


def _week(week: Week, told: Digest) -> str:
    return say(
        told.week,
        requests=count(told.requests_one, told.requests_many, week.requests),
        needed=count(told.needed_one, told.needed_many, week.needed) if week.needed else told.needed_none,
    )


def _answer(event: DigestWanted, told: Digest, language: str, by_mail: bool) -> tuple[Block, ...]:
    """How to answer: with numbers that are in this very mail, and the words that fit what is in it."""
    if not by_mail:
        here = say(told.terminal, id=clean(event.lines[0].request)[-SHORT:])
        return part(told.answer, Paragraph(here), Paragraph(told.move))
    words = (
        told.mail_asks if event.asks else "",
        told.mail_owed if event.owed else "",
        told.mail_verdicts if event.asks or event.changed or event.sample else "",
        told.mail_sample if event.sample else "",
    )
    return part(told.answer, Paragraph(told.mail), Paste(_example(event, told), language), Items(words))


def _example(event: DigestWanted, told: Digest) -> str:
    said = [
        *zip(event.asks, (told.say_asked, told.say_good, told.say_never), strict=False),
        *zip(event.owed, (told.say_done,), strict=False),
        *zip(event.changed, (told.say_ugly,), strict=False),
        *zip(event.sample, (told.say_good,), strict=False),
    ]
    return ", ".join(f"{line.number} {word}" for line, word in said[:4])
