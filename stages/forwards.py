"""Letter -> how it was forwarded, the original inside it, and providers' requests to confirm a forwarding."""

from __future__ import annotations

import re
from dataclasses import replace

from stages.events import Confirmation, Forwarded
from stages.fields import sender
from stages.language import detect
from stages.letter import Letter

_ADDRESS = re.compile(r"[A-Za-z0-9._%+/=-]{1,128}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SRS = re.compile(r"(?:bounces\+srs=|srs[01][=+-]).*@.+", re.IGNORECASE | re.DOTALL)
_ENVELOPE_FROM = re.compile(r"envelope-from=\"?<?([^\s;\">]+)", re.IGNORECASE)

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


def _original_envelope(letter: Letter) -> str:
    """The reverse-path; of a stored mail, what the topmost hop wrote down of it."""
    hint = _ENVELOPE_FROM.search(letter.first("received-spf")) if not letter.mail_from else None
    return letter.mail_from or (hint[1] if hint else "")


def forwarded(letter: Letter) -> Forwarded | None:
    """How the mail came from the owner's own mailbox, by the shapes A to C of the FORWARDING guide; None if directly.

    Everything but the envelope can be written by anybody: it says who claims to have forwarded, and proves nothing.
    """
    envelope = _original_envelope(letter)
    local, _, domain = envelope.rpartition("@")
    user, caf, _ = local.partition("+caf_=")
    if caf and user and domain:
        return Forwarded(by=f"{user}@{domain}".lower(), how="auto")
    sent_for = letter.first("x-forwarded-for").split()
    if letter.first("x-forwarded-to") and sent_for and _ADDRESS.fullmatch(sent_for[0]):
        return Forwarded(by=sent_for[0].lower(), how="auto")
    rule = "" if _is_automatic_answer(letter) else letter.first("x-ms-exchange-inbox-rules-loop").strip().lower()
    if rule and not _ADDRESS.fullmatch(rule):
        rule = ""
    if rule and rule == letter.from_address:
        return Forwarded(by=rule, how="rule" if inner(letter) is None else "attachment")
    if rule or _SRS.fullmatch(envelope):
        return Forwarded(by=rule or None, how="auto")
    if inner(letter) is not None:
        return Forwarded(by=letter.from_address or None, how="attachment")
    return None


def _is_automatic_answer(letter: Letter) -> bool:
    """An out-of-office reply carries the rule's mark, too, but forwards nothing (RFC 3834 5)."""
    submitted = letter.first("auto-submitted").lower()
    return submitted.startswith("auto-") or bool(letter.first("x-ms-exchange-generated-message-source"))


def inner(letter: Letter) -> bytes | None:
    """The raw original of a mail forwarded as an attachment; None for bounces and reports, which quote what failed."""
    kind = letter.first("content-type").lower()
    if not letter.attached or kind.startswith("multipart/report") or _is_automatic_answer(letter):
        return None
    return letter.attached[0]


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


def rewritten_by(letter: Letter) -> str | None:
    """A shown hop that may have changed what a signature covers, in words; None if none is shown.

    A plain Gmail forward changes nothing (FORWARDING guide, section 5).
    """
    listed = letter.first("list-id") or letter.first("list-post") or letter.first("x-mailing-list")
    if listed or letter.first("x-mailman-version"):
        return "a mailing list"
    tag = re.match(r"\s*(\[[^\]]{1,40}\]|fwd?:|fw:)", letter.subject, re.IGNORECASE)
    if tag:
        return f"whoever put {tag[1]} before the subject"
    if any(name.startswith(("x-ms-exchange-", "x-eopattributedmessage")) for name, _ in letter.fields):
        return "an Exchange or Microsoft 365 server"
    return None


# --- requests to confirm a forwarding ---------------------------------------------------------------------------

_GOOGLE = "forwarding-noreply@google.com"
_CONFIRM = re.compile(
    r"https://(?:mail-settings|mail|isolated\.mail)\.google\.com/mail/(?:[\w.-]+/){0,4}vf-[^\s<>\"'\\]+"
)
_SUBJECT_CODE = re.compile(r"\(\s*(?:#|n°|nº|no\.?)\s*(\d{6,12})\)", re.IGNORECASE)
_LABELLED_CODE = re.compile(
    r"(?:code|código|codice|koodi|kod|код|コード|代码|代碼|코드)\s*[:：]?\s*(\d{6,12})(?!\d)", re.IGNORECASE
)
_LONE_CODE = re.compile(r"(?<![\w@.+/=-])(\d{6,12})(?![\w@])")
_SPOKEN = (
    ("en-GB", r"Receive Emails from|Google\.co\.uk"),
    ("zh-CN", r"转发确认|确认代码"),
    ("zh-TW", r"轉寄確認|確認碼"),
    ("ja", r"転送の確認|確認コード"),
    ("ko", r"전달 확인|확인 코드"),
    ("fr", r"Confirmation de transfert"),
    ("es", r"Confirmación de reenvío"),
    ("pt-BR", r"Confirmação de encaminhamento"),
    ("de", r"Weiterleitungsbestätigung"),
    ("it", r"Conferma (?:di|dell')\s?inoltro"),
    ("en", r"Forwarding Confirmation"),
)


def confirmation(letter: Letter) -> Confirmation | None:
    """A provider's request to confirm that mail may be forwarded here (FORWARDING guide, section 2), or None.

    Its link is shown and never opened; whether Google really sent it is for `enrich` to say.
    """
    text = letter.words[: 5 * _SEARCHED]
    targets = (*_CONFIRM.findall(text), *(h for h in letter.page.hrefs if _CONFIRM.match(h)))
    from_google = _GOOGLE in (letter.from_address, letter.reply_to_address)
    marked = bool(letter.first("x-google-address-confirmation"))
    # The mark and Reply-To are unsigned: neither alone may send a mail past every judgement.
    shown = (bool(targets), marked, from_google, bool(_SUBJECT_CODE.search(letter.subject)))
    if letter.fields and letter.from_address != _GOOGLE and sum(shown) < 2:
        return None
    if not letter.fields and not targets:
        return None
    plain = re.sub(r"https?://\S+", " ", text)
    mentioned = [address.rstrip(".").lower() for address in _ADDRESS.findall(plain)]
    requester = next(iter(mentioned), None) or next(reversed(_ADDRESS.findall(letter.subject)), None)
    others = [address for address in mentioned if address not in (requester, _GOOGLE)]
    return Confirmation(
        requester=requester,
        destination=next(iter(others), None) or next(iter(letter.to), None),
        code=_code(letter.subject, plain),
        confirm_url=targets[0] if targets else None,
    )


def _code(subject: str, text: str) -> str | None:
    """The code a person may be asked for. None is normal: since 2025 there is only a link."""
    found = _SUBJECT_CODE.search(subject) or _LABELLED_CODE.search(text)
    if found:
        return found[1]
    lone = set(_LONE_CODE.findall(text))
    return lone.pop() if len(lone) == 1 else None


def confirmation_language(letter: Letter) -> str | None:
    """The language of a Gmail confirmation, with its region where the wording shows one."""
    shown = f"{letter.subject}\n{letter.text}"
    for language, words in _SPOKEN:
        if re.search(words, shown, re.IGNORECASE):
            return language
    return detect(letter.text) or detect(letter.subject)
