"""What makes mails of our own to an owner, and what reads them as a mail program does."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from pipeline.settings import load_mails
from stages.conversation import DigestWanted, Estimate, Line, ReminderWanted, ReplyWanted, Week
from stages.events import AlarmWanted, Notice, Seen, counted, shown
from stages.fill_rates import Doubt
from stages.inspecting import InspectionWanted
from stages.keeping import Going
from stages.learning import Teachable
from stages.notifying import NotificationWanted
from stages.refused_rules import RefusedAt, refused_rules
from stages.settings import Owner, Settings
from stages.shadowing import Otherwise, ShadowWeek

AT = 1_764_150_000_000
MAILS = load_mails()
TOLD = Settings(texts=MAILS.texts, questions=MAILS.questions)
AMY = Owner(addresses=("amy@salver.test",), name="Amy", time_zone="Asia/Tokyo")
JUNE = Owner(addresses=("june@salver.test",), name="June", language="de")
ANSWER = "amy+answer-abcdefghijklmnopqrstuvwxyz@salver.test"
ZOE = Notice(
    name=shown("Zoë Okonjo"),
    headline=shown("Buyer at Tidewater Rope"),
    profile_url=shown("https://www.linkedin.com/in/zoe-okonjo"),
    mutual_connections=counted(1),
)


def reminder(about: Notice = ZOE, **changes: object) -> ReminderWanted:
    told = {
        "mail": "0192f3a4b5c6d7e8f90123456789abcd",
        "owner": "amy",
        "mailbox": "maildir:x",
        "request": "0192f3a4b5c6d7e8f901234501234567",
        "network": "linkedin",
        "known": ("Photo: yes",),
        "message_id": "<abc.123@example.org>",
        "at": AT,
    }
    return ReminderWanted.model_validate({**told, "about": ZOE}).model_copy(update={"about": about, **changes})


def line(number: int, about: Notice = ZOE, **changes: object) -> Line:
    told: dict[str, object] = {"request": f"{number:032d}", "mail": "m", "network": "linkedin", "verdict": "follow_up"}
    whole = Line.model_validate({**told, "number": number, "about": ZOE, "at": AT, **changes})
    return whole.model_copy(update={"about": about})


def digest(**changes: object) -> DigestWanted:
    told = {"mail": "d" * 32, "owner": "amy", "mailbox": "maildir:x", "week": Week(requests=312, needed=19), "at": AT}
    return DigestWanted.model_validate({**told, **changes})


def goes(number: int, name: str = "Ines Karlow", headline: str = "Pipelines for payroll", **changes: object) -> Going:
    """A mail that lies in Ugly and is to go."""
    told = {"mail": f"{number:032d}", "request": f"{number:032d}", "name": name, "headline": headline, "at": AT}
    return Going.model_validate({**told, "leaves_at": AT, **changes})


def reply(**changes: object) -> ReplyWanted:
    told = {"mail": "e" * 32, "owner": "amy", "mailbox": "maildir:x", "troubles": ("Nothing of it was understood.",)}
    return ReplyWanted.model_validate({**told, "at": AT, **changes})


def alarm(**changes: object) -> AlarmWanted:
    hour = 3_600_000
    told = {
        "mail": "a" * 32, "owner": "amy", "mailbox": "maildir:x", "network": "linkedin", "heard_at": AT,
        "usual": 8 * hour, "longest": 72 * hour, "silence": 120 * hour, "years": 71.0, "port": "127.0.0.1:2525",
        "at": AT + 120 * hour,
    }  # fmt: skip
    return AlarmWanted.model_validate({**told, **changes})


def inspection(**changes: object) -> InspectionWanted:
    doubts = (
        Doubt(what="layout", layout="p" + "0" * 15, read=0, of=1, before=412, before_of=412),
        Doubt(what="photo_url", read=2, of=24, before=390, before_of=401),
    )
    told = {
        "mail": "b" * 32, "owner": "amy", "mailbox": "maildir:x", "network": "linkedin", "proven": True,
        "template": "email_m2m_invite_single_01", "way": "p", "doubts": doubts, "lost": ("headline", "location"),
        "at": AT,
    }  # fmt: skip
    return InspectionWanted.model_validate({**told, **changes})


def otherwise(name: str = "Ines Karlow", live: str = "good", shadow: str = "ugly", into: str = "") -> Otherwise:
    """A request that the shadow would have put elsewhere: into the folder of its verdict, or into `into`."""
    own = {"good": "Good", "intriguing": "Intriguing", "follow_up": "Intriguing", "ugly": "Ugly"}
    told = {"name": name, "verdict": live, "folder": own[live], "shadow_verdict": shadow}
    return Otherwise.model_validate({**told, "shadow_folder": into or own[shadow]})


def shadow_week(named: tuple[Otherwise, ...] = (), requests: int = 41) -> ShadowWeek:
    return ShadowWeek(file="next.toml", requests=requests, differ=len(named), named=named)


def teachable(lesson: str = "k204981", **more: object) -> Teachable:
    """What Salver could learn."""
    says = "Requests that offer a job count 0.75 less."
    return Teachable.model_validate({"lesson": lesson, "says": says, "right": 14, "of": 15} | more)


def notification(about: Notice = ZOE, **changes: object) -> NotificationWanted:
    told = {
        "mail": "c" * 32, "owner": "amy", "mailbox": "maildir:x", "request": "0192f3a4b5c6d7e8f901234501234567",
        "rule": "hires", "network": "linkedin", "known": ("4.5 points", "Photo: yes"), "verdict": "good",
        "folder": "Recruiters", "message_id": "<abc.123@example.org>", "at": AT,
    }  # fmt: skip
    return NotificationWanted.model_validate({**told, "about": ZOE}).model_copy(update={"about": about, **changes})


def full_digest(about: Notice = ZOE, known: tuple[str, ...] = ("Photo: yes",)) -> DigestWanted:
    """One with everything in it."""
    going = tuple(goes(number, leaves_at=AT + 3 * 86_400_000) for number in range(25))
    whole = digest(
        going=going,
        unlisted=4,
        overflow=True,
        estimate=Estimate(ugly=312, looked=14, good=1, least=5, most=60),
        lessons=(
            teachable(),
            teachable("k000002", changed=1, names=("Ann Lee",)),
            teachable("k000003", changed=4, names=("Ann Lee", "Bo Ek", "Cy Tan")),
        ),
        shadow=shadow_week((otherwise(), otherwise("Olu Berg", "follow_up", "good", into="Recruiters"))),
        refused=refused_rules(
            1_794_830_400_000,
            1_794_657_600_000,
            ("one", "two", "three", "four", "five"),
            (RefusedAt(file="rules.toml", line=3), RefusedAt(file="rules.toml")),
        ),
    )
    lines = {
        "asks": ({"asking": "ask"}, {"asking": "second"}, {"asking": "maybe"}),
        "owed": ({"asking": "owed", "phase": "owed"},),
        "changed": ({"phase": "answered", "waited": 3_600_000, "unseen": True, "verdict": "good"}, {"phase": "silent"}),
        "sample": ({"verdict": "ugly"},),
    }
    numbered, parts = 0, {}
    for part, several in lines.items():
        parts[part] = tuple(line(numbered + at, about, known=known, **told) for at, told in enumerate(several, 1))
        numbered += len(several)
    return whole.model_copy(update=parts)


def seen(value: str) -> Seen[str]:
    """Shown, whatever it is: half a surrogate pair too."""
    return Seen[str].model_construct(state="shown", value=value)


def opened(octets: bytes) -> EmailMessage:
    mail = message_from_bytes(octets, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(octets: bytes) -> str:
    """The plain text, with the line ends it was written with."""
    return _part(octets, 0)


def html_of(octets: bytes) -> str:
    return _part(octets, 1)


def _part(octets: bytes, at: int) -> str:
    payload = message_from_bytes(octets).get_payload()
    assert isinstance(payload, list)
    content = payload[at].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.hrefs: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.hrefs += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", ()))


def tags(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every tag with its attributes, in order."""
    return _read(html).tags


def hrefs(html: str) -> list[str]:
    return _read(html).hrefs


def words(html: str) -> str:
    """What of a page is read, on one line."""
    return " ".join(" ".join(_read(html).text).split())


def _read(html: str) -> _Tags:
    found = _Tags()
    found.feed(html)
    found.close()
    return found
