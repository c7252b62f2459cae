"""Notice -> what identifies the request, and the person, that it is about. Pure."""

from __future__ import annotations

from stages.events import Notice


def aliases_of(notice: Notice) -> dict[int, str]:
    """What identifies a request, by level: 0 invitation id, 1 canonical profile, 2 name and headline."""
    found: dict[int, str] = {}
    if notice.invitation_id.value:
        found[0] = notice.invitation_id.value
    if notice.profile_url.value:
        found[1] = notice.profile_url.value
    if notice.name.value:
        found[2] = f"{_folded(notice.name.value)}|{_folded(notice.headline.value or '')}"
    return found


def people_of(notice: Notice) -> tuple[str, ...]:
    """What identifies a person over several requests, surest first: the profile, then the name, as far as shown."""
    found = [f"profile:{notice.profile_url.value}"] if notice.profile_url.value else []
    return (*found, f"name:{_folded(notice.name.value)}") if notice.name.value else tuple(found)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
