"""The shared collection of real mails, read by the stages and held against what a person read in them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from stages.events import Enriched, Notice, Signature
from stages.parse import parse
from stages.settings import Settings
from tests.builders.letters import received
from tests.builders.through import enriched_of
from tests.conftest import ROOT

FOLDER = ROOT / ".." / "shared" / "mails"
MISSING = "the shared mails (../shared/mails) are not here: a user's machine"
SUFFIXES = (".headers.eml", ".eml", ".body.html", ".body.txt", ".txt")
FIELDS = ("network", "kind", "note", "mutual_connections", "invitation_id", "template", "language", "forwarded")
SENDER = ("name", "headline", "title", "company", "location", "profile_url", "photo_url")


class Deviation(NamedTuple):
    """Where we think an expectation says more than the mail, or something else than the contract; or we read less."""

    file: str
    field: str
    ours: object
    theirs: object
    why: str


class Collection(NamedTuple):
    """One folder of the collection; empty where it is missing."""

    folder: Path

    @property
    def stems(self) -> list[str]:
        return [path.name.removesuffix(".expected.json") for path in sorted(self.folder.glob("*.expected.json"))]

    def expected(self, stem: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / f"{stem}.expected.json").read_text("utf-8"))
        return read

    def raw(self, stem: str) -> bytes:
        return next(path for end in SUFFIXES if (path := self.folder / f"{stem}{end}").exists()).read_bytes()

    def wanted(self, stem: str) -> dict[str, Any]:
        expected = self.expected(stem)
        sender = {f"sender.{name}": expected["sender"][name] for name in SENDER}
        return sender | {name: expected[name] for name in (*FIELDS, "recipient_first_name")}

    def told(self, stem: str, answer: str) -> dict[str, Any]:
        return told(enriched(self, stem, answer))


@cache
def enriched(of: Collection, stem: str, answer: str) -> Enriched:
    """What the mail is; `temporary`: every signature comes back as that; `none`: none is answered at all."""
    parsed = parse(of.raw(stem), received(), Settings())
    signatures = tuple(Signature(domain=domain, result="temporary") for domain in parsed.signed_by)
    return enriched_of(parsed, Settings(), signatures if answer == "temporary" else ())


def told(enriched: Enriched) -> dict[str, Any]:
    """What `explain --json` says: of a spoof nothing it claims, of a digest no single sender."""
    parsed = enriched.parsed
    alone = parsed.notices[0] if parsed.notices and enriched.kind not in ("spoof", "digest") else Notice()
    sender: dict[str, Any] = {f"sender.{name}": getattr(alone, name).value for name in SENDER}
    return sender | {
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


def differing(of: Collection, stem: str, answer: str, deviations: tuple[Deviation, ...]) -> dict[str, Any]:
    """(ours, theirs) by field, without what is listed."""
    allowed = {deviation.field for deviation in deviations if deviation.file == stem}
    ours, theirs = of.told(stem, answer), of.wanted(stem)
    return {name: (ours[name], theirs[name]) for name in theirs if name not in allowed and ours[name] != theirs[name]}


def still_deviates(of: Collection, deviation: Deviation) -> None:
    """A listed deviation is none that was mended meanwhile."""
    assert deviation.why
    assert of.wanted(deviation.file)[deviation.field] == deviation.theirs
    assert of.told(deviation.file, "none")[deviation.field] == deviation.ours
    assert deviation.ours != deviation.theirs
