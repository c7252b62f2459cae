"""What a note claims, as tests ask for it."""

from __future__ import annotations

from typing import Any

from stages.claims import claims_of
from stages.events import Claim, Request
from tests.builders.facts import facts, owner, profile, request


def claims(note: str | Request, about: dict[str, Any] | None = None, name: str = "Robin Ashe") -> tuple[Claim, ...]:
    """Every claim of a note to the owner of this profile; None: there is no profile."""
    asked = request(note) if isinstance(note, str) else note
    known = facts(about=profile(**about) if about is not None else None, of=owner(name=name))
    return claims_of(asked, known)


def truths(kind: str, note: str | Request, about: dict[str, Any] | None = None, name: str = "Robin Ashe") -> list[str]:
    """The truth of each claim of one kind, in order."""
    return [claim.truth for claim in claims(note, about, name) if claim.kind == kind]
