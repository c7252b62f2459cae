"""The texts of Salver's own mails, as data: which there are, what each may hold, and how they are filled in.

A text is a `string.Template`: `${who}` is filled in, `$$` is a dollar. What is filled in is never looked at again, so
a stranger who writes `${who}` is shown as just that.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from string import Template
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from stages.header import clean
from stages.values import Value

_PLACE = re.compile(r"\$\{([a-z_]+)\}")


def _held(names: tuple[str, ...], text: str) -> str:
    """The text on one line. ValueError: it holds another placeholder than these."""
    template = Template(text)
    if not template.is_valid():
        raise ValueError('there is a "$" that begins no placeholder; write "$$" for the sign itself')
    for found in template.get_identifiers():
        if found not in names:
            known = "it may hold " + ", ".join(f"${{{name}}}" for name in names) if names else "it holds none"
            raise ValueError(f'"${{{found}}}" is no placeholder of this text; {known}')
    return clean(text)


def holds(*names: str) -> AfterValidator:
    """Lets a text hold these placeholders and no others. An empty text is left out of the mail."""
    return AfterValidator(partial(_held, names))


def say(text: str, **values: str | int) -> str:
    """The text, filled in."""
    return Template(text).substitute(values)


def count(one: str, many: str, number: int, **values: str | int) -> str:
    """The text for one, or for any other number; `${count}` is the number."""
    return say(one if number == 1 else many, count=number, **values)


Plain = Annotated[str, holds()]
Who = Annotated[str, holds("who")]
WhoOn = Annotated[str, holds("who", "on")]
Count = Annotated[str, holds("count")]
Id = Annotated[str, holds("id")]
Span = Annotated[str, holds("span")]


class Common(Value):
    """What several mails say."""

    greeting: Annotated[str, holds("owner")]
    greeting_unnamed: Plain
    signature: Plain
    somebody: Plain
    on: Annotated[str, holds("network")]
    title_at: Annotated[str, holds("title", "company")]
    in_common_one: Count
    in_common_many: Count
    link_left_out: Plain
    both: Annotated[str, holds("one", "other")]
    date: Annotated[str, holds("weekday", "day", "month", "year")]
    weekdays: tuple[Plain, ...] = Field(min_length=7, max_length=7)
    months: tuple[Plain, ...] = Field(min_length=12, max_length=12)


class Reminder(Value):
    """A mail about one request."""

    subject_ask: Who
    subject_second: Who
    subject_maybe: Who
    subject_unseen: Who
    subject_owed: Who
    opening_ask: WhoOn
    opening_second: WhoOn
    opening_maybe: WhoOn
    opening_unseen: Annotated[str, holds("who", "on", "when")]
    opening_owed: WhoOn
    unseen_good: Annotated[str, holds("folder")]
    unseen_filed: Annotated[str, holds("folder")]
    person: Plain
    known: Plain
    question: Plain
    answer: Plain
    mail_ask: Plain
    mail_maybe: Plain
    mail_unseen: Plain
    mail_owed: Plain
    terminal_ask: Id
    terminal_maybe: Id
    terminal_unseen: Id
    terminal_owed: Id
    move: Plain
    next: Plain
    next_ask: Span
    next_ask_at_once: Span
    next_second: Span
    next_maybe: Plain
    next_unseen: Plain
    next_owed: Plain


class Phases(Value):
    """What became of a request, by phase."""

    to_ask: Plain
    asked: Plain
    answered: Plain
    silent: Plain
    snoozed: Plain
    owed: Plain
    settled: Plain
    accepted: Plain
    expired: Plain
    withdrawn: Plain
    dismissed: Plain


class Digest(Value):
    """One mail about all that waits."""

    subject_ask_one: Count
    subject_ask_many: Count
    subject_owed_one: Count
    subject_owed_many: Count
    subject_answered_one: Count
    subject_answered_many: Count
    subject_changed_one: Count
    subject_changed_many: Count
    subject_sample_one: Count
    subject_sample_many: Count
    subject_going_one: Count
    subject_going_many: Count
    subject_week: Plain
    overflow: Annotated[str, holds("hour", "day")]
    asks: Plain
    owed: Plain
    changed: Plain
    sample: Plain
    entry: Annotated[str, holds("number", "who")]
    entry_with_id: Annotated[str, holds("number", "who", "id")]
    wrote: Annotated[str, holds("words")]
    paste: Plain
    second: Plain
    maybe: Annotated[str, holds("number")]
    maybe_here: Id
    answered: Span
    unseen: Span
    pitch: Plain
    lies_in: Annotated[str, holds("folder")]
    unlisted_one: Count
    unlisted_many: Count
    looked_none: Annotated[str, holds("looked", "ugly")]
    looked_one: Annotated[str, holds("looked", "ugly")]
    looked_many: Annotated[str, holds("looked", "ugly", "good")]
    between: Annotated[str, holds("least", "most")]
    up_to: Annotated[str, holds("most")]
    going: Plain
    going_keep: Plain
    going_line: Annotated[str, holds("who", "came", "goes", "id")]
    going_more_one: Count
    going_more_many: Count
    going_back: Id
    lessons: Plain
    lesson: Annotated[str, holds("code", "says")]
    lesson_right: Annotated[str, holds("right", "of")]
    lesson_changes_none: Plain
    lesson_changes_one: Annotated[str, holds("count", "names")]
    lesson_changes_many: Annotated[str, holds("count", "names")]
    lesson_answer: Annotated[str, holds("code")]
    lesson_here: Annotated[str, holds("code")]
    refused: Plain
    refused_file: Annotated[str, holds("at")]
    refused_since: Annotated[str, holds("since")]
    refused_place: Annotated[str, holds("file")]
    refused_line: Annotated[str, holds("file", "line")]
    refused_more_one: Count
    refused_more_many: Count
    refused_status: Plain
    shadow: Plain
    shadow_same: Annotated[str, holds("file", "requests")]
    shadow_otherwise: Annotated[str, holds("file", "requests", "others")]
    shadow_line: Annotated[str, holds("who", "live", "other")]
    shadow_ask: Plain
    shadow_report: Plain
    week: Annotated[str, holds("requests", "needed")]
    requests_one: Count
    requests_many: Count
    needed_none: Plain
    needed_one: Count
    needed_many: Count
    answer: Plain
    mail: Plain
    say_asked: Plain
    say_good: Plain
    say_ugly: Plain
    say_never: Plain
    say_done: Plain
    mail_asks: Plain
    mail_owed: Plain
    mail_verdicts: Plain
    mail_sample: Plain
    terminal: Id
    move: Plain
    phases: Phases


class Reply(Value):
    """What became of an answer of which not everything was done."""

    subject: Plain
    subject_about: Annotated[str, holds("who")]
    said: Annotated[str, holds("words")]
    meant: Annotated[str, holds("word")]
    troubles: Plain
    done: Plain
    again_one: Plain
    again_maybe: Plain
    again_unseen: Plain
    again_owed: Plain
    again_many: Plain
    terminal: Plain


class Alarm(Value):
    """A source went quiet."""

    subject: Annotated[str, holds("network", "since")]
    subject_account: Annotated[str, holds("account", "since")]
    network: Plain
    came: Annotated[str, holds("network", "since")]
    came_account: Annotated[str, holds("account", "since")]
    silence: Annotated[str, holds("silence", "usual", "longest", "likelihood")]
    check: Plain
    check_forward: Annotated[str, holds("network")]
    check_open: Annotated[str, holds("networks")]
    check_settings: Annotated[str, holds("network")]
    check_port: Annotated[str, holds("port")]
    check_account_settings: Plain
    check_account_filter: Plain
    check_account_others: Plain
    doctor: Plain
    all_is_well: Plain


class Inspection(Value):
    """A network's mails look different, or mails that claim to be its."""

    subject: Annotated[str, holds("network")]
    subject_unproven: Annotated[str, holds("network")]
    came: Annotated[str, holds("network", "since", "template")]
    came_unproven: Annotated[str, holds("network", "since", "template")]
    unproven: Annotated[str, holds("network")]
    layout: Annotated[str, holds("fields")]
    layout_alone: Plain
    fallen: Annotated[str, holds("field", "read", "of", "before", "before_of")]
    seen: Plain
    so: Plain
    todo: Plain
    fixture: Plain
    update: Plain
    apply: Plain
    once: Plain
    fields: dict[str, Plain] = Field(description="what fields are called; one that is not named goes by its own name")


class Notification(Value):
    """A request of which a rule wants the owner to hear at once."""

    subject: Annotated[str, holds("who", "verdict")]
    opening: Annotated[str, holds("who", "on", "rule")]
    filed: Annotated[str, holds("verdict", "folder")]
    good: Plain
    intriguing: Plain
    follow_up: Plain
    ugly: Plain
    person: Plain
    why: Plain
    wrong: Plain
    once: Annotated[str, holds("rule")]


class Texts(Value):
    """All texts in one language."""

    common: Common
    reminder: Reminder
    digest: Digest
    reply: Reply
    alarm: Alarm
    inspection: Inspection
    notification: Notification
    sentences: dict[str, str] = Field(
        default_factory=dict, description="what is said in English elsewhere in Salver, in this language"
    )

    @field_validator("sentences")
    @classmethod
    def _same_places(cls, value: dict[str, str]) -> dict[str, str]:
        for english, ours in value.items():
            places = _PLACE.findall(english)
            if len(places) != len(set(places)) or not _PLACE.sub("", english).strip():
                raise ValueError(f'"{english}": a sentence has words, and no placeholder twice')
            try:
                _held(tuple(places), ours)
            except ValueError as error:
                raise ValueError(f'"{english}": {error}') from None
        return value

    def sentence(self, text: str) -> str:
        """What Salver says in English, in this language; as it is where it was not translated."""
        for english, ours in self.sentences.items():
            if found := _pattern(english).fullmatch(text):
                return say(ours, **{name: self.sentence(value) for name, value in found.groupdict().items()})
        return text


@lru_cache(maxsize=1024)
def _pattern(english: str) -> re.Pattern[str]:
    """What such a sentence looks like once it is filled in; `${count}` is a number."""
    parts = _PLACE.split(english)
    places = (rf"(?P<{name}>[\d.,]+)" if name == "count" else f"(?P<{name}>.+)" for name in parts[1::2])
    return re.compile("".join(re.escape(plain) + place for plain, place in zip(parts[::2], [*places, ""], strict=True)))


class Question(Value):
    """What the owner may paste to ask somebody why they would like to connect, in one language."""

    hello: Annotated[str, holds("name", "first")]
    hello_unnamed: Plain
    text: Plain
    bye: Annotated[str, holds("owner")]
    bye_unnamed: Plain


class Mails(Value):
    """All that Salver has to say by mail: a file of `config/mails/` each."""

    en: Texts
    de: Texts
    questions: dict[str, Question] = Field(description="by language")

    @property
    def texts(self) -> dict[str, Texts]:
        """By language."""
        return {"en": self.en, "de": self.de}
