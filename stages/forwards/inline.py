"""Letter -> the original inside an inline forward (shapes B and D), as far as its text shows it."""

from __future__ import annotations

import re
from dataclasses import replace

from stages.fields import sender
from stages.letter import Letter

_PREFIX = re.compile(
    r"\s*(?:enc|fwd?|i|i̇lt|ilt|pd|redir\.|rv|tr|vb|videresend|vl|vs|weitergeleitet|wg)\s*:", re.IGNORECASE
)
_SEPARATOR = re.compile(
    r"^[> \t]*(?:-{8,10} ?Forwarded message ?-{8,10}|Begin forwarded message ?:"
    r"|(?P<outlook>_{32}|-{5,10} ?Original Message ?-{5,10}))[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = "from|von|de|da|van|fra|från|od|lähettäjä|от|差出人|发件人|寄件者|보낸 사람"
_SUBJECT = "subject|betreff|objet|oggetto|asunto|assunto|onderwerp|emne|ämne|předmět|temat|тема|件名|主题|主旨|제목"
_OTHER_LABELS = (
    "date|sent|to|cc|reply-to|gesendet|an|datum|envoyé|à|date|inviato|a|data|enviado|para|fecha|verzonden|aan|sendt|til"
    "|skickat|till|odesláno|komu|wysłano|do|отправлено|кому|送信日時|宛先|日期|收件人"
)
_LABEL = re.compile(
    rf"^[> \t]*\*?(?:(?P<from>{_FROM})|(?P<subject>{_SUBJECT})|(?:{_OTHER_LABELS}))\s?[:：]\*?[ \t]*(.*)$",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"^[> \t]*\*?[^\s:：<@][^:：<@]{0,25}[:：]\*?[ \t]*(.*@.*)$")
_SEARCHED = 4_000


def quoted(letter: Letter) -> Letter | None:
    """The original of an inline forward (shapes B and D), as far as its text shows it; None if this is none.

    Only what Gmail, Apple Mail and Outlook write at the start of a mail is known; an answer that quotes is no forward.
    Links and items are those of the whole page, for a network's links survive.
    """
    body = letter.words
    mark = _SEPARATOR.search(body[:_SEARCHED])
    if mark is None or (mark["outlook"] and not _PREFIX.match(letter.subject)):
        return None
    found: dict[str, str] = {}
    rest = body[mark.end() :].lstrip("\n").split("\n")
    for number, line in enumerate(rest[:12]):
        label = _LABEL.match(line)
        if label is None:
            if found and not line.strip(" >"):
                rest = rest[number + 1 :]
                break
            if mark["outlook"] or found or not (label := _ANY_LABEL.match(line)):
                continue
            found["from"] = label[1].strip()  # Gmail and Apple Mail name the sender first, in any language
            continue
        key = "from" if label["from"] else "subject" if label["subject"] else ""
        if key:
            found.setdefault(key, label[3].strip())
    if "from" not in found:
        return None
    name, address = sender(re.sub(r"\[mailto:([^\]]*)\]", r"<\1>", found["from"]))
    return replace(
        letter,
        fields=(),
        from_name=name,
        from_address=address,
        reply_to_name="",
        reply_to_address="",
        subject=found.get("subject", ""),
        message_id=None,
        text="\n".join(re.sub(r"^[> ]+", "", line) for line in rest) if letter.text else "",
        attached=(),
    )
