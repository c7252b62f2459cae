"""The shared conversations, played whole: request, question, answer or silence, judged again by the shipped rules.

Each is played twice: with what the person answered, and as most notices tell it, without.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.judging import settings_of
from pipeline.labelled import MAIL, OWNER, Labelled, looked_up
from pipeline.labelled_files import read
from pipeline.settings import load, shipped, stage_settings
from stages.conversation import Advanced, Answered, Conversation, Elapsed, Ordered, Rejudged, RejudgingWanted
from stages.durations import HOUR
from stages.events import Enriched, Routed, Verdict, shown
from stages.flow import follow
from stages.follow_up import Happening, Outcome, converse
from stages.route import opening
from stages.settings import Settings
from stages.values import UNKNOWN
from stages.wording.automatic import is_automatic

NOTES = Path(__file__).resolve().parents[3] / "shared" / "notes"

pytestmark = pytest.mark.skipif(not NOTES.is_dir(), reason="the shared notes are not beside this repository")


class Played(NamedTuple):
    """What became of one thread."""

    note: Labelled
    label: Verdict
    shown: Verdict
    hidden: Verdict


class _Talk:
    """One request's conversation, driven by hand through the stages of the running program."""

    def __init__(self, note: Labelled, settings: Settings) -> None:
        self.settings = settings
        events = list(follow(looked_up(note), settings))
        self.enriched = next(event for event in events if isinstance(event, Enriched))
        routed = next(event for event in events if isinstance(event, Routed))
        self.verdict: Verdict = routed.decisions[0].verdict
        self.opens = opening(routed.decisions[0], self.enriched, "")
        self.known: Conversation | None = None
        if self.verdict == "follow_up":
            self.told(self.opens)

    def told(self, event: Happening) -> None:
        """Something happens; what is to be judged again is."""
        outcomes: tuple[Outcome, ...] = converse(self.known, event, self.settings)
        for outcome in outcomes:
            if isinstance(outcome, Advanced):
                self.known = outcome.conversation
            elif isinstance(outcome, RejudgingWanted):
                self._judge_again(outcome)

    def _judge_again(self, wanted: RejudgingWanted) -> None:
        (request,) = self.enriched.requests
        judged = request.model_copy(update={"asked": wanted.asked, "said": wanted.said})
        again = self.enriched.model_copy(update={"requests": (judged,), "again": wanted.at})
        rejudged = next(event for event in follow(again, self.settings) if isinstance(event, Rejudged))
        self.verdict = rejudged.verdict
        self.told(rejudged)


def play(note: Labelled, settings: Settings, text: bool) -> Verdict:
    """The verdict at the end of the thread, with or without the text of its answers."""
    talk, at = _Talk(note, settings), 0
    turns = note.thread or ()
    first = next(number for number, turn in enumerate(turns) if turn.sender == "owner")
    order = Ordered(mail=MAIL, owner=OWNER, request=talk.opens.request, order="asked", by="mail", at=at)
    talk.told(order.model_copy(update={"opens": talk.opens}))
    for turn in turns[first + 1 :]:
        at += round((turn.delay_hours or 0) * HOUR)
        if turn.sender == "sender" and turn.text is not None:
            said = shown(turn.text) if text else UNKNOWN
            automatic = text and is_automatic(turn.text)
            talk.told(
                Answered(mail=MAIL, owner=OWNER, request=talk.opens.request, answer=said, automatic=automatic, at=at)
            )
    assert talk.known is not None
    if talk.known.phase == "asked":
        end = settings.follow_up.answer_within
        talk.told(
            Elapsed(mail=MAIL, owner=OWNER, request=talk.opens.request, version=talk.known.version, at=max(at, end))
        )
        assert talk.known.phase == "silent"
    return talk.verdict


@cache
def played() -> tuple[Played, ...]:
    sample = read(NOTES / "notes.jsonl", NOTES / "owners.json")
    notes, owners = [note for note in sample.notes if note.thread], sample.owners or {}
    settings = stage_settings(load(shipped("example.toml"), environment={}))
    found = []
    for note in notes:
        told = settings_of(owners.get(note.reference_owner or ""), settings)
        verdicts = [play(note, told, text) for text in (True, False)]
        found.append(Played(note, note.label_for(owners), *verdicts))
    return tuple(found)


def test_with_the_text_of_the_answers_all_but_one_of_22_end_where_a_person_put_them() -> None:
    wrong = [each.note.id for each in played() if not each.note.accepts(each.shown, each.label)]
    assert len(played()) == 22
    assert len(wrong) <= 1, wrong


def test_without_the_text_no_good_answer_ends_in_ugly_and_most_are_good() -> None:
    good = [each for each in played() if each.label == "good"]
    assert [each.note.id for each in good if each.hidden == "ugly"] == []
    assert sum(each.hidden == "good" for each in good) * 10 >= len(good) * 9


def test_without_the_text_silence_is_judged_all_the_same() -> None:
    silent = [each for each in played() if each.note.asked is not None and not each.note.asked.answered]
    assert len(silent) >= 3
    assert [each.note.id for each in silent if each.shown != each.hidden] == []


def test_without_the_text_nobody_whose_profile_lacks_a_photo_is_good_for_having_answered() -> None:
    faceless = [each for each in played() if each.note.profile is not None and each.note.profile.photo is False]
    assert len(faceless) >= 2
    assert [each.note.id for each in faceless if each.hidden == "good"] == []
