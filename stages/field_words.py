"""Fields of a notice, and the marks that the drift watch counts, as people call them in English."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = {
    "name": "name",
    "headline": "headline",
    "title": "job title",
    "company": "company",
    "location": "place",
    "profile_url": "link to the profile",
    "photo_url": "photo",
    "note": "personal note",
    "mutual_connections": "connections in common",
}
"""What a mail may show of somebody, in the order in which it is told."""
_FURTHER = {
    "message": "message",
    "invitation_id": "number of the invitation",
    "default_text": "the network's own sentence where a note would stand",
    "layout_known": "the place where a note would stand",
}
_BESIDES = "layout_known"
"""It goes with others, and says nothing more to people then."""


def named(field: str) -> str:
    return SHOWN.get(field) or _FURTHER.get(field) or field.replace("_", " ")


def worth_naming(fields: Iterable[str]) -> tuple[str, ...]:
    """The fields that a list for people names, each once."""
    found = tuple(dict.fromkeys(fields))
    return tuple(field for field in found if field != _BESIDES) or found
