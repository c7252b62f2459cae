"""Of every mail and note of our own: the receipt adds up, and doing what it states puts the request where it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.configuration import Configuration
from pipeline.labelled import OWNER, Labelled, looked_up
from pipeline.settings import load_profile, shipped, stage_settings
from stages.decide import decide
from stages.events import Decision, Enriched, Routed
from stages.flow import follow
from stages.header import prepend
from stages.parse import parse
from stages.receipt import fields, receipt
from stages.settings import Owner, Profile, Settings
from tests.builders.judgements import redone
from tests.builders.letters import received
from tests.builders.through import enriched_of, routed_of
from tests.conftest import ROOT
from tests.mails.test_stories import STORIES

NOTES = sorted((ROOT / "training" / "notes").glob("*.jsonl"))
EVERY = 15
"""Of the notes, one in so many is taken: some four hundred."""
RANK = {"ugly": 0, "follow_up": 1, "intriguing": 1, "good": 2}
GIVEN = stage_settings(Configuration(owner=(Owner(addresses=("amy@salver.test",)),)))
"""Rules, points and weights as they are shipped."""
RULES = GIVEN.rules
PROFILE = load_profile(shipped("profile.toml"))


def settings_for(about: Profile | None, owner: str) -> Settings:
    whose = Owner(id=owner, name=about.name if about else "", addresses=("amy@salver.test",))
    return GIVEN.model_copy(update={"owners": (whose,), "profiles": {owner: about} if about else {}})


def agree(enriched: Enriched, routed: Routed, by: Settings) -> None:
    """Everything that is said about a mail is true, and said everywhere alike."""
    text = receipt(routed, enriched)
    for decision in routed.decisions:
        judgement = decision.judgement
        assert sum(Fraction(reason.points) for reason in judgement.reasons) == Fraction(judgement.score)
        assert decision.thresholds == by.rules.thresholds
        assert decision.rule_at is not None
        named = [rule for rule in by.rules.rule if rule.name == decision.rule]
        assert decision.rule_at.line == (named[0].line if named else None)
        change_is_true(decision, enriched, by)
    parts = re.split(r"(?m)^  ------$", text)
    assert len(parts) - 1 == sum(bool(decision.judgement.reasons) for decision in routed.decisions)
    for above, below in pairwise(parts):
        listed = re.findall(r"(?m)^ {2,7}([+-]?\d[\d.]*)  ", above.split(" in all")[-1])
        total = re.match(r"\s+([+-]?[\d.]+)  in all", below)
        assert total is not None
        assert sum(map(Fraction, listed)) == Fraction(total[1])
    fields_agree(routed)


def change_is_true(decision: Decision, enriched: Enriched, by: Settings) -> None:
    change = decision.change
    if decision.verdict == "good" or change is None:
        assert change is None
        return
    again = decide(redone(decision.judgement, change.signals), enriched, by.rules)
    assert (again.verdict, again.rule) == (change.verdict, change.rule)
    assert again.folder != decision.folder
    assert RANK[again.verdict] > RANK[decision.verdict]


def fields_agree(routed: Routed) -> None:
    """What the filed mail says of the best request, as a mail reader decodes it."""
    mail = message_from_bytes(prepend("x", fields(routed), "0" * 32, b"\r\n"))
    said = {name: str(make_header(decode_header(value.replace("\r\n", "")))) for name, value in mail.items()}
    best = routed.best
    if best is None:
        assert "X-Salver-Rule" not in said
        return
    marks = f"good={RULES.thresholds.good:g}; intriguing={RULES.thresholds.intriguing:g}"
    line = f":{best.rule_at.line}" if best.rule_at and best.rule_at.line else ""
    assert said["X-Salver-Rule"] == f"{best.rule}; {RULES.file}{line}; version={RULES.version}; {marks}"
    assert ("X-Salver-Change" in said) or best.change is None
    assert not said.get("X-Salver-Change", "").endswith("…"), "it is short enough to be said whole"


def notes_of(path: Path) -> Iterator[tuple[Labelled, Settings]]:
    owners = json.loads((ROOT / "training" / "owners" / f"{path.stem}.json").read_text("utf-8"))["owners"]
    known = {each["id"]: Profile.model_validate(each) for each in owners}
    for line in path.read_text("utf-8").splitlines()[::EVERY]:
        note = Labelled.model_validate_json(line)
        yield note, settings_for(known.get(note.reference_owner or ""), OWNER)


@pytest.mark.parametrize("name", sorted(STORIES))
@pytest.mark.parametrize("about", [None, PROFILE], ids=["nothing-known", "profile"])
def test_the_receipt_of_a_story_adds_up_and_is_true(name: str, about: Profile | None) -> None:
    by = settings_for(about, "amy")
    parsed = parse(STORIES[name](), received("m-story@bounce.linkedin.com"), by)
    enriched = enriched_of(parsed, by)
    agree(enriched, routed_of(enriched, by), by)


@pytest.mark.parametrize("path", sorted(shipped("sample").glob("*.eml")), ids=lambda path: path.stem)
def test_the_receipt_of_a_sample_adds_up_and_is_true(path: Path) -> None:
    by = settings_for(PROFILE, "amy")
    enriched = enriched_of(parse(path.read_bytes(), received("m-sample@bounce.linkedin.com"), by), by)
    agree(enriched, routed_of(enriched, by), by)


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_the_receipts_of_our_own_notes_add_up_and_are_true(path: Path) -> None:
    stated = 0
    for note, by in notes_of(path):
        made = tuple(follow(looked_up(note), by))
        (enriched,) = (event for event in made if isinstance(event, Enriched))
        (routed,) = (event for event in made if isinstance(event, Routed))
        agree(enriched, routed, by)
        stated += sum(decision.change is not None for decision in routed.decisions)
    assert stated > 5, "or this proves nothing"
