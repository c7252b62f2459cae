"""What the coach says: signal -> what a sender can do about it. Never a sentence to send, never a fact made up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipeline.coach import Receiver, Sender
from stages.settings import Profile

SAY_WHY = "say why you write to this person and nobody else: one sentence with a reason of your own"
ANSWER = (
    "And if somebody asks you why, always answer, within three days and with a reason: that can still make it good."
    " Silence cannot, nor an answer that gives no reason."
)
"""What to do once it is sent: `answered_when_asked` and `answer_is_missing` never speak of a draft."""

ADD = {
    "note_is_personal": "name what is true only between the two of you: where you met, what you did together, or what "
    "of theirs you used and how it went",
    "claim_is_true": "name something of theirs that can be checked, and only if it is true: an article and the point "
    "that stayed with you, a talk you heard, the person who sent you",
    "seems_written_for_you": "write what you could send to nobody else: a name, a place or a detail that is theirs",
    "seems_to_want_nothing": "if you want nothing for your own gain, let the note be just that: thanks, a question, or "
    "what theirs led you to",
    "mentions_owners_facts": "name something you have checked that you share: a school, an event, a group",
    "offers_referral_or_fits_open_job": "if you fit a job they are filling, or know somebody who does, say which job",
    "wants_to_learn": "if you want to learn from them, ask one question that they can answer in a line",
    "fits_what_you_want": "if it is about something they want, say so in their words",
    "shares_connections": "if you have connections in common, the mail shows that by itself; --mutual N takes them in",
}
"""signal -> what to add so that it speaks"""

REWORD = {
    "addressed_by_a_wrong_name": "write their own name",
    "addressed_to_another": "write their own name",
    "asks_for_identity_or_codes": "ask for no papers, codes or account data, ever",
    "asks_for_money": "leave money out of a first note",
    "asks_for_private_friendship": "keep to what you share in your work",
    "claim_is_false": "this is not true of them: put it right, or leave it out",
    "flatters": "leave out praise that fits anybody, or say what it is for",
    "hides_its_purpose": "say what you want",
    "is_unwanted": "they do not want this: leave it, or do not write",
    "asks_for_something_risky": "leave out numbers, addresses, links and files: offer them when you are asked",
    "links_lead_elsewhere": "leave links out",
    "moves_off_platform": "drop the messenger, the number and the private address: answer where they are asked",
    "name_is_of_a_connection": "say that you are connected already",
    "pitches_a_job": "ask before you pitch: say first why this job and this person",
    "seems_to_offer_something": "leave the offer out of a first note, and its turns of phrase: ask, or tell, first",
    "sells_a_service": "do not sell in the first note",
    "sends_a_hotlist": "send no lists",
    "template_is_showing": "fill in what the template left open",
    "tempts_with_easy_money": "leave the promise of money out",
    "wording_is_canned": "say it in words of your own, about them",
}
"""signal -> what to do about it, where no sentence can simply go"""

_MOST = 3
"""facts that are named"""


def hints(signal: str, text: str, sender: Sender, receiver: Receiver) -> tuple[str, ...] | None:
    """Facts of the two profiles to choose from, as far as they are given; None where the signal cannot be had."""
    theirs = receiver.profile
    if signal == "shares_connections":
        return () if sender.mutual is None and not sender.inmail else None
    if signal == "fits_what_you_want":
        return _told("they want", theirs.wants) or None if theirs else None
    if signal == "offers_referral_or_fits_open_job":
        return _told("they are filling", (job.title for job in theirs.open_jobs)) or None if theirs else None
    if theirs is None:
        return ()
    if signal == "claim_is_true":
        known = _shared(_people, sender.profile, theirs, text)
        unnamed = (each.title for each in theirs.published if each.title.casefold() not in text.casefold())
        return (*_told("you both know", known), *_told("they published (if you know it, name its point)", unnamed))
    if signal == "mentions_owners_facts":
        return _told("true of you both", _shared(_places, sender.profile, theirs, text))
    return ()


def _told(lead: str, facts: Iterable[str]) -> tuple[str, ...]:
    named = [f'"{fact}"' for fact in facts if fact.strip()][:_MOST]
    return (f"{lead}: {', '.join(named)}",) if named else ()


def _shared(
    of: Callable[[Profile], tuple[str, ...]], ours: Profile | None, theirs: Profile, text: str
) -> tuple[str, ...]:
    """What both profiles name and the text does not."""
    known = {fact.strip().casefold() for fact in of(ours)} if ours else set()
    both = (fact.strip() for fact in of(theirs) if fact.strip().casefold() in known)
    return tuple(dict.fromkeys(fact for fact in both if fact.casefold() not in text.casefold()))


def _people(profile: Profile) -> tuple[str, ...]:
    return profile.known_people


def _places(profile: Profile) -> tuple[str, ...]:
    return (*profile.schools, *(each.name for each in profile.employers), *profile.events, *profile.groups)
