"""The conditions of a rules file, as models. What they can ask is closed and bounded.

There is no expression to evaluate: a condition asks one thing, or joins others by `all`, `any` and `none`, at most
DEEPEST levels inside each other. So it always ends, and all that it can say is listed in RULES.md.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from stages.durations import milliseconds
from stages.provenance import Trust
from stages.rules.comparing import compared, in_words
from stages.values import ClaimKind, Kind, State, Truth, Value

DEEPEST = 8
"""levels of conditions inside each other"""
MOST_TEXTS = 20_000
"""entries of one list"""
LONGEST = 300
"""characters of one entry"""


class Sought(Value):
    """What a text is compared with: one or several texts, or the lines of a file."""

    texts: tuple[str, ...] = Field(default=(), description="of the file, when it is read")
    file: str = Field(default="", description="one text a line; # at its start or behind a blank begins a remark")

    @model_validator(mode="after")
    def _bounded(self) -> Sought:
        if not self.file and not self.texts:
            raise ValueError("this is an empty list, which nothing is on; write some texts")
        if len(self.texts) > MOST_TEXTS:
            raise ValueError(f"at most {MOST_TEXTS} texts are on one list")
        for text in self.texts:
            if (
                not compared(text).strip() or len(text) > LONGEST
            ):  # of invisible characters only, it would be in any text
                raise ValueError(f"a text to look for has 1 to {LONGEST} characters")
        return self

    @cached_property
    def folded(self) -> frozenset[str]:
        """The texts as they are looked for in another (`stages.rules.comparing`)."""
        return frozenset(compared(text) for text in self.texts)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The same as a whole text, without blanks at their ends."""
        return frozenset(text.strip() for text in self.folded)

    @cached_property
    def phrases(self) -> frozenset[str]:
        """The same as whole words, one blank apart and at both ends."""
        return frozenset(in_words(text) for text in self.texts)


def as_text(number: float) -> str:
    """`5.0` -> `5`: a number as it is compared with texts, none of its digits lost."""
    if isinstance(number, bool):
        raise ValueError('true and false are no texts; write "yes" or "no"')
    return str(int(number)) if isinstance(number, int) or number.is_integer() else repr(number)


def _sought(given: object) -> object:
    """Lets a text, a number or a list of them stand for what is sought."""
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        given = [given]
    if isinstance(given, list | tuple):
        return {"texts": tuple(as_text(each) if isinstance(each, int | float) else each for each in given)}
    if isinstance(given, dict) and set(given) == {"file"} and not given["file"]:
        raise ValueError("name the file that holds the list")
    if isinstance(given, dict) and "texts" in given:
        raise ValueError('write a list as ["one", "two"], or a file as { file = "companies.txt" }')
    return given


Texts = Annotated[Sought, BeforeValidator(_sought)]


class Bounds(Value):
    """From a number on, and below another."""

    at_least: float | None = Field(default=None, strict=True, allow_inf_nan=False)
    below: float | None = Field(default=None, strict=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _bounds_something(self) -> Bounds:
        if self.at_least is None and self.below is None:
            raise ValueError("a score condition needs at_least or below")
        return self

    def hold(self, value: float) -> bool:
        """at_least <= value < below."""
        return (self.at_least is None or value >= self.at_least) and (self.below is None or value < self.below)


TextField = Literal[
    "name", "headline", "title", "company", "location", "note", "message", "answer", "written",
    "language", "note_language", "template", "owner",
]  # fmt: skip
ChoiceField = Literal["network", "kind", "authenticity", "conversation", "acquaintance", "accepted", "repeated"]
NumberField = Literal["mutual_connections", "words", "requests_before", "messages_before", "echoes", "requests"]
TimeField = Literal["waited", "asked_before"]
FieldName = Literal[TextField, ChoiceField, NumberField, TimeField]
TEXT_FIELDS, CHOICE_FIELDS = frozenset(get_args(TextField)), frozenset(get_args(ChoiceField))
NUMBER_FIELDS, TIME_FIELDS = frozenset(get_args(NumberField)), frozenset(get_args(TimeField))
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "authenticity": get_args(Trust),
    "conversation": ("none", "answered", "silent"),
    "acquaintance": ("none", "connection", "contact", "correspondent"),
    "accepted": ("no", "yes"),
    "repeated": ("no", "yes"),
}
"""Fields that have one of a few values, besides `network`."""


def several(given: object) -> object:
    return (given,) if isinstance(given, str) else given


Truths = Annotated[tuple[Truth, ...], BeforeValidator(several)]
Claims = Annotated[tuple[ClaimKind | Literal["any"], ...], BeforeValidator(several)]


class Condition(Value):
    """One condition: about a signal, the score, a claim or a field; or several conditions in one."""

    signal: str | None = Field(default=None, description="this signal spoke; with bounds, with so many points")
    score: Bounds | None = Field(default=None, description="the points so far lie between these")
    claim: Claims | None = Field(default=None, min_length=1, description='the note claims such a thing; "any": any')
    truth: Truths | None = Field(default=None, min_length=1, description='what came of checking it; default "true"')
    field: FieldName | None = Field(default=None, description="the field that is tested")
    is_: Texts | None = Field(default=None, alias="is", description="it is this, or one of these")
    contains: Texts | None = Field(default=None, description="this text, or one of these, is somewhere in it")
    word: Texts | None = Field(default=None, description="the same, as whole words")
    at_least: float | str | None = Field(default=None, description="it is this number, or this long, or more")
    below: float | str | None = Field(default=None, description="it is less than this number, or this long")
    state: State | None = Field(
        default=None, description="the mail shows it, shows that it is empty (absent), or says nothing (unknown)"
    )
    all: tuple[Condition, ...] = Field(default=(), description="every one of these holds")
    any: tuple[Condition, ...] = Field(default=(), description="at least one of these holds")
    none: tuple[Condition, ...] = Field(default=(), description="not one of these holds")

    @model_validator(mode="after")
    def _exactly_one_question(self) -> Condition:
        asked = [name for name in ("signal", "score", "claim", "field") if getattr(self, name) is not None]
        grouped = bool(self.all or self.any or self.none)
        if len(asked) + grouped != 1:
            raise ValueError("a condition has exactly one of signal, score, claim, field, or a group (all, any, none)")
        tests = [name for name in ("is_", "contains", "word", "state") if getattr(self, name) is not None]
        bounded = self.at_least is not None or self.below is not None
        if self.field is None and tests:
            raise ValueError("is, contains, word and state belong to a field condition")
        if self.truth is not None and self.claim is None:
            raise ValueError("truth belongs to a claim condition")
        if self.field is not None and len(tests) + bounded != 1:
            raise ValueError("a field condition has exactly one of is, contains, word, state, or bounds")
        if bounded and self.field is None and self.signal is None:
            raise ValueError("at_least and below belong to a signal or a field; of the score: score = { at_least = 2 }")
        if self.field in TIME_FIELDS | NUMBER_FIELDS:
            self._fitting_tests()
        if self.word is not None and any(not phrase.strip() for phrase in self.word.phrases):
            raise ValueError("a word to look for has a letter or a digit; take out what has none")
        if bounded:
            self._fitting_bounds()
        if self.levels > DEEPEST:
            raise ValueError(f"conditions lie at most {DEEPEST} levels inside each other; make two rules of it")
        return self

    def _fitting_tests(self) -> None:
        if self.contains is not None or self.word is not None or (self.is_ is not None and self.field in TIME_FIELDS):
            also = "" if self.field in TIME_FIELDS else "is, "
            raise ValueError(f"{self.field} is no text; use {also}at_least, below or state")

    def _fitting_bounds(self) -> None:
        if self.field in TEXT_FIELDS | CHOICE_FIELDS:
            raise ValueError(f"{self.field} is no number; use is, contains, word or state")
        for bound in (self.at_least, self.below):
            if bound is not None and isinstance(bound, str) != (self.field in TIME_FIELDS):
                asks = 'write it with its unit, such as "7d"' if self.field in TIME_FIELDS else "write a number"
                raise ValueError(f"{self.field or 'points'}: {asks}")
            if isinstance(bound, str):
                milliseconds(bound)
            elif bound is not None and not math.isfinite(bound):
                raise ValueError(f"{self.field or 'points'}: write a number that ends")

    @cached_property
    def bounds(self) -> Bounds:
        """`at_least` and `below` as numbers; of a time in ms."""
        return Bounds(at_least=_amount(self.at_least), below=_amount(self.below))

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions inside this one."""
        return (*self.all, *self.any, *self.none)

    @cached_property
    def levels(self) -> int:
        return 1 + max((part.levels for part in self.parts), default=0)

    @cached_property
    def size(self) -> int:
        """How many conditions it is in all."""
        return 1 + sum(part.size for part in self.parts)


def _amount(given: float | str | None) -> float | None:
    if isinstance(given, str):
        found = milliseconds(given)
        assert isinstance(found, int)
        return float(found)
    return given
