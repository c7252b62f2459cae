"""ReminderWanted -> the mail that asks the owner to ask: who it is, what we know, a question to paste, what next."""

from __future__ import annotations

import hashlib
import re
import textwrap
from binascii import b2a_qp
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from stages.events import Network, Notice, ReminderWanted
from stages.header import REMINDER, clean, field, plain_field, when
from stages.names import NETWORKS
from stages.settings import Owner
from stages.urls import host_of, within

_WIDTH = 72
_MOST_KNOWN = 12
_SITES: dict[str, Network] = {"linkedin.com": "linkedin", "facebook.com": "facebook", "wellfound.com": "wellfound"}


def reminder_id(event: ReminderWanted) -> str:
    """Names the reminder: the same for every attempt, 32 hex digits, like a mail id."""
    return hashlib.sha256(f"reminder\0{event.mail}\0{event.request}".encode("utf-8", "replace")).hexdigest()[:32]


def compose(event: ReminderWanted, owner: Owner) -> bytes:
    """The reminder as octets with CRLF line ends. Never raises, whatever a stranger wrote into the event.

    Headers after RFC 5322, RFC 3834 (automatic, never to be answered automatically) and RFC 2047.
    """
    names, head = _head(event, owner, event.about)
    if _names(head) != names:  # text from outside became a field: say it without that text
        _, head = _head(event, owner, Notice())
    body = "\r\n".join(_body(event, owner)).encode() + b"\r\n"
    return head + b"\r\n" + b2a_qp(body, quotetabs=False, istext=True, header=False)


def _head(event: ReminderWanted, owner: Owner, about: Notice) -> tuple[tuple[str, ...], bytes]:
    local, _, given = owner.addresses[0].rpartition("@")
    domain = _ascii_domain(given)
    who = clean(about.name.value or "", 60)
    subject = f"{who} would like to connect: ask why?" if who else "Someone would like to connect: ask why?"
    fields = [
        ("From", f"Salver <salver@{domain}>", plain_field),
        ("To", _to(local, domain), plain_field),
        ("Subject", subject, field),
        ("Date", format_datetime(when(event.at).astimezone(owner.zone)), plain_field),
        ("Message-ID", f"<reminder.{reminder_id(event)}@{domain}>", plain_field),
    ]
    if event.message_id is not None and _sane(event.message_id):
        fields += [(name, event.message_id.strip(), plain_field) for name in ("In-Reply-To", "References")]
    fields += [
        ("Auto-Submitted", "auto-generated", plain_field),
        ("X-Auto-Response-Suppress", "All", plain_field),
        (REMINDER, reminder_id(event), plain_field),
        ("MIME-Version", "1.0", plain_field),
        ("Content-Type", "text/plain; charset=utf-8", plain_field),
        ("Content-Transfer-Encoding", "quoted-printable", plain_field),
    ]
    return tuple(name for name, _, _ in fields), b"".join(write(name, value) for name, value, write in fields)


def _names(head: bytes) -> tuple[str, ...]:
    """The field names a reader finds in what we wrote."""
    return tuple(BytesHeaderParser().parsebytes(head + b"\r\n").keys())


def _sane(message_id: str) -> bool:
    """RFC 5322 3.6.4, without comments and quoting, and short enough for a line."""
    return re.fullmatch(r"\s*<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,255}>\s*", message_id) is not None


def _ascii_domain(domain: str) -> str:
    """A domain as header fields may hold it (RFC 5890); what cannot be one becomes localhost."""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"
    return domain if re.fullmatch(r"[A-Za-z0-9.-]{1,255}|\[[A-Za-z0-9.:]{1,64}\]", domain) else "localhost"


def _to(local: str, domain: str) -> str:
    """The owner's address, and nothing that could end the field. A name outside ASCII cannot be written in one."""
    if re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", local):
        return f"{local}@{domain}"
    if re.fullmatch(r"[!#-\[\]-~]{1,64}", local):
        return f'"{local}"@{domain}'
    return "undisclosed-recipients:;"


def _body(event: ReminderWanted, owner: Owner) -> list[str]:
    about = event.about
    who = clean(about.name.value or "", 80)
    link = _link(about)
    network = _network(link)
    on = f" on {network}" if network else ""
    lines = [f"Hello {clean(owner.name, 60)}," if clean(owner.name) else "Hello,", ""]
    lines += _paragraph(
        f"{who or 'Somebody'} would like to connect with you{on}, and the request does not say why. "
        "A short question often tells a real person from a list."
    )
    person = [part for part in _person(about) if part]
    known = [clean(fact, 300) for fact in event.known[:_MOST_KNOWN]]
    lines += _part("Who it is", person)
    lines += _part("What we know", [fact for fact in known if fact])
    lines += ["A question you can paste:", "", _question(who, clean(owner.name, 60)), ""]
    if link:
        lines += ["Their profile:", "", link, ""]
    lines += ["What happens next:", ""]
    lines += _paragraph(
        "The request lies in your folder Intriguing. If they answer and mean it, move it to Good. If nothing comes "
        "back, leave it where it is. You need not decide today: nothing is deleted, and nobody is told."
    )
    lines += _paragraph(
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


def _part(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    lines = [f"{title}:", ""]
    for item in items:
        lines += textwrap.wrap(item, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)
    return [*lines, ""]


def _paragraph(text: str) -> list[str]:
    return [*textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False), ""]


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
