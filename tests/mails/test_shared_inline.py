"""Every inline forward of the shared collection, against what a person read in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stages.events import Parsed
from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Settings
from tests.builders.letters import mail, received
from tests.builders.shared_mails import Deviation

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails" / "forwarding" / "inline"
STEMS = [path.name.removesuffix(".expected.json") for path in sorted(FOLDER.glob("*.expected.json"))]
FORWARDER = "iris@sender.test"

pytestmark = pytest.mark.skipif(not STEMS, reason="the shared mails (../shared/mails) are not here")


DEVIATIONS = (
    Deviation(
        "outlook_2019_en_body_variant_4",
        "language",
        None,
        "en",
        "an answer, no forward: no block is read, and its few words are too few to tell a language",
    ),
    Deviation(
        "outlook_live_body",
        "language",
        None,
        "any (block stays English)",
        "the block is English whatever the forwarder speaks, so that the language is unknown",
    ),
    Deviation(
        "unknown_en_body_variant_12",
        "to",
        [],
        ["Bessie Berry"],
        "the field holds a name and no address, and our list of recipients holds addresses only",
    ),
)

DATES = {
    "apple_mail_cs_body": 1635247508,
    "apple_mail_en_body_variant_13": 1660719984,
    "apple_mail_fr_body": 1635247508,
    "apple_mail_hu_body": 1635247508,
    "apple_mail_pt_br_body": 1635247508,
    "apple_mail_uk_body": 1635247508,
    "gmail_de_body": 1635319860,
    "gmail_en_body": 1635319860,
    "gmail_en_body_variant_15": 1680790620,
    "gmail_et_body": 1635319860,
    "gmail_hr_body": 1635319860,
    "hubspot_en_body": 1663624544,
    "hubspot_ja_body": 1663624544,
    "ionos_one_and_one_en_body": None,  # 02/10/2023 is a day in February or in October
    "mailmate_en_body": 1635327060,
    "missive_en_body": 1658236140,
    "missive_en_body_variant_3": 1656687780,
    "new_outlook_2019_en_body": 1635417960,
    "new_outlook_2019_no_body": 1635417960,
    "new_outlook_2019_pl_body": 1635417960,
    "new_outlook_2019_tr_body": 1635417960,
    "outlook_2013_en_body": 1635153420,
    "outlook_2019_de_body": 1635417960,
    "outlook_2019_it_body": 1635417960,
    "outlook_live_body": 1635340440,
    "outlook_live_en_body_variant_10": 1635340440,
    "reply_trimmer_forwarded_apple": 1546336800,
    "reply_trimmer_forwarded_gmail": 1546336800,
    "reply_trimmer_forwarded_message": 1453989600,
    "thunderbird_es_body": 1635951090,
    "thunderbird_ro_body": 1635951090,
    "thunderbird_ru_body": 1635951090,
    "thunderbird_sk_body": 1635951090,
    "unknown_en_body_variant_12": 1658555580,
    "yahoo_da_body": 1635841610,
    "yahoo_fi_body": 1635841610,
    "yahoo_nl_body": 1635841610,
    "yahoo_pt_body": 1635841610,
    "yahoo_sv_body": 1635841610,
}
"""Seconds since the epoch, worked out by hand; where no zone is shown, in the forwarder's, two hours east."""


def _expected(stem: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{stem}.expected.json").read_text("utf-8"))
    return read


def _raw(stem: str) -> bytes:
    named = _expected(stem)["inline"].get("subject_file")
    subject = (FOLDER / named).read_text("utf-8").strip() if named else "A few words"
    return mail(
        (FOLDER / f"{stem}.txt").read_bytes(),
        subject=subject,
        date="Tue, 03 Mar 2026 10:00:00 +0200",
        content_type="text/plain; charset=utf-8",
        content_transfer_encoding="8bit",
    )


def _original(stem: str) -> Letter | None:
    return quoted(read_letter(_raw(stem), "", (), Settings().limits))


def _parsed(stem: str) -> Parsed:
    return parse(_raw(stem), received(), Settings())


def _fields(letter: Letter, like: dict[str, Any]) -> dict[str, Any]:
    """As the expectations say it: null for what is not shown, and of the recipients those in To."""
    return {
        "from_name": letter.from_name or None,
        "from_address": letter.from_address or None,
        "subject": letter.subject or None,
        "to": list(letter.to[: len(like["to"])]),
    }


def _told(stem: str) -> dict[str, Any]:
    parsed, original, wanted = _parsed(stem), _original(stem), _expected(stem)["inline"]["original"]
    told = {
        "network": parsed.network,
        "kind": parsed.claims,
        "language": parsed.language,
        "how": parsed.forwarded.how if parsed.forwarded else None,
        "is_forward": original is not None,
    }
    return told | (_fields(original, wanted) if original and wanted else {})


def _wanted(stem: str) -> dict[str, Any]:
    expected = _expected(stem)
    original = expected["inline"]["original"] or {}
    return {
        "network": expected["network"],
        "kind": expected["kind"],
        "language": expected["language"],
        "how": expected["forwarded"]["how"] if expected["forwarded"] else None,
        "is_forward": expected["inline"]["is_forward"],
    } | {name: value for name, value in original.items() if name != "date_text"}


@pytest.mark.parametrize("stem", STEMS)
def test_a_shared_inline_forward_is_read_as_a_person_read_it(stem: str) -> None:
    allowed = {deviation.field for deviation in DEVIATIONS if deviation.file == stem}
    told, wanted = _told(stem), _wanted(stem)
    assert told.keys() == wanted.keys()
    differing = {name: (told[name], wanted[name]) for name in wanted if told[name] != wanted[name]}
    assert {name: pair for name, pair in differing.items() if name not in allowed} == {}


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: f"{deviation.file}-{deviation.field}")
def test_a_listed_deviation_still_deviates_and_says_why(deviation: Deviation) -> None:
    assert deviation.why
    assert _wanted(deviation.file)[deviation.field] == deviation.theirs
    assert _told(deviation.file)[deviation.field] == deviation.ours
    assert deviation.ours != deviation.theirs


@pytest.mark.parametrize("stem", [stem for stem in STEMS if _expected(stem)["inline"]["is_forward"]])
def test_its_date_is_read_where_it_is_certain_and_its_text_begins_where_the_original_does(stem: str) -> None:
    original = _original(stem)
    assert original is not None
    assert original.date == (None if (seconds := DATES[stem]) is None else seconds * 1000)
    assert original.text.lstrip("\ufeff \n").startswith(("Aenean quis", "Lorem ipsum", "This is a forwarded"))


@pytest.mark.parametrize("stem", [stem for stem in STEMS if "innermost_original" in _expected(stem)["inline"]])
def test_a_forward_of_a_forward_shows_first_the_outermost_and_last_the_innermost(stem: str) -> None:
    inline = _expected(stem)["inline"]
    seen: list[Letter] = []
    letter = _original(stem)
    while letter is not None and len(seen) < 9:
        seen.append(letter)
        letter = quoted(letter)
    assert len(seen) == inline["depth"]
    innermost = {name: value for name, value in inline["innermost_original"].items() if name != "date_text"}
    assert _fields(seen[-1], innermost) == innermost


def test_the_forwarder_is_named_and_no_answer_is_a_forward() -> None:
    for stem in STEMS:
        forwarded = _parsed(stem).forwarded
        assert (forwarded is not None) == _expected(stem)["inline"]["is_forward"]
        assert forwarded is None or forwarded.by == FORWARDER
