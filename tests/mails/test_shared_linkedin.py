"""Every LinkedIn mail of the shared collection, against what a person read in it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stages.events import Enriched, Notice, Signature
from stages.parse import parse
from stages.settings import Settings
from tests.builders.letters import received
from tests.builders.through import enriched_of

MAILS = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails" / "linkedin"
SUFFIXES = (".headers.eml", ".eml", ".body.html", ".body.txt")
FIELDS = ("network", "kind", "note", "mutual_connections", "invitation_id", "template", "language", "forwarded")
SENDER = ("name", "headline", "title", "company", "location", "profile_url", "photo_url")

pytestmark = pytest.mark.skipif(not MAILS.is_dir(), reason="the shared mails are not beside this repository")


class Deviation(NamedTuple):
    """Where we think an expectation says more than the mail, or something else than the contract."""

    file: str
    field: str
    ours: object
    theirs: object
    why: str


DEVIATIONS = (
    Deviation(
        "10-inmail-2026-01-de-shortened",
        "language",
        "en",
        "de",
        "the contract gives the language of the mail's frame, and the frame is English; the message is German "
        "(note_language)",
    ),
    Deviation(
        "20-job-alert-2024-05",
        "language",
        None,
        "en",
        "only the header block is there, and a subject of three words; nothing shows the frame's language",
    ),
    Deviation(
        "21-jobs-digest-2017-11",
        "language",
        None,
        "en",
        "only the header block is there, and a subject of two words; nothing shows the frame's language",
    ),
)


def _stems() -> list[str]:
    return [path.name.removesuffix(".expected.json") for path in sorted(MAILS.glob("*.expected.json"))]


def _expected(stem: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((MAILS / f"{stem}.expected.json").read_text("utf-8"))
    return read


@cache
def _enriched(stem: str, result: str | None) -> Enriched:
    """What the mail is; every signature comes back as `result`, or none is answered at all."""
    path = next(path for suffix in SUFFIXES if (path := MAILS / f"{stem}{suffix}").exists())
    parsed = parse(path.read_bytes(), received(), Settings())
    signatures = tuple(Signature(domain=domain, result="temporary") for domain in parsed.signed_by)
    return enriched_of(parsed, Settings(), signatures if result == "temporary" else ())


def _told(enriched: Enriched) -> dict[str, Any]:
    """What `explain --json` says: of a spoof nothing it claims, of a digest no single sender."""
    parsed = enriched.parsed
    alone = parsed.notices[0] if parsed.notices and enriched.kind not in ("spoof", "digest") else Notice()
    told: dict[str, Any] = {f"sender.{name}": getattr(alone, name).value for name in SENDER}
    return told | {
        "network": parsed.network,
        "kind": enriched.kind,
        "note": alone.note.value,
        "mutual_connections": alone.mutual_connections.value,
        "invitation_id": alone.invitation_id.value,
        "template": None if enriched.kind == "spoof" else parsed.template,
        "language": parsed.language,
        "forwarded": parsed.forwarded.model_dump() if parsed.forwarded else None,
    }


def _wanted(stem: str) -> dict[str, Any]:
    expected = _expected(stem)
    return {f"sender.{name}": expected["sender"][name] for name in SENDER} | {name: expected[name] for name in FIELDS}


@pytest.mark.parametrize("answer", ["temporary", "none"])
@pytest.mark.parametrize("stem", _stems())
def test_a_shared_mail_is_read_as_a_person_read_it(stem: str, answer: str) -> None:
    allowed = {deviation.field for deviation in DEVIATIONS if deviation.file == stem}
    told, wanted = _told(_enriched(stem, answer)), _wanted(stem)
    differing = {name: (told[name], wanted[name]) for name in wanted if told[name] != wanted[name]}
    assert {name: pair for name, pair in differing.items() if name not in allowed} == {}


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: f"{deviation.file}-{deviation.field}")
def test_a_listed_deviation_still_deviates_and_says_why(deviation: Deviation) -> None:
    assert deviation.why
    assert _wanted(deviation.file)[deviation.field] == deviation.theirs
    assert _told(_enriched(deviation.file, "none"))[deviation.field] == deviation.ours
    assert deviation.ours != deviation.theirs


@pytest.mark.parametrize("stem", [stem for stem in _stems() if not stem.startswith("5")])
def test_no_genuine_mail_is_taken_for_a_spoof_without_a_resolver(stem: str) -> None:
    assert _enriched(stem, "temporary").authenticity.verdict in ("temporary", "unverified")


@pytest.mark.parametrize("stem", [stem for stem in _stems() if _expected(stem)["recipient_first_name"]])
def test_the_recipients_first_name_is_read(stem: str) -> None:
    assert _enriched(stem, "none").parsed.recipient_first_name == _expected(stem)["recipient_first_name"]


def test_the_inmails_message_is_german_and_holds_no_footer() -> None:
    parsed = _enriched("10-inmail-2026-01-de-shortened", "none").parsed
    assert parsed.note_language == "de"
    message = parsed.notices[0].message.value or ""
    assert message.startswith("Hallo Jens")
    assert "Platform Architect" not in message
