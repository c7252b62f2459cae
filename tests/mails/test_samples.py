"""The sample mails that a new user sees first are read, judged and dated as their names say."""

from __future__ import annotations

import tomllib
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from stages.events import Enriched, Parsed, Routed
from stages.parse import parse
from stages.settings import Owner, Profile, Rules, Settings
from tests.builders.letters import received
from tests.builders.through import enriched_of, routed_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "config" / "sample").glob("*.eml"))
SETTINGS = Settings(
    owners=(Owner.model_validate({"addresses": ("amy@salver.test",)}),),
    rules=Rules.model_validate(tomllib.loads((ROOT / "config" / "rules.toml").read_text("utf-8"))),
)


def _parsed(path: Path) -> Parsed:
    return parse(path.read_bytes(), received("m-sample@bounce.linkedin.com"), SETTINGS)


def _enriched(path: Path) -> Enriched:
    return enriched_of(_parsed(path), SETTINGS)


def _routed(path: Path) -> Routed:
    return routed_of(_enriched(path), SETTINGS)


def test_there_are_a_dozen() -> None:
    assert len(SAMPLES) == 12


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_judged_as_its_name_says(path: Path) -> None:
    word = path.stem[3:].split("-")[0]
    expected = {"follow": "follow_up", "digest": "good", "accepted": None}.get(word, word)
    assert _routed(path).verdict == expected


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_carries_the_marks_of_the_moment_it_is_dated(path: Path) -> None:
    parsed = _parsed(path)
    assert parsed.date is not None
    assert parsed.mail_time is not None
    assert abs(parsed.date - parsed.mail_time) < 5_000
    for notice in parsed.notices:
        if notice.invitation_id.value is not None:
            assert abs((int(notice.invitation_id.value) >> 22) - parsed.date) < 60_000


def test_the_samples_show_every_kind_of_outcome() -> None:
    routed = [_routed(path) for path in SAMPLES]
    assert {event.verdict for event in routed} == {"good", "intriguing", "ugly", "follow_up", None}
    assert {event.folder for event in routed} == {"INBOX", "Good", "Intriguing", "Ugly"}
    assert {"invitation", "inmail", "digest", "invitation_accepted", "spoof"} <= {event.kind for event in routed}


def test_one_sample_was_forwarded_by_gmail_and_is_addressed_to_another_mailbox() -> None:
    (parsed,) = (found for path in SAMPLES if (found := _parsed(path)).forwarded)
    assert parsed.forwarded is not None
    assert (parsed.forwarded.how, parsed.forwarded.by) == ("auto", "amy_ferrand@gmail.com")
    assert parsed.to == ("amy_ferrand@gmail.com",)


def test_the_digest_has_three_requests_of_three_people() -> None:
    (enriched,) = (found for path in SAMPLES if (found := _enriched(path)).kind == "digest")
    assert len({request.notice.profile_url.value for request in enriched.requests}) == 3


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_plain_text_reader_sees_who_writes_what(path: Path) -> None:
    plain = message_from_bytes(path.read_bytes(), policy=default).get_body(("plain",))
    assert plain is not None
    text = " ".join(plain.get_content().split())
    for notice in _parsed(path).notices:
        if notice.words:
            assert (notice.name.value or "?") in text
            assert " ".join(notice.words.split()) in text


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_has_plain_line_ends_and_no_signature(path: Path) -> None:
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert b"dkim-signature" not in raw.lower()


def test_no_sample_is_filed_otherwise_with_the_example_profile() -> None:
    about = Profile.model_validate(tomllib.loads((ROOT / "config" / "profile.toml").read_text("utf-8")))
    known = SETTINGS.model_copy(update={"profiles": {"amy": about}})
    for path in SAMPLES:
        routed = routed_of(_enriched(path), known)
        assert (path.stem, routed.verdict) == (path.stem, _routed(path).verdict)
