"""Questions of providers whether mail may be forwarded, in many languages and of many ages, in words of our own.

They share no constants with the code that reads them. What Gmail's subjects look like is told by the FORWARDING guide;
how the other providers word theirs we do not know, so theirs are made up.
"""

from __future__ import annotations

import functools
from email.header import Header
from email.utils import formatdate

from tests.builders.letters import in_base64, mail, multipart, part
from tests.builders.signing import Key, rsa_key, sign

TOKEN = "%5BANGjdJ-9sQ_f2%5D-kQ7x_2wZ"
LINK = f"https://mail-settings.google.com/mail/vf-{TOKEN}"
CANCEL = f"https://mail-settings.google.com/mail/uf-{TOKEN}"
COVERED = ["to", "from", "subject", "message-id", "date"]

SUBJECTS = {
    "en": "(#{code}) Gmail Forwarding Confirmation - Receive Mail from {who}",
    "en-GB": "(#{code}) Gmail Forwarding Confirmation - Receive Emails from {who}",
    "fr": "(n° {code}) Confirmation de transfert Gmail - Recevoir des messages de {who}",
    "es": "(#{code}) Confirmación de reenvío de Gmail: recibir correo de {who}",
    "ja": "(#{code}) Gmail の転送の確認 - {who} からメールを受信",
    "zh-CN": "(#{code}) Gmail 转发确认 - 从 {who} 接收邮件",
    "pt-BR": "(#{code}) Confirmação de encaminhamento do Gmail: receber e-mail de {who}",
    "de": "(#{code}) Gmail-Weiterleitungsbestätigung – E-Mails von {who} empfangen",
    "it": "(#{code}) Conferma di inoltro di Gmail - Ricevi posta da {who}",
    "pl": "(nr {code}) Gmail: potwierdzenie przekazywania od {who}",
    "ru": "(#{code}) Gmail: подтверждение пересылки от {who}",
    "tr": "(#{code}) Gmail yönlendirme onayı: {who} adresinden",
    "ar": "(#{code}) Gmail: تأكيد إعادة التوجيه من {who}",
    "ko": "(#{code}) Gmail 전달 확인 - {who} 메일 받기",
}
BODIES = {
    "en": "{who} wants new mail to go on to your address {to}.\nConfirmation code: {code}\n\nSay yes here:\n\n{yes}\n",
    "en-GB": "{who} would like their post sent on to {to}.\nConfirmation code: {code}\n\nTo allow it:\n\n{yes}\n",
    "fr": "{who} souhaite envoyer son courrier à votre adresse {to}.\nCode de confirmation : {code}\n\n{yes}\n",
    "es": "{who} quiere que su correo llegue a {to}.\nCódigo de confirmación: {code}\n\n{yes}\n",
    "ja": "{who} さんがメールを {to} に転送したいそうです。\n確認コード: {code}\n\n{yes}\n",
    "zh-CN": "{who} 希望把邮件发到 {to}。\n确认代码：{code}\n\n{yes}\n",
    "pt-BR": "{who} quer que as mensagens cheguem a {to}.\nCódigo de confirmação: {code}\n\n{yes}\n",
    "de": "{who} möchte E-Mails an Ihre Adresse {to} senden lassen.\nBestätigungscode: {code}\n\n{yes}\n",
    "it": "{who} vorrebbe mandare la posta a {to}.\nCodice di conferma: {code}\n\n{yes}\n",
    "pl": "{who} chce wysyłać pocztę na adres {to}.\nKod potwierdzenia: {code}\n\n{yes}\n",
    "ru": "{who} хочет получать письма на {to}.\nКод подтверждения: {code}\n\n{yes}\n",
    "tr": "{who} postalarının {to} adresine gitmesini istiyor.\nOnay kodu: {code}\n\n{yes}\n",
    "ar": "{who} يريد إرسال بريده إلى {to}\nرمز التأكيد: {code}\n\n{yes}\n",
    "ko": "{who} 님이 메일을 {to} 주소로 보내려고 합니다.\n확인 코드: {code}\n\n{yes}\n",
}
NOT_WANTED = "\n-- \n{no}\n"


def gmail(
    to: str = "amy@salver.test",
    who: str = "amy@gmail.com",
    language: str = "en",
    code: str = "83610257",
    yes: str = LINK,
    no: str = CANCEL,
    brand: str = "Gmail",
    shape: str = "plain",
    **fields: str,
) -> bytes:
    """Gmail's question, unsigned. Without a code it is of the kind that is sent since 2025: a link, and half a bracket.

    `shape`: plain, base64, html (a page alone), both.
    """
    told = {"who": who, "to": to, "code": code, "yes": yes, "no": no}
    subject = SUBJECTS[language].format(**told).replace("Gmail", brand)
    body = BODIES[language].format(**told) + NOT_WANTED.format(**told)
    if not code:
        subject = f"({brand}" + subject.partition(brand)[2]
        body = "\n".join(line for line in body.split("\n") if not line.rstrip().endswith((":", "：")) or "yes" in line)
    named = {
        "from": f"{brand} Team <forwarding-noreply@google.com>",
        "to": to,
        "subject": subject if subject.isascii() else Header(subject, "utf-8", maxlinelen=400).encode(),
        "date": formatdate(),
        "message_id": f"<CA{abs(hash((to, who, language, code, shape, brand)))}@mail.gmail.com>",
        "x_google_address_confirmation": "kQ7x2wANGjdJ8sQf2Z",
        **fields,
    }
    return _shaped(shape, body, (yes, no), named).replace(b"\n", b"\r\n")


def _shaped(shape: str, body: str, links: tuple[str, ...], fields: dict[str, str]) -> bytes:
    page = f"<html><body><p>{body}</p></body></html>".replace("\n", "<br>\n")
    for link in links:
        page = page.replace(link, f'<a href="{link}">click</a>')
    if shape == "both":
        return multipart(part(body), part(page, "text/html; charset=utf-8"), **fields)
    kind = "html" if shape == "html" else "plain"
    told = {"mime_version": "1.0", "content_type": f"text/{kind}; charset=utf-8", **fields}
    if shape == "base64":
        return mail(in_base64(body), content_transfer_encoding="base64", **told)
    return mail(page if shape == "html" else body, content_transfer_encoding="8bit", **told)


def by(raw: bytes, domain: str = "google.com", covers: list[str] | None = None, key: Key | None = None) -> bytes:
    return sign(raw, key or rsa_key(), domain, signed=covers or COVERED)


OTHERS = {
    "cloudflare": (
        "noreply@notify.cloudflare.com",
        "cloudflare.com",
        "[Action required] Verify your Email Routing address",
        "Somebody wants to have forwarded emails sent to you.\n\nVerify this address: {yes}\n\nAccount: {who}'s\n",
        "https://dash.cloudflare.com/email_fwdr/verify?token=made-up-1",
    ),
    "yahoo": (
        "no-reply@cc.yahoo-inc.com",
        "cc.yahoo-inc.com",
        "Please verify your forwarding address",
        "{who} would like mail forwarded to you at {to}. If you agree, verify it: {yes}\n",
        "https://login.yahoo.com/forward/verify?crumb=made-up-2",
    ),
    "zoho": (
        "noreply@zoho.com",
        "zoho.com",
        "Zoho Mail: Confirm email forwarding",
        "Your address {to} was named by {who} to forward mail to. Confirm: {yes}\nRefuse: {no}\n",
        "https://mail.zoho.com/zm/forward/confirm?digest=made-up-3",
    ),
    "proton": (
        "no-reply@notify.proton.me",
        "proton.me",
        "Accept email forwarding",
        "{who} has asked to forward mail to {to}.\n\nAccept: {yes}\n\nDecline: {no}\n",
        "https://account.proton.me/forwarding/accept#made-up-4",
    ),
    "opensrs": (
        "no-reply@opensrs.com",
        "opensrs.com",
        "Mail forwarding: please confirm within a day",
        "Mail of {who} is to be forwarded to {to}. To approve: {yes}\n",
        "https://mail.hostedemail.com/approve/forward/made-up-5",
    ),
}
"""name -> sender, signer, subject, words, link that says yes"""


def other(name: str, to: str = "amy@salver.test", who: str = "amy@home.test", **fields: str) -> bytes:
    """Another provider's question, unsigned."""
    sender, _, subject, words, yes = OTHERS[name]
    no = yes.replace("confirm", "cancel").replace("accept", "decline")
    named = {
        "from": f"{name.title()} <{sender}>",
        "to": to,
        "subject": subject,
        "date": formatdate(),
        "message_id": f"<q-{name}-{abs(hash((to, who)))}@{sender.partition('@')[2]}>",
        **fields,
    }
    return mail(words.format(who=who, to=to, yes=yes, no=no), line_end="\r\n", **named)


def signed_other(name: str, to: str = "amy@salver.test", who: str = "amy@home.test", **fields: str) -> bytes:
    return by(other(name, to, who, **fields), OTHERS[name][1])


@functools.cache
def signing_domains() -> tuple[str, ...]:
    return ("google.com", "mail.google.com", "elsewhere.test", *(each[1] for each in OTHERS.values()))
