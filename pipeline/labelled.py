"""A labelled note, and what a mail would show of it: as the flow would see it behind the lookups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stages.events import (
    ABSENT,
    UNCOUNTED,
    UNKNOWN,
    Asked,
    Enriched,
    LookedUp,
    Notice,
    Parsed,
    Seen,
    Signature,
    Verdict,
    counted,
    shown,
)
from stages.language import detect
from stages.settings import Profile
from stages.sources.linkedin.default_texts import default_text
from stages.sources.linkedin.headlines import title_and_company

MAIL = "0" * 32
OWNER = "owner"
"""The id of whoever reads the note, in the settings it is judged with."""
_FRAUDS = frozenset({"fake_application", "fake_job", "malware", "pig_butchering", "romance"})
"""Tags that name a fraud without the word `scam` in them."""
_HOUR = 3_600_000
_ANSWERED_WITHIN = 24.0
_SILENT_FOR = 14 * 24.0
"""Hours that count where a thread does not tell how long it took: until an answer, and of silence."""


class _Given(BaseModel):
    """Of what a line holds, only what is named here is read: what no mail shows cannot leak into a verdict."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Sender(_Given):
    """The sender's profile, as far as a mail shows it; None is unknown."""

    photo: bool | None = None
    headline_filled: bool | None = None
    mutual_connections: Annotated[int, Field(ge=0)] | None = None


class Relevance(_Given):
    """How one owner would have it sorted."""

    label: Verdict


class Turn(_Given):
    """One text of a thread, and the hours since the one before; no text: no answer came in all that time."""

    sender: Literal["sender", "owner"] = Field(alias="from")
    text: str | None = None
    delay_hours: Annotated[float, Field(ge=0, le=100_000)] | None = None


class Labelled(_Given):
    """One labelled note, in the format of the line; required is what figures are cut by."""

    id: str
    text: str
    language: str
    label: Verdict
    source: str = ""
    source_kind: str
    core: bool
    alt_label: Verdict | None = None
    ambiguous: bool = False
    kind: Literal["invitation", "inmail"] = "invitation"
    tags: tuple[str, ...] = ()
    sender_name: str | None = None
    sender_headline: str | None = None
    sender_location: str | None = None
    profile: Sender | None = None
    reference_owner: str | None = None
    relevance: dict[str, Relevance] | None = None
    thread: tuple[Turn, ...] | None = None
    asks: Literal["none", "sale", "job", "danger"] | None = None
    """what the sender wants for their own gain"""
    tie: Annotated[int, Field(ge=0, le=2)] | None = None
    """the swap test: 2, true between these two alone; 1, what a bot can merge, or vague; 0, nothing"""
    reason: Annotated[int, Field(ge=0, le=2)] | None = None
    """why they write, an offer apart: 2, clear; 1, thin; 0, none"""

    @model_validator(mode="after")
    def _alternative_is_named(self) -> Labelled:
        if self.ambiguous and self.alt_label is None:
            raise ValueError("ambiguous is true, so alt_label must name the other label")
        return self

    @property
    def first_text(self) -> str:
        """What the sender wrote first."""
        said = [turn.text or "" for turn in self.thread or () if turn.sender == "sender"]
        return said[0] if said else self.text

    @property
    def asked(self) -> Asked | None:
        """What came of the owner's question, the first text of theirs in the thread; None: they have not asked."""
        turns = self.thread or ()
        at = next((at for at, turn in enumerate(turns) if turn.sender == "owner"), None)
        if at is None:
            return None
        after = [turn for turn in turns[at + 1 :] if turn.sender == "sender"]
        said = [turn.text for turn in after if turn.text is not None]
        silent = next((number for number, turn in enumerate(after) if turn.text is not None), len(after))
        delays = [turn.delay_hours for turn in after[: silent + 1] if turn.delay_hours is not None]
        hours = sum(delays) if delays else _ANSWERED_WITHIN if said else _SILENT_FOR
        text = "\n\n".join(part for part in said if part.strip())
        return Asked(
            waited=round(hours * _HOUR),
            answered=bool(said),
            answer=shown(text) if text else ABSENT if said else UNKNOWN,
        )

    @property
    def is_inmail(self) -> bool:
        return self.kind == "inmail" or "inmail" in self.tags

    @property
    def is_scam(self) -> bool:
        """A tag has the word scam in it (`scam`, `polite_scam`, `scam/bank`), or names a fraud."""
        return any("scam" in re.split(r"[^a-z]+", tag.lower()) or tag in _FRAUDS for tag in self.tags)

    def label_for(self, owners: Mapping[str, Profile] | None) -> Verdict:
        """The label with the knowledge of its owner, where owners are given and one is named; else without."""
        known = (self.relevance or {}).get(self.reference_owner or "") if owners is not None else None
        return known.label if known else self.label

    def readings(self, owners: Mapping[str, Profile] | None) -> tuple[tuple[str | None, Verdict], ...]:
        """Each owner it may be judged for, with the label then; without owners, or where none is named, the label."""
        if owners is None:
            return ((None, self.label),)
        told = {name: each.label for name, each in (self.relevance or {}).items()}
        told.setdefault(self.reference_owner or "", self.label)
        return tuple((name or None, label) for name, label in told.items() if name or not self.reference_owner)

    def accepts(self, verdict: Verdict, label: Verdict) -> bool:
        """Lenient: the label, or the alternative of an ambiguous note."""
        return verdict == label or (self.ambiguous and verdict == self.alt_label)


# --- what a mail would show ---------------------------------------------------------------------------------------


def looked_up(note: Labelled) -> LookedUp:
    """The note as the flow would see it behind the lookups: verified, to its owner, from a person never seen before."""
    notice = _direct_message(note) if note.is_inmail else _request(note)
    parsed = Parsed(
        mail=MAIL,
        owner=OWNER,
        received_at=0,
        network="linkedin",
        claims="inmail" if note.is_inmail else "invitation",
        from_name=note.sender_name or "",
        from_address="invitations@linkedin.com",
        signed_by=("linkedin.com",),
        note_language=detect(notice.words),
        notices=(notice,),
    )
    return LookedUp(
        mail=MAIL, owner=OWNER, parsed=parsed, signatures=(Signature(domain="linkedin.com", result="pass"),)
    )


def with_answer(note: Labelled, enriched: Enriched) -> Enriched:
    """The event as it would be once the owner has asked why, where the note is a thread; else as it is.

    In live mail the follow-up conversation puts this there (`stages.standing.asked_of`).
    """
    if (asked := note.asked) is None:
        return enriched
    requests = tuple(request.model_copy(update={"asked": asked}) for request in enriched.requests)
    return enriched.model_copy(update={"requests": requests})


def _request(note: Labelled) -> Notice:
    """As the parser tells it: the network's default text is no note, and a place that is left empty is absent."""
    text, profile = note.first_text.strip(), note.profile or Sender()
    standard = default_text(text)
    photo = {True: shown("https://media.licdn.com/photo"), False: ABSENT, None: UNKNOWN}[profile.photo]
    return _person(note, ABSENT if profile.headline_filled is False else UNKNOWN).model_copy(
        update={
            "photo_url": photo,
            "note": ABSENT if standard or not text else shown(text),
            "default_text": standard,
            # a mail never says "0 connections in common": it leaves the line out
            "mutual_connections": counted(count) if (count := profile.mutual_connections) else UNCOUNTED,
        }
    )


def _direct_message(note: Labelled) -> Notice:
    """An InMail has no place for a photo or for connections in common; what it does not show is unknown."""
    text = note.first_text.strip()
    return _person(note, UNKNOWN).model_copy(update={"message": shown(text) if text else UNKNOWN})


def _person(note: Labelled, without_headline: Seen[str]) -> Notice:
    headline = (note.sender_headline or "").strip()
    split = title_and_company(headline) if headline else None
    return Notice(
        name=shown(note.sender_name) if note.sender_name else UNKNOWN,
        headline=shown(headline) if headline else without_headline,
        title=shown(split[0]) if split else UNKNOWN,
        company=shown(split[1]) if split else UNKNOWN,
        location=shown(note.sender_location) if note.sender_location else UNKNOWN,
    )
