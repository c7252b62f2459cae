"""(Settings) -> all rules in words, in the order in which Salver goes by them: what `salver rules show` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from stages.header import clean, when
from stages.rules.language import LEARNED_MOST, SHIFTED_MOST, Lesson, Rule, Rules
from stages.rules.words import asked, done, number, of_example, of_rule, span
from stages.rules.written import tree_of
from stages.settings import FollowUp, Settings
from stages.signals import SIGNALS

_WIDTH = 116


def rules_in_words(settings: Settings) -> str:
    """What comes before all rules, what was learned, the rules, the thresholds, and what follow-ups mean."""
    parts = (
        _before(),
        tuple(_lessons(settings.rules)),
        tuple(_rules(settings.rules)),
        _points(settings.rules),
        _follow_ups(settings.follow_up),
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def rules_as_object(settings: Settings) -> dict[str, Any]:
    """The same for programs: each rule as its file says it, where it stands, and in words."""
    rules = settings.rules
    return {
        "file": rules.file,
        "version": rules.version,
        "before": [name for name, signal in SIGNALS.items() if signal.veto],
        "lessons": [
            {
                "id": each.id,
                "at": each.at,
                "owner": each.owner,
                "says": each.says,
                "rule": _as_object(each.rule) if each.rule is not None else None,
                "thresholds": {"good": each.good, "intriguing": each.intriguing},
            }
            for each in rules.lessons
        ],
        "rules": [{"line": rule.line, **_as_object(rule)} for rule in rules.rule],
        "thresholds": {"own": rules.thresholds.model_dump(), "with_lessons": rules.marks.model_dump()},
    }


def _as_object(rule: Rule) -> dict[str, Any]:
    return {"words": of_rule(rule), **tree_of(rule)}


def _said(text: str, indent: str = "  ", first: str | None = None) -> list[str]:
    begin = indent if first is None else first
    return textwrap.wrap(text, _WIDTH, initial_indent=begin, subsequent_indent=indent, break_long_words=False)


def _items(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in _said(text, "    ", "  - ")]


def _before() -> tuple[str, ...]:
    vetoes = [f"{signal.says} ({name})" for name, signal in SIGNALS.items() if signal.veto]
    return (
        "BEFORE ALL RULES",
        *_items(["What you say of a request yourself, or by moving its mail, counts for more than anything below."]),
        *_items(["Safety comes next. A request is ugly, whatever your rules say, where one of these speaks:"]),
        *(line for veto in vetoes for line in _said(veto, "        ", "      - ")),
        *_items(
            [
                "A mail that only repeats a request, such as a reminder, lies where that request lies.",
                "What you said of all requests of a person or a company decides next. That a company is always good "
                "lifts nothing that is ugly by the rules and points below, for anybody can name a company.",
            ]
        ),
    )


def _lessons(rules: Rules) -> Iterator[str]:
    if not rules.lessons:
        return
    yield "WHAT YOU TAUGHT SALVER"
    yield from _said(
        f"Read before your rules. All of it together adds or takes at most {number(LEARNED_MOST)} points, moves a "
        f"threshold by at most {number(SHIFTED_MOST)}, and never makes ugly what would be good without it, nor good "
        "what a rule of yours makes ugly.",
    )
    for each in rules.lessons:
        whose = f", for {each.owner}" if each.owner else ""
        yield ""
        yield from _said(f"{each.id} ({when(each.at):%Y-%m-%d}{whose}): {clean(each.says)}", "    ", "  ")
        yield from _taught(each)


def _taught(lesson: Lesson) -> Iterator[str]:
    if lesson.rule is not None:
        yield from _body(lesson.rule)
    for name, shift in (("good", lesson.good), ("intriguing", lesson.intriguing)):
        if shift:
            way = "higher" if shift > 0 else "lower"
            yield from _said(f"The threshold of {name} lies {number(abs(shift))} {way}.", "    ")


def _rules(rules: Rules) -> Iterator[str]:
    version = f", version {rules.version}" if rules.version else ""
    where = f" ({rules.file}{version})" if rules.file else ""
    yield f"{'YOUR RULES' if not rules.file.endswith('(shipped)') else 'THE RULES'}{where}"
    if not rules.rule:
        yield "  There are none: the points decide."
        return
    yield from _said(
        "Read from top to bottom. The first that decides ends the reading, unless it says otherwise. What a mail does "
        "not show is unknown, and no text or number is found in it."
    )
    for rule in rules.rule:
        at = f" (line {rule.line})" if rule.line is not None else ""
        yield ""
        yield from _said(f"{rule.name}{at}{f': {clean(rule.says)}' if rule.says else ''}", "    ", "  ")
        yield from _body(rule)
        for example in rule.examples:
            yield from _said(f"for example: {of_example(example)}", "      ", "    ")


def _body(rule: Rule) -> Iterator[str]:
    for line in asked(rule):
        dent = len(line) - len(line.lstrip(" -"))
        yield from _said(line.strip(), " " * (4 + dent), "    " + line[: len(line) - len(line.lstrip())])
    yield from _said(f"then {done(rule)}.", "      ", "    ")


def _points(rules: Rules) -> tuple[str, ...]:
    marks, own = rules.marks, rules.thresholds
    learned = f" (of your file: {number(own.good)} and {number(own.intriguing)})" if marks != own else ""
    return (
        "WHERE NO RULE DECIDES, THE POINTS DO",
        *_items(
            [
                f"{number(marks.good)} points or more: good. {number(marks.intriguing)} or more: intriguing. "
                f"Less: ugly.{learned}",
                "What would be ugly is intriguing where the mail's layout is new to Salver, so that nothing is lost "
                "that was misread.",
            ]
        ),
    )


def _follow_ups(told: FollowUp) -> tuple[str, ...]:
    second = (
        f"{span(told.second_reminder_after)} later once more, if you said nothing"
        if told.second_reminder_after is not None
        else "and only once"
    )
    return (
        "WHAT A FOLLOW-UP MEANS",
        *_items(
            [
                "The mail lies in Intriguing, and Salver reminds you to ask them why they want to connect: in a digest "
                f"or a mail of its own, {second}. Salver never writes to them itself.",
                f"An answer within {span(told.quick)} is a good sign by itself. An answer is waited for "
                f"{span(told.answer_within)}; with it or without it the request is then judged again, by these rules.",
                f"What nobody asked about is given up after {span(told.expire_after)}.",
                "A direct message (InMail) is never asked about: there it is intriguing instead.",
            ]
        ),
    )
