"""Makers of requests and facts for the tests of signals, scoring and routing. Everything has a plain default."""

from __future__ import annotations

from typing import Any

from stages.events import (
    ABSENT,
    UNKNOWN,
    Authenticity,
    Enriched,
    Kind,
    Links,
    Notice,
    Parsed,
    Past,
    Request,
    Scored,
    Seen,
    Trust,
    counted,
    shown,
)
from stages.settings import Owner, Profile, Rules, Settings
from stages.signals import Facts

MAIL = "0" * 32
OWNER = "robin"


def seen(value: str | bool | None) -> Seen[str]:
    """Text is shown, None is unknown, False is absent: the layout has the place and it is empty."""
    if value is False:
        return ABSENT
    return shown(value) if isinstance(value, str) else UNKNOWN


def request(
    note: str | bool | None = None,
    *,
    name: str | None = "Tamsin Hale",
    headline: str | bool | None = None,
    location: str | bool | None = None,
    photo: str | bool | None = None,
    message: str | None = None,
    mutual: int | None = None,
    default_text: Any = None,
    past: Past | None = None,
    joins: bool = False,
    id: str = "request-1",
) -> Request:
    """A request as a mail might show it. What is not given is unknown."""
    notice = Notice(
        name=seen(name),
        headline=seen(headline),
        location=seen(location),
        photo_url=seen(photo),
        note=seen(note),
        message=seen(message),
        default_text=default_text,
        mutual_connections=counted(mutual) if mutual is not None else Seen[int](),
    )
    return Request(id=id, joins=joins, notice=notice, past=past or Past())


def owner(**given: Any) -> Owner:
    return Owner(**{"id": OWNER, "name": "Robin Ashe", "addresses": ("robin@salver.test",), **given})


def profile(**given: Any) -> Profile:
    """The owner's profile; keys as in a profile file."""
    return Profile.model_validate(given)


def parsed(**given: Any) -> Parsed:
    return Parsed(
        **{
            "mail": MAIL,
            "owner": OWNER,
            "received_at": 1_750_000_000_000,
            "network": "linkedin",
            "claims": "invitation",
            "to": ("robin@salver.test",),
            "subject": "I want to connect",
            "message_id": "<1@invitations.test>",
            **given,
        }
    )


def facts(
    *,
    kind: Kind = "invitation",
    trust: Trust = "aligned",
    detail: str = "",
    links: Links | None = None,
    of: Owner | None = None,
    about: Profile | None = None,
    **mail: Any,
) -> Facts:
    """What a signal may know besides the request; `mail` are fields of Parsed."""
    return Facts(
        kind=kind,
        authenticity=trust,
        authenticity_detail=detail,
        parsed=parsed(links=links or Links(), **mail),
        owner=of or owner(),
        profile=about,
    )


def enriched(*requests: Request, given: Facts | None = None) -> Enriched:
    """The event in front of scoring, made of the same facts."""
    known = given or facts()
    return Enriched(
        mail=MAIL,
        owner=OWNER,
        parsed=known.parsed,
        kind=known.kind,
        authenticity=Authenticity(verdict=known.authenticity, detail=known.authenticity_detail),
        requests=requests,
    )


def settings(
    *,
    of: Owner | None = None,
    about: Profile | None = None,
    rules: Rules | None = None,
    points: dict[str, float] | None = None,
) -> Settings:
    return Settings(
        owners=(of or owner(),),
        profiles={OWNER: about} if about else {},
        rules=rules or Rules(),
        points=points or {},
    )


def scored(event: Enriched, told: Settings) -> Scored:
    from stages.score import score

    return score(event, told)[0]
