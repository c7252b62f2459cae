"""Forwards as people's own clients write them: any mail, by any client in any of its languages, as text and html.

Composed from each client's habits as the FORWARDING guide tells them (section 7), by tables of our own: nothing here is
taken from what reads them. What a client turns a page into when it makes its text part is imitated, too.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from html.parser import HTMLParser

from tests.builders.inline_tables import APPLE, GMAIL, HUBSPOT, LEGACY, LIVE, NEW_OUTLOOK, THUNDERBIRD, UNLISTED, YAHOO

ZONE = timezone(timedelta(hours=1))
FORWARDER = "Amy Ferrand <amy@salver.test>"


@dataclass(frozen=True)
class Original:
    """What a client takes from the mail that it forwards."""

    name: str
    address: str
    to: str
    subject: str
    text: str
    page: str
    """what stands inside `<body>`; empty where it is a plain text"""

    @property
    def who(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def shown(self) -> str:
        """The original in html."""
        lines = (re.sub(r"https?://\S+", lambda url: f'<a href="{url[0]}">{url[0]}</a>', escape(line, quote=False))
                 for line in self.text.split("\n"))  # fmt: skip
        return self.page or "<br>\n".join(lines)


Wrapped = tuple[str, str, str]
"""(prefix of the subject, text part, html part)"""


def original_of(raw: bytes) -> Original:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    fields = email.message_from_bytes(raw)  # the modern policy puts a blank where an encoded word is folded
    texts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    page = texts.get("text/html", "")
    inside = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)
    name, address = parseaddr(" ".join(str(fields["From"]).split()))
    body = inside[1] if inside else page
    return Original(
        name=str(make_header(decode_header(name))),
        address=address,
        to=parseaddr(str(mail["To"]))[1],
        subject=str(make_header(decode_header(str(fields["Subject"])))),
        text=(as_text(body) if body else texts.get("text/plain", "")).replace("\r\n", "\n").strip("\n"),
        page=body,
    )


class _AsText(HTMLParser):
    """A page as a client makes a text of it: blocks on lines, links behind their words, images by description."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.targets: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        hides = "data-email-preheader" in said or "visibility:hidden" in (said.get("style") or "") or tag in ("style",)
        if self.unseen or hides:
            if tag not in ("img", "br", "meta"):
                self.unseen.append(tag)
        elif tag in ("p", "div", "tr", "td", "table", "br", "h1", "h2"):
            self.out.append("\n")
        elif tag == "a":
            self.targets.append(said.get("href") or "")
        elif tag == "img" and said.get("alt"):
            self.out.append(f"[image: {said['alt']}]")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen:
            self.unseen.pop()
        elif tag == "a" and self.targets:
            self.out.append(f" <{self.targets.pop()}>")
        elif tag in ("p", "div", "tr", "td", "table", "h1", "h2"):
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.out.append(data.replace("\n", " "))


def as_text(page: str) -> str:
    reader = _AsText()
    reader.feed(page)
    lines = (" ".join(line.split()) for line in "".join(reader.out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _scrubbed(page: str) -> str:
    """As web mail passes a page on: its own names for classes, and no attributes it does not know."""
    page = re.sub(
        r' class="([^"]*)"', lambda names: f' class="m_-48815162342{names[1].replace(" ", " m_-48815162342")}"', page
    )
    return re.sub(r' data-[a-z-]+="[^"]*"', "", page)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _mailto(address: str) -> str:
    return f'&lt;<a href="mailto:{address}">{address}</a>&gt;'


def gmail(mail: Original, language: str, above: str) -> Wrapped:
    sender, date = GMAIL[language]
    fields = f"Date: {date}\nSubject: {mail.subject}\nTo: Amy <{mail.to}>\n"
    text = f"{above}---------- Forwarded message ---------\n{sender}: {mail.who}\n{fields}\n\n{mail.text}\n"
    page = (
        f'<div dir="ltr">{_html(above)}<br><br><div class="gmail_quote gmail_quote_container">'
        '<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>'
        f'{sender}: <strong class="gmail_sendername" dir="auto">{escape(mail.name)}</strong> '
        f'<span dir="auto">{_mailto(mail.address)}</span><br>Date: {date}<br>Subject: {escape(mail.subject)}<br>'
        f"To: Amy {_mailto(mail.to)}<br></div><br><br>{_scrubbed(mail.shown)}</div></div>"
    )
    return "Fwd: ", text, page


def _apple(mail: Original, language: str, above: str, quotes: bool) -> Wrapped:
    begins, sender, to, subject, date, day = APPLE[language]
    fields = ((sender, mail.who), (subject, mail.subject), (date, f"{day} 13:00:00 CET"), (to, f"Amy <{mail.to}>"))
    block = "\n".join(f"{name}: {value}" for name, value in fields)
    body = f"{begins}\n\n{block}\n\n{mail.text}"
    rows = "".join(f"<div><span><b>{name}: </b></span><span>{escape(value)}<br></span></div>" for name, value in fields)
    page = (
        f'<html><head></head><body dir="auto">{_html(above)}<div><br><blockquote type="cite"><div>{begins}</div>'
        f'<br class="Apple-interchange-newline">{rows}<br><div>{mail.shown}</div></blockquote></div></body></html>'
    )
    return "Fwd: ", above + (_quoted(body) if quotes else body) + "\n", page


def apple(mail: Original, language: str, above: str) -> Wrapped:
    return _apple(mail, language, above, quotes=True)


def apple_unquoted(mail: Original, language: str, above: str) -> Wrapped:
    return _apple(mail, language, above, quotes=False)


def live(mail: Original, language: str, above: str) -> Wrapped:
    fields = (("From", mail.who), ("Sent", "Monday, November 16, 2026 13:00"), ("To", f"{mail.to} <{mail.to}>"),
              ("Subject", mail.subject))  # fmt: skip
    text = f"{above}{'_' * 32}\n" + "".join(f"{name}: {value}\n" for name, value in fields) + f"\n{mail.text}\n"
    rows = "<br>\n".join(f"<b>{name}:</b> {escape(value)}" for name, value in fields)
    page = (
        f'<html><body dir="ltr"><div class="elementToProof">{_html(above)}</div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif">{rows}</font><div>&nbsp;</div></div><div>{_scrubbed(mail.shown)}</div>'
        "</body></html>"
    )
    return f"{LIVE[language]}: ", text, page


def new_outlook(mail: Original, language: str, above: str) -> Wrapped:
    return _without_separator(mail, language, NEW_OUTLOOK[language], above)


def unlisted(mail: Original, language: str, above: str) -> Wrapped:
    return _without_separator(mail, language, UNLISTED[language], above)


def _without_separator(mail: Original, language: str, said: tuple[str, ...], above: str) -> Wrapped:
    prefix, sender, date, to, subject, day = said
    fields = ((sender, mail.who), (date, day), (to, f"{mail.to} <{mail.to}>"), (subject, mail.subject))
    text = above + "".join(f"{name}: {value}\n" for name, value in fields) + f"{mail.text}\n"
    rows = "<br>".join(f"<b><span>{name}: </span></b><span>{escape(value)}</span>" for name, value in fields)
    page = (
        f'<html><body lang="{language}" link="#0563C1"><div class="WordSection1">{_html(above)}'
        '<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{rows}</p></div>{mail.shown}</div></body></html>'
    )
    return f"{prefix}: ", text, page


def classic_outlook(mail: Original, language: str, above: str) -> Wrapped:
    line = {"en": "Original Message", "de": "Ursprüngliche Nachricht"}[language]
    names = {"en": ("From", "Sent", "To", "Subject"), "de": ("Von", "Gesendet", "An", "Betreff")}[language]
    day = {"en": "16 November 2026 13:00", "de": "Montag, 16. November 2026 13:00"}[language]
    values = (f"{mail.name} [mailto:{mail.address}]", day, mail.to, mail.subject)
    block = "".join(f"{name}: {value}\r\n" for name, value in zip(names, values, strict=True))
    rows = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in zip(names, values, strict=True))
    page = (
        f'{_html(above)}<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">{rows}</p></div>{mail.shown}'
    )
    return {"en": "FW: ", "de": "WG: "}[language], f"{above}-----{line}-----\n{block}\r\n\r\n{mail.text}\n", page


def legacy(mail: Original, language: str, above: str) -> Wrapped:
    sentence = LEGACY[language].format(who=mail.name, at=mail.address)
    indented = "\n".join(f"    {line}".rstrip() for line in mail.text.split("\n"))
    page = f'{_html(above)}<p class="MsoNormal">{escape(sentence)}</p><blockquote>{mail.shown}</blockquote>'
    return "FW: ", f"{above}\ufeff{sentence}\r\n\r\n{indented}\n", page


def yahoo(mail: Original, language: str, above: str) -> Wrapped:
    says, sender, to, sent, subject, day = YAHOO[language]
    fields = ((sender, mail.who), (to, f'"{mail.to}" <{mail.to}>'), (sent, f"{day} CET"), (subject, mail.subject))
    glued = "".join(name + value for name, value in fields)
    rows = "".join(f"<div><b>{name.strip()}</b> {escape(value)}</div>" for name, value in fields)
    page = (
        f'<div class="ydp1"><div>{_html(above)}</div></div><div class="yahoo_quoted"><div>----- {says} -----</div>'
        f"{rows}<div><br></div><div>{mail.shown}</div></div>"
    )
    return "Fw: ", f"{above}   ----- {says} ----- {glued}\n {mail.text}\n", page


def thunderbird(mail: Original, language: str, above: str) -> Wrapped:
    says, *names = THUNDERBIRD[language]
    values = (mail.subject, "Mon, 16 Nov 2026 12:00:00 +0000", mail.who, mail.to)
    block = "".join(f"{name}: \t{value}\n" for name, value in zip(names, values, strict=True))
    rows = "".join(
        f'<tr><th valign="BASELINE" align="RIGHT">{name}: </th><td>{escape(value)}</td></tr>'
        for name, value in zip(names, values, strict=True)
    )
    page = (
        f'<html><body>{_html(above)}<div class="moz-forward-container"><br>-------- {says} --------'
        f'<table class="moz-email-headers-table" cellspacing="0"><tbody>{rows}</tbody></table><br><br>{mail.shown}'
        "</div></body></html>"
    )
    return "Fwd: ", f"{above}-------- {says} --------\n{block}\n\n\n{mail.text}\n", page


def hubspot(mail: Original, language: str, above: str) -> Wrapped:
    says, *names = HUBSPOT[language]
    day = "2026年11月16日月曜日 07:00:00 -0500" if language == "ja" else "Mon, 16 Nov 2026 07:00:00 -0500"
    values = (mail.who, day, mail.subject, mail.to)
    block = [f"---------- {says} ---------", *(f"{n}{v}" for n, v in zip(names, values, strict=True))]
    page = f"{_html(above)}<p>{'<br>'.join(map(escape, block))}</p>{mail.shown}"
    return "Fwd: ", above + "\n".join(block) + f"\n\n{mail.text}\n", page


def missive(mail: Original, language: str, above: str) -> Wrapped:
    linked = f"{mail.name} <{mail.address}<mailto:{mail.address}>>"
    block = [f"From: {linked}", "Date: November 16, 2026 at 1:00 PM", f"To: {mail.to}", f"Subject: {mail.subject}"]
    page = (
        f"{_html(above)}<div>---------- Forwarded message ----------<br>{'<br>'.join(map(escape, block))}</div><br>"
        f"<blockquote>{mail.shown}</blockquote>"
    )
    lines = ["---------- Forwarded message ----------", *block, "", _quoted(mail.text)]
    return "Fwd: ", above + "\n".join(lines) + "\n", page


def mailmate(mail: Original, language: str, above: str) -> Wrapped:
    block = [f"From: {mail.who}", f"To: {mail.to}", f"Subject: {mail.subject}", "Date: Mon, 16 Nov 2026 12:00:00 +0000"]
    rows = "<br>".join(map(escape, block))
    page = f"{_html(above)}<p>Forwarded message:</p><blockquote><p>{rows}</p>{mail.shown}</blockquote>"
    return "Fwd: ", f"{above}Forwarded message:\n\n" + _quoted("\n".join([*block, "", mail.text])) + "\n", page


def ionos(mail: Original, language: str, above: str) -> Wrapped:
    block = ["---------- Original Message ----------", f"From: {mail.who}", f'To: "{mail.to}" <{mail.to}>',
             "Date: 11/16/2026 1:00 PM CET", f"Subject: {mail.subject}"]  # fmt: skip
    page = f"{_html(above)}<blockquote type='cite'>{'<br>'.join(map(escape, block))}<br><br>{mail.shown}</blockquote>"
    return "Fwd: ", above + _quoted("\n".join([*block, " ", " ", mail.text])) + "\n", page


def qq(mail: Original, language: str, above: str) -> Wrapped:
    """An empty line parts the subject from the other fields, each of which ends with a semicolon."""
    says, names = {
        "zh-CN": ("原始邮件", ("发件人", "发送时间", "收件人", "主题")),
        "en": ("Original", ("From", "Date", "To", "Subject")),
    }[language]
    values = (f'"{mail.name}"<{mail.address}>;', "2026年11月16日(星期一) 下午1:00", f'"Amy"<{mail.to}>;')
    rows = [f"{name}: {value}" for name, value in zip(names, values, strict=False)]
    subject = f"{names[3]}: {mail.subject}"
    text = "\n".join([f"{'-' * 18} {says} {'-' * 18}", *rows, "", subject])
    page = (
        f"<div>{_html(above)}</div><div><br></div><div>{'-' * 18}&nbsp;{says}&nbsp;{'-' * 18}</div>"
        f'<div style="background:#efefef">{"".join(f"<div>{escape(row)}</div>" for row in (*rows, subject))}</div>'
        f"<div><br></div>{mail.shown}"
    )
    return {"zh-CN": "转发：", "en": "Fw: "}[language], f"{above}{text}\n\n\n\n{mail.text}\n", page


def netease(mail: Original, language: str, above: str) -> Wrapped:
    values = (
        ("发件人", mail.who),
        ("发送日期", "2026-11-16 13:00:00"),
        ("收件人", f"Amy <{mail.to}>"),
        ("主题", mail.subject),
    )
    block = [f"{'-' * 8} 转发邮件信息 {'-' * 8}", *(f"{name}：{value}" for name, value in values)]
    page = f"<div>{_html(above)}<br>{'<br>'.join(map(escape, block))}</div><blockquote>{mail.shown}</blockquote>"
    return "Fw:", above + "\n".join(block) + f"\n\n{mail.text}\n", page


def _html(above: str) -> str:
    return "".join(f"<div>{escape(line)}</div>" for line in above.split("\n") if line.strip())


Client = Callable[[Original, str, str], Wrapped]
CLIENTS: dict[Client, tuple[str, ...]] = {
    gmail: tuple(GMAIL),
    apple: tuple(APPLE),
    apple_unquoted: tuple(APPLE),
    live: tuple(LIVE),
    new_outlook: tuple(NEW_OUTLOOK),
    classic_outlook: ("en", "de"),
    legacy: tuple(LEGACY),
    yahoo: tuple(YAHOO),
    thunderbird: tuple(THUNDERBIRD),
    hubspot: tuple(HUBSPOT),
    missive: ("en",),
    mailmate: ("en",),
    ionos: ("en",),
    qq: ("zh-CN", "en"),
    netease: ("zh-CN",),
    unlisted: tuple(UNLISTED),
}
ALL = [(client, language) for client, languages in CLIENTS.items() for language in languages]


def forward(
    raw: bytes, client: Client, language: str, *, above: str = "", parts: str = "both", subject: str | None = None
) -> bytes:
    """The mail `raw` as `client` forwards it; `parts` is text, html or both, `above` what the forwarder wrote first."""
    mail = original_of(raw)
    prefix, text, page = client(mail, language, f"{above}\n\n" if above else "")
    out = EmailMessage(policy=email.policy.SMTP)
    out["From"] = FORWARDER
    out["To"] = "tray@salver.test"
    out["Subject"] = f"{prefix}{mail.subject}" if subject is None else subject
    out["Date"] = format_datetime(datetime(2026, 11, 16, 14, 5, tzinfo=ZONE))
    out["Message-ID"] = "<forwarded.1@salver.test>"
    if parts == "html":
        out.set_content(page, subtype="html")
    else:
        out.set_content(text)
    if parts == "both":
        out.add_alternative(page, subtype="html")
    return out.as_bytes()
