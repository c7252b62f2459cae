"""Parsed -> LookupWanted; LookedUp -> Enriched: ask, then use the answers."""

from __future__ import annotations

import hashlib

from stages.authenticity import judge
from stages.drift import certain, drift
from stages.events import (
    JUDGED,
    Acquaintance,
    Authenticity,
    Enriched,
    History,
    Kind,
    LookedUp,
    LookupWanted,
    Memory,
    Notice,
    Parsed,
    Past,
    Request,
    Talk,
    Tier,
)
from stages.fill_rates import Drift
from stages.forwards.asked_by import asked_by, signers
from stages.recipients import is_account, names_owner
from stages.seals import believed, proves
from stages.settings import Settings
from stages.sources import SOURCES, domains_of, writes_from
from stages.urls import within
from stages.wording import read
from stages.wording.people import MOST_NAMES, full_name, named_people
from stages.wording.shingles import sketch_of

HEARD: frozenset[Kind] = frozenset({"message", "invitation_accepted"})
"""Kinds that may be an answer, or make a question needless."""


def ask(event: Parsed, settings: Settings) -> tuple[LookupWanted]:
    """Ask for all that can be known of this mail: its signatures if a network is named, and its people's past."""
    domains = signers_of(event)
    wanted = LookupWanted(
        mail=event.mail,
        owner=event.owner,
        parsed=event,
        signatures=bool(domains) and bool(event.signed_by or event.sealed_by),
        domains=domains,
        histories=bool(event.notices),
        sketches=tuple(sketch_of(notice, event) for notice in event.notices),
        names=_names(event),
        token=event.reply.token if event.reply else "",
    )
    return (wanted,)


def _names(event: Parsed) -> tuple[str, ...]:
    """The full names a mail gives: first those of its people, then those that their notes name; each once."""
    people = [notice.name.value or "" for notice in event.notices]
    told = [name for notice in event.notices for name in named_people(read(notice.words))]
    found: dict[str, str] = {}
    for name in (*people, *told):
        found.setdefault(full_name(name), name)
    return tuple(name for folded, name in found.items() if folded)[:MOST_NAMES]


def enrich(event: LookedUp, settings: Settings) -> tuple[Enriched]:
    """Decide what the mail really is. What it claims counts unless it is shown to be forged."""
    parsed = event.parsed
    authenticity = _authenticity(event, settings)
    kind: Kind = "spoof" if authenticity.verdict == "forged" else parsed.claims
    proven = authenticity.verdict == "aligned"
    addressed = all(names_owner(parsed.to, owner) for owner in settings.owners if owner.id == event.owner)
    odd = drift(parsed, event.pasts, proven, addressed) if kind != "spoof" else None
    sure = event if odd is None else _without_doubt(event, odd, proven)
    enriched = Enriched(
        mail=event.mail,
        owner=event.owner,
        parsed=parsed,
        kind=kind,
        authenticity=authenticity,
        requests=_requests(sure, kind, proven, addressed),
        addressed=addressed,
        met=_met(sure, kind, proven, settings),
        heard=_certain(event, kind, proven) and addressed,
        invited=tuple(of for of, history in enumerate(event.histories) if history.accepted),
        talks=_talks(event) if kind in HEARD else (),
        token=event.token,
        remarks=_remarks(event, settings),
        drift=odd,
    )
    return (enriched,)


def _remarks(event: LookedUp, settings: Settings) -> tuple[str, ...]:
    """What a person may want to know and nobody can prove: that an account not of the owner's forwards for the first
    time. It may be a second account of theirs, or somebody who sends on a mail that is not for them."""
    by = event.parsed.forwarded.by if event.parsed.forwarded is not None else None
    if by is None or event.forwarded_before != 0:
        return ()
    if any(is_account(by, owner) for owner in settings.owners if owner.id == event.owner):
        return ()
    return (f"forwarded by {by}, who has not forwarded to you before",)


def _without_doubt(event: LookedUp, odd: Drift, proven: bool) -> LookedUp:
    """The same, without what may be misread; in the event that comes of it, `parsed` stays as it was read."""
    alike = event.pasts.proven.alike or (0,) * len(event.parsed.notices)
    notices = tuple(
        certain(notice, odd, proven, others) for notice, others in zip(event.parsed.notices, alike, strict=True)
    )
    return event.model_copy(update={"parsed": event.parsed.model_copy(update={"notices": notices})})


def _talks(event: LookedUp) -> tuple[Talk, ...]:
    """The conversations that each of the mail's people may mean."""
    return tuple(
        talk.model_copy(update={"of": of}) for of, history in enumerate(event.histories) for talk in history.talks
    )


def _authenticity(event: LookedUp, settings: Settings) -> Authenticity:
    parsed = event.parsed
    if parsed.unread is not None:
        return Authenticity(verdict="unverified", detail=f"the mail was not read: {parsed.unread}")
    if parsed.confirmation is not None:
        return _asked(event)
    # A domain that the network does not write from may have no policy that would tell a sealer of a forger.
    writes = within(parsed.from_address.rpartition("@")[2], writes_from(parsed.network))
    seal = believed(event.seal, settings.authenticity.sealers) if writes else None
    return judge(parsed, event.signatures, signers_of(parsed), seal)


def _asked(event: LookedUp) -> Authenticity:
    """Whether a provider really asks; where nothing proves it, what imitates a network in the mail counts as ever."""
    asked = asked_by(event.parsed, event.signatures)
    if asked.verdict != "unverified":
        return asked
    imitation = judge(event.parsed, (), domains_of(event.parsed.network))
    return imitation if imitation.verdict == "forged" else asked


def signers_of(parsed: Parsed) -> tuple[str, ...]:
    """Whose signatures prove anything about the mail: the network's, or the provider's that asks; empty: nobody's."""
    return signers(parsed.confirmation) if parsed.confirmation else domains_of(parsed.network)


def _requests(event: LookedUp, kind: Kind, proven: bool, addressed: bool) -> tuple[Request, ...]:
    """One request a notice for what is judged or collects invitations.

    A spoof has exactly one, with whatever it claims, and joins none: nothing in it may touch a real request.
    """
    notices = event.parsed.notices
    if kind == "spoof":
        return (Request(id=event.mail, notice=notices[0] if notices else Notice()),)
    if kind not in JUDGED and kind != "digest":
        return ()
    if kind in JUDGED and not notices:
        notices = (Notice(),)
    return tuple(_request(event, index, notice, proven, addressed) for index, notice in enumerate(notices))


def _request(event: LookedUp, index: int, notice: Notice, proven: bool, addressed: bool) -> Request:
    """Join a known request, or open one.

    Anything in a mail can be forged, or sent again by who wrote it. So a proven mail joins only what a proven one
    opened, and an unproven mail only what an unproven one did: neither can spoil or borrow the other's verdict.
    Likewise words of unproven mails, and of mails to somebody else, do not count against a proven one to the owner.
    """
    history = event.histories[index] if index < len(event.histories) else History()
    new = Request(
        id=event.mail if index == 0 else f"{event.mail}-{index}",
        notice=notice,
        past=_past(event, history, notice, proven and addressed),
        acquaintances=_named(event, notice),
        sketch=sketch_of(notice, event.parsed),
        memory=_memory(history, proven),
    )
    known = next((known for known in history.known if known.proven == proven), None)
    if known is None:
        return new
    told = {
        "request": known.request,
        "folder": known.folder,
        "placed": known.placed,
        "verdict": known.verdict,
        "says_more": bool(notice.words) and words_id(notice) != known.words,
    }
    return new.model_copy(update={"id": known.request, "joins": True, "past": new.past.model_copy(update=told)})


def _memory(history: History, proven: bool) -> Memory | None:
    """What the owner said of all requests of this person, or else of this company.

    Nobody may borrow a name that is always good, so that holds for proven mails alone; and a mail that proves nothing,
    in somebody's name, spoils none that is really theirs. What was said of mail of the same kind comes first.
    """
    holds = (each for each in history.memories if (proven if each.verdict == "good" else each.proven or not proven))
    return min(holds, key=lambda memory: (memory.scope != "person", memory.proven != proven), default=None)


def _past(event: LookedUp, history: History, notice: Notice, sure: bool) -> Past:
    """What is known of the person. `sure`: the mail is proven, and was sent to the owner."""
    return Past(
        requests_before=history.requests_before,
        accepted=history.accepted,
        messages=history.messages,
        asked_at=history.asked_at if sure else None,
        tier=_tiers(event).get(full_name(notice.name.value or "")),
        echo=history.proven_echo if sure else history.echo,
    )


def _named(event: LookedUp, notice: Notice) -> tuple[Acquaintance, ...]:
    """People of the owner, other than the person, whom the note names."""
    if not event.acquaintances:
        return ()
    tiers, own = _tiers(event), full_name(notice.name.value or "")
    told = ((name, full_name(name)) for name in named_people(read(notice.words)))
    return tuple(
        Acquaintance(name=name, tier=tiers[folded]) for name, folded in told if folded in tiers and folded != own
    )


def _tiers(event: LookedUp) -> dict[str, Tier]:
    return {full_name(each.name): each.tier for each in event.acquaintances}


def words_id(notice: Notice) -> str:
    """Names what a person wrote, without keeping it: 16 hex digits, alike for texts that differ in white space only."""
    words = " ".join(notice.words.casefold().split())
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _met(event: LookedUp, kind: Kind, proven: bool, settings: Settings) -> Notice | None:
    """Who accepted, or wrote to, the owner: only if the network says so for certain, and says it to the owner.

    A genuine mail to somebody else can be sent on by anybody, so To must name an account of the owner.
    """
    parsed = event.parsed
    if not _certain(event, kind, proven):
        return None
    owner = settings.owner(parsed.owner)
    return parsed.notices[0] if any(is_account(address, owner) for address in parsed.to) else None


def _certain(event: LookedUp, kind: Kind, proven: bool) -> bool:
    """Whether the network surely says that somebody accepted, or wrote.

    What tells the kind must be signed: on top of a genuine invitation anybody can write that it was accepted.
    """
    parsed = event.parsed
    if not proven or kind not in HEARD or not parsed.notices:
        return False
    tell_kind = SOURCES[parsed.network].KIND_FIELDS if parsed.network else frozenset()
    signed = [signature.signed for signature in event.signatures if signature.result == "pass"]
    if event.seal is not None and proves(event.seal, signers_of(parsed)):
        signed.append(event.seal.covers)
    return any(tell_kind <= set(names) for names in signed)
