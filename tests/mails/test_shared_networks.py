"""Every mail of the shared collection that another network than LinkedIn sent, against what a person read in it."""

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

MAILS = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails" / "networks"
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
        "facebook-spoof-2010-09-copied-headers",
        "kind",
        "digest",
        "spoof",
        "it copies every header of a genuine mail; only the host it came from gave it away, and that is not in the "
        "mail: without a signature it is unverified, and no evidence makes it forged",
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
        "recipient_first_name": parsed.recipient_first_name,
    }


def _wanted(stem: str) -> dict[str, Any]:
    expected = _expected(stem)
    wanted = {f"sender.{name}": expected["sender"][name] for name in SENDER}
    return wanted | {name: expected[name] for name in (*FIELDS, "recipient_first_name")}


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


@pytest.mark.parametrize("stem", _stems())
def test_none_of_them_is_taken_for_a_forgery_without_a_resolver(stem: str) -> None:
    assert _enriched(stem, "temporary").authenticity.verdict in ("temporary", "unverified")


@pytest.mark.parametrize("stem", [stem for stem in _stems() if stem.startswith("instagram-")])
def test_no_login_code_is_kept(stem: str) -> None:
    raw = (MAILS / f"{stem}.headers.eml").read_text("utf-8")
    code = next(line for line in raw.splitlines() if line.startswith("Subject:")).split()[1]
    assert code.isdigit()
    assert code not in _enriched(stem, "none").model_dump_json()


@pytest.mark.parametrize("stem", [stem for stem in _stems() if stem.startswith("facebook-")])
def test_no_personal_token_of_a_link_is_kept(stem: str) -> None:
    kept = _enriched(stem, "none").model_dump_json()
    assert not [word for word in ("bcode", "n_m=", "a1b2c3", "ABCxyz", "mailid") if word in kept]
