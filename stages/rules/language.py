"""The language of a rules file, as models: rules with what they do, examples, thresholds; and what was learned.

Rules are read once, from top to bottom, so a set of rules always ends (`matching`).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from stages.provenance import Trust
from stages.rules.conditions import Condition as Condition, several
from stages.values import INBOX, Kind, Thresholds, Value, Verdict

MOST_RULES = 1_000
MOST_CONDITIONS = 500
"""in one rule, at all levels"""
FARTHEST = 1_000.0
"""points of a threshold, either way"""
MOST_POINTS = 100.0
"""points of one rule, either way"""
EXAMPLE_MOST = 1_000.0
"""points of an example, either way"""


def _unknown(given: object) -> object:
    raise ValueError("unknown key; Salver sees for itself where a rule stands, so take this out")


OF_THE_FILE = BeforeValidator(_unknown)
"""Known only to whoever reads a rules file, who sets it by `model_copy`: the file itself has no such key."""


class Example(Value):
    """A request made up by the owner, and where it must go: run by `salver check`, and before rules are taken over.

    The fields are those a mail shows; what is not given is unknown. All signals speak about it as about a real one.
    """

    line: Annotated[int | None, OF_THE_FILE] = Field(default=None, exclude=True, description="where it begins")
    network: str = Field(default="", description="empty: the first of those that Salver reads")
    kind: Kind = "invitation"
    authenticity: Trust = "aligned"
    name: str | None = None
    headline: str | None = None
    title: str | None = None
    company: str | None = None
    location: str | None = None
    note: str | None = None
    message: str | None = None
    language: str | None = None
    mutual_connections: int | None = Field(default=None, ge=0)
    absent: tuple[str, ...] = Field(default=(), description="fields that the mail shows to be empty")
    signals: tuple[str, ...] = Field(default=(), description="signals that speak besides, with their usual points")
    silent: tuple[str, ...] = Field(default=(), description="signals that do not speak, whatever the fields say")
    score: float | None = Field(
        default=None,
        strict=True,
        ge=-EXAMPLE_MOST,
        le=EXAMPLE_MOST,
        multiple_of=0.25,
        description="the points, whatever the signals bring",
    )
    owner: str = Field(default="", description="whose request it is, by id; empty: the first owner's")
    folder: str = Field(description='where it must lie; "follow_up": in Intriguing, to be asked about')
    rule: str | None = Field(default=None, description="the rule that must decide")


class Rule(Value):
    """What a rule asks, and what it does. Rules are read from top to bottom.

    One with a verdict decides, and those below it are not read; `then = "go on"` lets a later one decide otherwise. One
    without adds points, labels or a notification, and the reading goes on; `then = "stop"` ends it, and the points
    decide.
    """

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and dashes; shown where it decides"
    )
    line: Annotated[int | None, OF_THE_FILE] = Field(default=None, exclude=True, description="of its name")
    lesson: Annotated[str, OF_THE_FILE] = Field(default="", description="id of the lesson that it is")
    says: str = Field(default="", max_length=200, description="what it is for; shown beside the points it adds")
    verdict: Verdict | None = Field(default=None, description="what the request is; it decides")
    folder: str = Field(
        default="",
        description="where the mail goes instead of the verdict's own folder: declared in [filing], or INBOX",
    )
    points: float | None = Field(
        default=None, strict=True, ge=-MOST_POINTS, le=MOST_POINTS, description="added to the score, in steps of 0.25"
    )
    label: Annotated[tuple[str, ...], BeforeValidator(several)] = Field(
        default=(), max_length=10, description="put beside the verdict; where [filing] keywords is on, as a flag too"
    )
    notify: bool = Field(default=False, strict=True, description="you are told at once, in a short mail")
    then: Literal["stop", "go on"] | None = Field(
        default=None, description='whether the rules below are read; default: "stop" with a verdict, else "go on"'
    )
    all: tuple[Condition, ...] = Field(default=(), description="every one of these holds")
    any: tuple[Condition, ...] = Field(default=(), description="at least one of these holds")
    none: tuple[Condition, ...] = Field(default=(), description="not one of these holds")
    examples: tuple[Example, ...] = Field(default=(), max_length=100, description="requests, and where each must go")

    @field_validator("points")
    @classmethod
    def _quarter_steps(cls, value: float | None) -> float | None:
        if value is not None and (value == 0 or value * 4 != int(value * 4)):
            raise ValueError("points go in steps of 0.25, so that sums are exact, and are not 0")
        return value

    @field_validator("label")
    @classmethod
    def _slugs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for label in value:
            taken = (*get_args(Verdict), "ask-why")  # which are keywords already
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", label) or label in taken:
                raise ValueError(f'"{label}" is no label; write small letters, digits and dashes, and no verdict')
        return value

    @model_validator(mode="after")
    def _asks_and_does_something(self) -> Rule:
        if not (self.all or self.any or self.none):
            raise ValueError("a rule needs at least one condition in all, any or none")
        if sum(condition.size for condition in self.conditions) > MOST_CONDITIONS:
            raise ValueError(f"a rule has at most {MOST_CONDITIONS} conditions; put texts on a list, or make two rules")
        if self.folder and self.verdict is None:
            raise ValueError('a folder needs a verdict; say which verdict this is, such as verdict = "good"')
        if self.verdict is None and self.points is None and not (self.label or self.notify or self.then == "stop"):
            raise ValueError("a rule does something: give it a verdict, points, a label, notify or then")
        if self.folder and self.verdict == "follow_up":
            raise ValueError("what is to be asked about lies in Intriguing; take the folder out")
        return self

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of its own level."""
        return (*self.all, *self.any, *self.none)

    @property
    def stops(self) -> bool:
        """Whether the rules below are not read where it holds."""
        return self.then == "stop" or (self.then is None and self.verdict is not None)


LEARNED_MOST = 2.0
"""points that all lessons together may add to one request, either way"""
SHIFTED_MOST = 1.0
"""points by which all lessons together may move a threshold, either way"""


class Lesson(Value):
    """Something that was learned from the owner's corrections, and that they accepted. Kept in a file of its own."""

    id: str = Field(pattern=r"^[a-z0-9]{4,32}$")
    owner: str = Field(default="", description="whose requests it judges, by id; empty: everybody's")
    at: int = Field(description="when it was accepted, UTC ms")
    says: str = Field(max_length=500, description="what was learned, in words")
    corrections: tuple[str, ...] = Field(default=(), description="what it was learned from: request/number")
    rule: Rule | None = Field(default=None, description="read before the rules of the owner")
    good: float = Field(default=0.0, ge=-SHIFTED_MOST, le=SHIFTED_MOST, description="moves the threshold of good")
    intriguing: float = Field(default=0.0, ge=-SHIFTED_MOST, le=SHIFTED_MOST, description="and that of intriguing")

    @model_validator(mode="after")
    def _teaches_one_thing(self) -> Lesson:
        if (self.rule is not None) + bool(self.good) + bool(self.intriguing) != 1:
            raise ValueError("a lesson is one rule, or moves one threshold")
        if self.rule is not None and self.rule.points is not None and abs(self.rule.points) > LEARNED_MOST:
            raise ValueError(f"a lesson adds at most {LEARNED_MOST:g} points")
        if any(value * 4 != int(value * 4) for value in (self.good, self.intriguing)):
            raise ValueError("thresholds move in steps of 0.25")
        return self

    @property
    def as_rule(self) -> Rule | None:
        """Its rule as it is read: it knows whose lesson it is, and says what was learned."""
        if self.rule is None:
            return None
        return self.rule.but(lesson=self.id, says=self.rule.says or self.says)


class Rules(Value):
    """A rules file: ordered rules, then thresholds."""

    file: Annotated[str, OF_THE_FILE] = Field(default="", exclude=True, description="as the owner named it")
    version: Annotated[str, OF_THE_FILE] = Field(
        default="", exclude=True, description="names its text and its lists: 8 hex digits"
    )
    lessons: Annotated[tuple[Lesson, ...], OF_THE_FILE] = Field(default=(), description="read before the rules")
    rule: tuple[Rule, ...] = Field(default=(), max_length=MOST_RULES)
    thresholds: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _distinct_names(self) -> Rules:
        names = [rule.name for rule in self.rule]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two rules are called "{name}"; give each its own name')
        return self

    @model_validator(mode="after")
    def _within_reach(self) -> Rules:
        if max(abs(self.thresholds.good), abs(self.thresholds.intriguing)) > FARTHEST:
            raise ValueError(f"thresholds lie between -{FARTHEST:g} and {FARTHEST:g} points")
        return self

    @cached_property
    def in_order(self) -> tuple[Rule, ...]:
        """Every rule as it is read: what was learned, then the owner's own."""
        return (*(rule for each in self.lessons if (rule := each.as_rule) is not None), *self.rule)

    @cached_property
    def marks(self) -> Thresholds:
        """The thresholds, with what was learned of them."""
        shifts = [
            max(-SHIFTED_MOST, min(SHIFTED_MOST, sum(getattr(each, name) for each in self.lessons)))
            for name in ("good", "intriguing")
        ]
        good, intriguing = self.thresholds.good + shifts[0], self.thresholds.intriguing + shifts[1]
        return Thresholds(good=max(good, intriguing + 0.25), intriguing=intriguing)

    def for_owner(self, owner: str) -> Rules:
        """The same with what was learned from this owner; what others taught judges no mail of theirs."""
        if all(each.owner in ("", owner) for each in self.lessons):
            return self
        if owner not in self._by_owner:
            theirs = tuple(each for each in self.lessons if each.owner in ("", owner))
            self._by_owner[owner] = self.but(lessons=theirs)
        return self._by_owner[owner]

    @cached_property
    def _by_owner(self) -> dict[str, Rules]:
        """Made once an owner: requests are judged by the thousand."""
        return {}

    @property
    def untaught(self) -> Rules:
        """The same without what was learned."""
        return self.but(lessons=()) if self.lessons else self

    def without(self, *causes: str) -> Rules:
        """The same without the rules of these names, and without the lessons `lesson:ID`."""
        if not causes:
            return self
        return self.but(
            rule=tuple(rule for rule in self.rule if rule.name not in causes),
            lessons=tuple(
                each
                for each in self.lessons
                if f"lesson:{each.id}" not in causes and (each.rule is None or each.rule.name not in causes)
            ),
        )


FIXED_FOLDERS = (INBOX, "Good", "Intriguing", "Ugly")
"""Those that are always there."""
