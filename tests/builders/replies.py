"""How real clients answer a mail of Salver's: what they write above it, how they quote it, what they send beside it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.utils import make_msgid
from html import escape

AMY = "Amy <amy@salver.test>"


def text_of(ours: bytes) -> str:
    """The text part of a mail of ours, as a client shows it."""
    mail = message_from_bytes(ours)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    return _text(parts[0])


def page_of(ours: bytes) -> str:
    """What is in the body of its page; its text where it has no page."""
    mail = message_from_bytes(ours)
    pages = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    if not pages:
        return f"<pre>{escape(text_of(ours))}</pre>"
    return _text(pages[0]).partition("<body")[2].partition(">")[2].partition("</body>")[0]


def answer_to(ours: bytes) -> str:
    return str(message_from_bytes(ours)["Reply-To"])


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode().replace("\r\n", "\n")


def _quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip(" ") for line in text.splitlines())


def reply(said: str, ours: bytes | None, client: str = "gmail", **fields: str) -> bytes:
    """An answer to a mail of ours, with CRLF line ends. `fields` are added to the header, or replace its own."""
    text, page = CLIENTS[client](said, text_of(ours) if ours else "", page_of(ours) if ours else "")
    head = {
        "From": AMY,
        "To": answer_to(ours) if ours else "somebody@else.test",
        "Subject": "Re: your mail",
        "Date": "Mon, 16 Nov 2026 13:00:00 +0100",
        "Message-ID": make_msgid(domain="mail.test"),
        "MIME-Version": "1.0",
    }
    head.update({name.replace("_", "-"): value for name, value in fields.items()})
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    if text and page:
        body = (
            'Content-Type: multipart/alternative; boundary="b0undary"\n\n'
            f"--b0undary\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
            f"--b0undary\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{page}\n"
            "--b0undary--\n"
        )
    else:
        kind = "plain" if text else "html"
        body = f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text or page}\n"
    return (lines + body).replace("\n", "\r\n").encode()


def _paragraphs(said: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in said.split("\n"))


def _gmail(said: str, text: str, page: str) -> tuple[str, str]:
    wrote = "On Mon, Nov 16, 2026 at 12:00\u202fPM Salver <salver@salver.test> wrote:"
    return (
        f"{said}\n\n{wrote.replace(' wrote', chr(10) + 'wrote')}\n\n{_quoted(text)}\n",
        f'<div dir="ltr">{_paragraphs(said)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"{escape(wrote)}<br></div><blockquote>{page}</blockquote></div>",
    )


def _gmail_german(said: str, text: str, page: str) -> tuple[str, str]:
    wrote = "Am Mo., 16. Nov. 2026 um 12:00\u202fUhr schrieb Salver <\nsalver@salver.test>:"
    return (f"{said}\n\n{wrote}\n\n{_quoted(text)}\n", "")


def _apple(said: str, text: str, page: str) -> tuple[str, str]:
    wrote = "On 16. Nov 2026, at 12:00, Salver <salver@salver.test> wrote:"
    return (
        f"{said}\n\n> {wrote}\n> \n{_quoted(text)}\n\n",
        f"<html><body>{_paragraphs(said)}<div><br><blockquote><div>{escape(wrote)}</div>{page}</blockquote></div></body>",
    )


def _iphone(said: str, text: str, page: str) -> tuple[str, str]:
    wrote = "Am 16.11.2026 um 12:00 schrieb Salver <salver@salver.test>:"
    return (f"{said}\n\nVon meinem iPhone gesendet\n\n> {wrote}\n> \n> \ufeff{_quoted(text)[2:]}\n", "")


def _android(said: str, text: str, page: str) -> tuple[str, str]:
    old = "From: Salver <salver@salver.test>\nDate: 16/11/2026 12:00 (GMT+01:00)\nTo: amy@salver.test\nSubject: x"
    return (f"{said}\n\nSent from my Galaxy\n\n-------- Original message --------\n{old}\n\n{text}\n", "")


def _outlook(said: str, text: str, page: str) -> tuple[str, str]:
    """Outlook for Windows quotes without marks."""
    old = (
        "From: Salver <salver@salver.test> \nSent: Monday, November 16, 2026 12:00 PM\nTo: amy@salver.test\nSubject: x"
    )
    lines = "".join(f"<p class=MsoNormal>{escape(line) or '&nbsp;'}</p>" for line in said.split("\n"))
    top = "".join(f"<b>{label}:</b>{rest}<br>" for label, _, rest in (line.partition(":") for line in old.split("\n")))
    return (
        f"{said}\n\n{old}\n\n{text}\n",
        f'{lines}<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal>{top}</p></div>{page}',
    )


def _outlook_page(said: str, text: str, page: str) -> tuple[str, str]:
    """Exchange may send the page alone."""
    return "", _outlook(said, text, page)[1]


def _outlook_german(said: str, text: str, page: str) -> tuple[str, str]:
    old = "Von: Salver <salver@salver.test>\nGesendet: Montag, 16. November 2026 12:00\nAn: amy@salver.test\nBetreff: x"
    return (f"{said}\n\n{old}\n\n{text}\n", "")


def _outlook_phone(said: str, text: str, page: str) -> tuple[str, str]:
    old = "From: Salver <salver@salver.test>\nSent: Monday, November 16, 2026 12:00:00 PM"
    return (f"{said}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n{'_' * 32}\n{old}\n\n{text}\n", "")


def _thunderbird(said: str, text: str, page: str) -> tuple[str, str]:
    return (
        f"{said}\n\nAm 16.11.26 um 12:00 schrieb Salver:\n{_quoted(text)}\n\n-- \nAmy Ferrand\nBuyer of good rope\n",
        "",
    )


def _thunderbird_below(said: str, text: str, page: str) -> tuple[str, str]:
    """The answer below the quotation, as it was set for years."""
    return (f"On 11/16/26 12:00, Salver wrote:\n{_quoted(text)}\n\n{said}\n\n-- \nAmy\n", "")


def _swedish(said: str, text: str, page: str) -> tuple[str, str]:
    return (f"{said}\n\nDen mån 16 nov. 2026 kl 12:00 skrev Salver <salver@salver.test>:\n\n{text}\n", "")


def _bare(said: str, text: str, page: str) -> tuple[str, str]:
    return said, ""


CLIENTS = {
    "gmail": _gmail,
    "gmail in German": _gmail_german,
    "apple mail": _apple,
    "iphone": _iphone,
    "android": _android,
    "outlook": _outlook,
    "outlook, page alone": _outlook_page,
    "outlook in German": _outlook_german,
    "outlook on a phone": _outlook_phone,
    "thunderbird": _thunderbird,
    "thunderbird, below": _thunderbird_below,
    "somebody's, in Swedish": _swedish,
    "bare": _bare,
}
"""Name -> (what was said, our text, our page) -> (text, page) of the answer; empty: it has no such part."""
