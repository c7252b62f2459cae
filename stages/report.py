"""(Enriched, Routed) -> the JSON object of `salver explain --json`, whose keys CONTRACT names."""

from __future__ import annotations

from typing import Any

from stages.events import Decision, Enriched, Notice, Routed, Seen

PERSON = ("name", "headline", "title", "company", "location", "profile_url", "photo_url")
TOLD = (*PERSON, "note", "mutual_connections", "invitation_id")
"""The fields of a notice that may be missing."""


def report(file: str, enriched: Enriched, routed: Routed) -> dict[str, Any]:
    """One mail as an object. A spoof's claims are not repeated: nothing in it can be trusted."""
    parsed = enriched.parsed
    single = parsed.notices[0] if parsed.notices and enriched.kind not in ("digest", "spoof") else Notice()
    found: dict[str, Any] = {
        "file": file,
        "network": parsed.network,
        "kind": enriched.kind,
        **_notice(single),
        "language": parsed.language,
        "note_language": parsed.note_language,
        "template": None if enriched.kind == "spoof" else parsed.template,
        "authenticity": enriched.authenticity.model_dump(),
        "forwarded": parsed.forwarded.model_dump() if parsed.forwarded else None,
        "verdict": routed.verdict,
        **_judged(routed.best),
        "rule": routed.rule,
        "folder": routed.folder,
        "missing": _missing(single),
    }
    if enriched.kind == "digest":
        found["requests"] = [_request(decision) for decision in routed.decisions]
    return found


def unread(file: str, why: str) -> dict[str, Any]:
    """The object of a mail that could not be read; `why` is for a person."""
    return {
        "file": file,
        "network": None,
        "kind": "other",
        **_notice(Notice()),
        "language": None,
        "note_language": None,
        "template": None,
        "authenticity": {"verdict": "unverified", "detail": why},
        "forwarded": None,
        "verdict": None,
        **_judged(None),
        "rule": None,
        "folder": "INBOX",
        "missing": [],
    }


def _request(decision: Decision) -> dict[str, Any]:
    notice = decision.judgement.request.notice
    return {
        **_notice(notice),
        "verdict": decision.verdict,
        **_judged(decision),
        "rule": decision.rule,
        "folder": decision.folder,
        "missing": _missing(notice),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "sender": {field: _seen(notice, field).value for field in PERSON},
        "note": notice.note.value,
        "message": notice.message.value,
        "mutual_connections": notice.mutual_connections.value,
        "invitation_id": notice.invitation_id.value,
    }


def _missing(notice: Notice) -> list[str]:
    return [field for field in TOLD if _seen(notice, field).state == "absent"]


def _seen(notice: Notice, field: str) -> Seen[Any]:
    seen: Seen[Any] = getattr(notice, field)
    return seen


def _judged(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {"score": None, "veto": None, "reasons": []}
    judgement = decision.judgement
    reasons = [{"signal": r.signal, "points": r.points, "evidence": r.evidence} for r in judgement.reasons]
    return {"score": judgement.score, "veto": judgement.veto, "reasons": reasons}
