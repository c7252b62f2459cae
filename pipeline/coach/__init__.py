"""(draft, sender, receiver) -> how the receiver's Salver would file it: the stages of live mail, roles swapped.

There is no second engine: the draft enters the flow where a mail stands behind its lookups, verified, from a person
never seen before, and comes out as a decision. `changes` tries what would move it, `campaign` fills a template.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from pipeline.coach.drafts import visible
from pipeline.labelled import OWNER, Labelled, Sender as Shown, looked_up
from stages.events import Decision, Enriched, Event, Routed, Verdict
from stages.flow import follow
from stages.settings import Owner, Profile, Settings
from stages.sources.linkedin.default_texts import default_text

ORDER: tuple[Verdict, ...] = ("ugly", "follow_up", "intriguing", "good")
"""worst first"""

Blank = Literal["", "empty", "default", "like_default", "nothing"]
"""How a draft says nothing: no text; the network's sentence; what reads like it; a text without a reason in it."""

SAYS_NOTHING = frozenset({"note_is_blank", "note_says_nothing", "reason_is_missing"})
"""signals for which no praise is given"""
TIES = frozenset(
    {"note_is_personal", "claim_is_true", "mentions_owners_facts", "wants_to_learn", "offers_referral_or_fits_open_job"}
)
"""signals that show a reason to write to this person"""
_NETWORK = re.compile(
    r"netw|netz|nätverk|netværk|nettverk|verkost|réseau|rede?\b|rete\b|siec|sieć|síť|sít|sieť|ağ\w*m|сет[ьи]|мереж|δίκτυ"
    r"|ネットワーク|네트워크|网络|人脉|網絡|人脈|شبك|רשת|नेटवर्क|เครือข่าย|mạng|jaringan|rangkaian|hálózat|rețea|mreža|tīkl|tinkl",
    re.IGNORECASE,
)
_SHORT = 160
"""characters up to which a sentence about LinkedIn and a network may be the network's own in some language"""


class Sender(NamedTuple):
    """The owner, as a mail to somebody else would show them."""

    name: str = ""
    headline: str = ""
    mutual: int | None = None
    inmail: bool = False
    profile: Profile | None = None


class Receiver(NamedTuple):
    """Who reads it: what we call them, and the settings in which they are the owner."""

    called: str
    name: str
    profile: Profile | None
    settings: Settings


class Reception(NamedTuple):
    """How a text was received. `blank` says that it says nothing."""

    text: str
    enriched: Enriched
    routed: Routed
    blank: Blank = ""

    @property
    def decision(self) -> Decision:
        return self.routed.decisions[0]

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict

    @property
    def score(self) -> float:
        return self.decision.judgement.score

    @property
    def rank(self) -> tuple[int, float]:
        """The higher the better."""
        return ORDER.index(self.verdict), self.score


def receiver_of(settings: Settings, profile: Profile | None = None, name: str = "", called: str = "") -> Receiver:
    """Somebody with this profile, whose Salver has the rules and points of `settings`: theirs are not known."""
    name = name or (profile.name if profile else "")
    owner = Owner(id=OWNER, name=name, addresses=("owner@salver.test",))
    told = settings.model_copy(update={"owners": (owner,), "profiles": {OWNER: profile} if profile else {}})
    return Receiver(name or called, name, profile, told)


def headline_of(profile: Profile | None) -> str:
    """How a profile would most likely head itself: the first role, at the first employer that has not ended."""
    role = next((role.strip() for role in profile.roles if role.strip()), "") if profile else ""
    now = (each.name.strip() for each in profile.employers if each.end is None) if profile else iter(())
    employer = next((name for name in now if name), "")
    return " at ".join(part for part in (role, employer) if part)


def receive(text: str, sender: Sender, receiver: Receiver, first_name: str = "") -> Reception:
    """How the receiver's Salver would file `text`. `first_name`: whom the mail says it is meant for."""
    seen = text if visible(text) else ""
    looked = looked_up(
        Labelled(
            id="draft", text=seen, language="", label="good", source_kind="draft", core=False,  # no label is read here
            kind="inmail" if sender.inmail else "invitation",
            sender_name=sender.name or None,
            sender_headline=sender.headline or None,
            profile=Shown(mutual_connections=sender.mutual),
        )
    )  # fmt: skip
    first = first_name or next(iter(receiver.name.split()), "")
    named = looked.parsed.model_copy(update={"recipient_first_name": first or None})
    made: tuple[Event, ...] = tuple(follow(looked.model_copy(update={"parsed": named}), receiver.settings))
    (enriched,) = (event for event in made if isinstance(event, Enriched))
    (routed,) = (event for event in made if isinstance(event, Routed))
    reception = Reception(text, enriched, routed)
    return reception._replace(blank=_blank(seen, reception))


def _blank(text: str, reception: Reception) -> Blank:
    spoke = {reason.signal for reason in reception.decision.judgement.reasons}
    if not text:
        return "empty"
    if default_text(text):
        return "default"
    if reception.verdict == "follow_up" or spoke & SAYS_NOTHING:
        return "nothing"
    alike = len(text) <= _SHORT and "linkedin" in text.casefold() and _NETWORK.search(text) is not None
    return "like_default" if alike and not spoke & TIES else ""
