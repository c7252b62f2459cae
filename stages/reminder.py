"""ReminderWanted -> the mail that asks the owner to ask: who it is, what we know, a question to paste, what next."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser

from stages import own_mail
from stages.conversation import ReminderWanted
from stages.events import Network, Notice
from stages.header import clean
from stages.names import NETWORKS
from stages.own_mail import paragraph, part
from stages.settings import Owner
from stages.urls import host_of, within

_MOST_KNOWN = 12
_SITES: dict[str, Network] = {"linkedin.com": "linkedin", "facebook.com": "facebook", "wellfound.com": "wellfound"}


def compose(event: ReminderWanted, owner: Owner) -> bytes:
    """The reminder as octets with CRLF line ends. Never raises, whatever a stranger wrote into the event."""
    names, head = _head(event, owner, event.about)
    if _names(head) != names:  # text from outside became a field: say it without that text
        _, head = _head(event, owner, Notice())
    return own_mail.whole(head, _body(event, owner))


def _head(event: ReminderWanted, owner: Owner, about: Notice) -> tuple[tuple[str, ...], bytes]:
    who = clean(about.name.value or "", 60)
    subject = f"{who} would like to connect: ask why?" if who else "Someone would like to connect: ask why?"
    answers = event.message_id.strip() if event.message_id is not None and _sane(event.message_id) else ""
    return own_mail.head(owner, subject, "reminder", own_mail.own_id(event), event.at, answers)


def _names(head: bytes) -> tuple[str, ...]:
    """The field names a reader finds in what we wrote."""
    return tuple(BytesHeaderParser().parsebytes(head + b"\r\n").keys())


def _sane(message_id: str) -> bool:
    """RFC 5322 3.6.4, without comments and quoting, and short enough for a line."""
    return re.fullmatch(r"\s*<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,255}>\s*", message_id) is not None


def _body(event: ReminderWanted, owner: Owner) -> list[str]:
    about = event.about
    who = clean(about.name.value or "", 80)
    link = _link(about)
    network = _network(link)
    on = f" on {network}" if network else ""
    lines = own_mail.greeting(owner)
    lines += paragraph(
        f"{who or 'Somebody'} would like to connect with you{on}, and the request does not say why. "
        "A short question often tells a real person from a list."
    )
    person = [part for part in _person(about) if part]
    known = [clean(fact, 300) for fact in event.known[:_MOST_KNOWN]]
    lines += part("Who it is", person)
    lines += part("What we know", [fact for fact in known if fact])
    lines += ["A question you can paste:", "", _question(who, clean(owner.name, 60)), ""]
    if link:
        lines += ["Their profile:", "", link, ""]
    lines += ["What happens next:", ""]
    lines += paragraph(
        "The request lies in your folder Intriguing. If they answer and mean it, move it to Good. If nothing comes "
        "back, leave it where it is. You need not decide today: nothing is deleted, and nobody is told."
    )
    lines += paragraph(
        "Are we wrong about this one? Move it to the folder where you want it (Good, Intriguing or Ugly). Your move "
        "counts for more than our rules: later mails about the same request go there too."
    )
    return [*lines, "Salver"]


def _person(about: Notice) -> list[str]:
    seen = [clean(part.value or "", 200) for part in (about.name, about.headline, about.location)]
    title, company = clean(about.title.value or "", 100), clean(about.company.value or "", 100)
    if not seen[1] and (title or company):
        seen[1] = f"{title} at {company}" if title and company else title or company
    if about.mutual_connections.value is not None:
        count = about.mutual_connections.value
        seen.append(f"{count} connection{'' if count == 1 else 's'} in common with you")
    return seen


def _question(who: str, owner: str) -> str:
    """One line, so that what is pasted has no line breaks of ours."""
    first = who.split(" ")[0] if who else ""
    # Only what looks like a name is put into the owner's mouth: no link, no number, no whole sentence.
    greeting = f"Hi {first}" if re.fullmatch(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", first) and len(first) <= 30 else "Hello"
    wishes = f" Best wishes, {owner}" if owner else " Best wishes"
    return (
        f"{greeting}, thanks for reaching out! I like to know a little about the people I connect with. "
        f"What made you think of me, and what would you enjoy talking about?{wishes}"
    )


def _link(about: Notice) -> str:
    """The profile link if it is a plain web address, else empty: it stands alone on its line and people click it."""
    link = (about.profile_url.value or "").strip()
    return link if re.fullmatch(r"https?://[!-;=?-~]{4,900}", link) else ""


def _network(link: str) -> str:
    host = host_of(link)
    return next((NETWORKS[network] for site, network in _SITES.items() if within(host, (site,))), "")
