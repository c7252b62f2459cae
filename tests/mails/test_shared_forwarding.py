"""Every forwarded or confirming mail of the shared fixtures is read as its expectation says."""

import json
from pathlib import Path
from typing import Any

import pytest

from stages.events import Parsed
from stages.parse import parse
from stages.settings import Settings
from tests.builders.letters import received

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "mails" / "forwarding"
EXPECTED = sorted(FOLDER.glob("*.expected.json"))

pytestmark = pytest.mark.skipif(not EXPECTED, reason="the shared mails (../shared/mails) are not here")


def _mail_of(expected: Path) -> bytes:
    stem = expected.name[: -len(".expected.json")]
    found = [expected.with_name(stem + end) for end in (".headers.eml", ".eml", ".body.txt", ".body.html")]
    return next(path for path in found if path.exists()).read_bytes()


def _parsed(raw: bytes, envelope: dict[str, Any]) -> Parsed:
    accepted = received(envelope.get("mail_from", ""), tuple(envelope.get("rcpt_to", ())))
    return parse(raw, accepted, Settings())


def _shown(parsed: Parsed) -> dict[str, Any]:
    people = [notice for notice in parsed.notices if notice.name.value or notice.profile_url.value]
    return {
        "network": parsed.network,
        "kind": parsed.claims,
        "language": parsed.language,
        "forwarded": parsed.forwarded.model_dump() if parsed.forwarded else None,
        "template": parsed.template,
        "note": next((notice.words for notice in parsed.notices if notice.words), None),
        "invitation_id": next((n.invitation_id.value for n in parsed.notices if n.invitation_id.value), None),
        "sender": [notice.name.value for notice in people],
    }


def _wanted(expected: dict[str, Any]) -> dict[str, Any]:
    same = {key: expected[key] for key in ("network", "kind", "language", "forwarded", "template", "note")}
    assert not any(expected["sender"].values()), "these mails show no person"
    return {**same, "invitation_id": expected["invitation_id"], "sender": []}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.split(".")[0])
def test_a_shared_forwarding_mail_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    parsed = _parsed(_mail_of(path), expected.get("envelope", {}))
    assert _shown(parsed) == _wanted(expected)
    wanted = expected.get("confirmation")
    assert (parsed.confirmation is None) == (wanted is None)
    if parsed.confirmation is not None and wanted is not None:
        told = parsed.confirmation.model_dump(exclude={"provider"})
        assert parsed.confirmation.provider == "google"
        assert told == {key: wanted[key] for key in told}


@pytest.mark.parametrize(
    "path", [path for path in EXPECTED if "autoforward" in path.name or "srs" in path.name], ids=lambda path: path.name
)
def test_a_stored_forward_without_its_envelope_still_shows_who_forwarded_it(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    parsed = _parsed(_mail_of(path), {})
    assert _shown(parsed)["forwarded"] == expected["forwarded"]
