"""(Enriched, Routed) -> the JSON object of `salver explain --json`, whose keys CONTRACT names."""

from __future__ import annotations

from typing import Any

from stages.events import INBOX, Decision, Enriched, Kind, Notice, Routed, Seen
from stages.language import detect
from stages.saying import outlook

PERSON = ("name", "headline", "title", "company", "location", "profile_url", "photo_url")
TOLD = (*PERSON, "note", "mutual_connections", "invitation_id")
"""The fields of a notice that may be missing."""


def report(file: str, enriched: Enriched, routed: Routed) -> dict[str, Any]:
    """One mail as an object. A spoof's claims are not repeated: nothing in it can be trusted."""
    parsed = enriched.parsed
    single = parsed.notices[0] if parsed.notices and enriched.kind not in ("digest", "spoof") else Notice()
    found = _object(file, enriched, enriched.kind, single, routed.best) | {
        "verdict": routed.verdict,
        "rule": routed.rule,
        "folder": routed.folder,
        "labels": list(routed.labels),
    }
    if enriched.kind == "digest":
        found["requests"] = [
            _object(file, enriched, "invitation", decision.judgement.request.notice, decision)
            for decision in routed.decisions
        ]
    return found


def _object(file: str, enriched: Enriched, kind: Kind, notice: Notice, decision: Decision | None) -> dict[str, Any]:
    """The object of one request, or of a mail without any."""
    parsed = enriched.parsed
    return {
        "file": file,
        "network": parsed.network,
        "kind": kind,
        **_notice(notice),
        "language": parsed.language,
        "note_language": detect(notice.words),
        "template": None if kind == "spoof" else parsed.template,
        "authenticity": enriched.authenticity.model_dump(),
        "forwarded": parsed.forwarded.model_dump() if parsed.forwarded else None,
        "verdict": decision.verdict if decision else None,
        **_judged(decision),
        "rule": decision.rule if decision else None,
        "folder": decision.folder if decision else INBOX,
        "labels": list(decision.labels) if decision else [],
        "missing": _missing(notice),
    }


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
        "folder": INBOX,
        "labels": [],
        "missing": [],
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
        return {"score": None, "veto": None, "reasons": [], "claims": [], **_why_so(None)}
    judgement = decision.judgement
    reasons = [{"signal": r.signal, "points": r.points, "evidence": r.evidence} for r in judgement.reasons]
    claims = [claim.model_dump() for claim in judgement.claims]
    told = {"score": judgement.score, "veto": judgement.veto, "reasons": reasons, "claims": claims}
    return told | _why_so(decision)


def _why_so(decision: Decision | None) -> dict[str, Any]:
    """The thresholds, where the rule that decided stands, and what would have put the request into a better folder."""
    marks, at, change = (decision.thresholds, decision.rule_at, decision.change) if decision else (None, None, None)
    return {
        "thresholds": marks.model_dump() if marks else None,
        "rule_at": at.model_dump() if at and at.line is not None else None,
        "change": {"text": outlook(decision), **change.model_dump(include={"signals", "verdict"})}
        if decision and change and not change.untried
        else None,
    }
