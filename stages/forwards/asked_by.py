"""(Parsed, Signatures) -> Authenticity of a provider's question; (Parsed, Authenticity, Owner) -> what is said of it.

Anybody who knows the address can write such a mail, and anybody can have a provider send one about a mailbox of their
own. So code and link are shown only of a question that the provider signed and that is about the owner's own mail.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from stages.events import Authenticity, Confirmation, Parsed, Signature
from stages.forwards.askers import ASKERS, title_of
from stages.header import clean
from stages.recipients import mailbox_of, owner_of
from stages.settings import Owner

COVERED = frozenset({"from", "to", "subject"})
"""fields that must be signed: who asks, for which address, and the code"""
Standing = Literal["sure", "account_unknown", "nameless", "stranger", "elsewhere", "open", "not_proven"]
"""account_unknown: the owner has told of no accounts; nameless: it does not surely say whose mail; stranger: of none
of the owner's accounts; elsewhere: it was written to another address; open: the key could not be looked up"""
_SHOWABLE = re.compile(r"[!-~]{1,2000}")


def signers(asked: Confirmation) -> tuple[str, ...]:
    """Whose signatures can prove that the provider asks."""
    return ASKERS[asked.provider].signers if asked.provider in ASKERS else ()


def asked_by(parsed: Parsed, signatures: tuple[Signature, ...]) -> Authenticity:
    """Whether the provider that the question names really asks it. Never `forged`: a question is never a spoof."""
    asker = ASKERS.get(parsed.confirmation.provider) if parsed.confirmation else None
    if asker is None:
        return Authenticity(verdict="unverified", detail="it names no provider that we know")
    if parsed.from_count != 1 or not asker.writes(parsed.from_address):
        from_where = next(iter(asker.senders), f"where {asker.title} writes from")
        return Authenticity(verdict="unverified", detail=f"it does not come from {from_where}")
    own = [signature for signature in signatures if asker.may_sign(signature.domain, parsed.from_address)]
    results = {signature.result for signature in own}
    if any(signature.result == "pass" and set(signature.signed) >= COVERED for signature in own):
        return Authenticity(verdict="aligned", detail=f"{asker.title} signed it, and it is unchanged since")
    if "temporary" in results:
        detail = f"{asker.title}'s signature could not be looked up just now"
        return Authenticity(verdict="temporary", detail=detail)
    if "pass" in results:
        return Authenticity(verdict="unverified", detail=f"{asker.title}'s signature leaves out what matters")
    said = f"{asker.title}'s signature does not hold" if results else f"{asker.title} has not signed it"
    return Authenticity(verdict="unverified", detail=said)


class Question(NamedTuple):
    """What may be shown of a provider's question. Every text is fit to be shown on one line."""

    standing: Standing
    title: str
    requester: str
    """whose mail is to be forwarded; empty: it does not say"""
    code: str
    link: str
    """code and link are empty unless `standing` is sure"""
    doubt: str
    """why it may not be what it seems; empty: it is"""

    @property
    def asks(self) -> str:
        """`Google asks whether mail of amy@home.test may be forwarded here.`"""
        of = f"mail of {self.requester}" if self.requester else "somebody's mail"
        return f"{self.title} asks whether {of} may be forwarded here."


def question(parsed: Parsed, authenticity: Authenticity, owner: Owner) -> Question | None:
    """What may be shown of it to this owner; None if the mail is no question."""
    asked = parsed.confirmation
    if asked is None:
        return None
    standing = _standing(parsed, asked, authenticity, owner)
    sure = standing == "sure"
    link = asked.confirm_url or ""
    return Question(
        standing=standing,
        title=title_of(asked.provider),
        requester=clean(asked.requester or "", 100),
        code=clean(asked.code or "", 20) if sure else "",
        link=link if sure and _SHOWABLE.fullmatch(link) else "",
        doubt=_doubt(standing, asked, authenticity),
    )


def _standing(parsed: Parsed, asked: Confirmation, authenticity: Authenticity, owner: Owner) -> Standing:
    if authenticity.verdict != "aligned":
        return "open" if authenticity.verdict == "temporary" else "not_proven"
    if not (_is_ours(asked.destination or "", parsed, owner) and any(_is_ours(to, parsed, owner) for to in parsed.to)):
        return "elsewhere"
    if asked.requester is None:
        return "nameless"
    if not owner.accounts:
        return "account_unknown"
    known = {mailbox_of(account) for account in owner.accounts}
    return "sure" if mailbox_of(asked.requester) in known else "stranger"


def _is_ours(address: str, parsed: Parsed, owner: Owner) -> bool:
    """An address of the owner's here; in an account that is read, also one of the owner's own."""
    return owner_of(address, (owner,)) is not None or bool(parsed.account and address in owner.accounts)


def _doubt(standing: Standing, asked: Confirmation, authenticity: Authenticity) -> str:
    if standing in ("not_proven", "open"):
        return authenticity.detail
    if standing == "elsewhere":
        return "it was written to another address than yours here"
    if standing == "stranger":
        return f"it asks about the mail of {clean(asked.requester or '', 80)}, who is not you"
    return ""


def sentence(found: Question, owner: Owner) -> str:
    """All of it in one line for this owner."""
    if found.standing == "sure":
        return f"{found.asks} Really {found.title}.{_answer(found)}"
    if found.standing == "account_unknown":
        return (
            f"{found.asks} Really {found.title}. If {found.requester} is yours, add it to the accounts of {owner.id} "
            "in the configuration: then its code and link are shown here."
        )
    if found.standing == "nameless":
        return (
            f"{found.asks} Really {found.title}, but it does not surely say whose: answer it in your INBOX, "
            "and only if you have asked for it."
        )
    if found.standing == "stranger":
        return (
            f"Doubtful: {found.asks} Really {found.title}, but that is none of your accounts: if you did not ask for "
            "it, somebody may be abusing your address, so do not answer it. If it is yours, add it to the accounts of "
            f"{owner.id} in the configuration."
        )
    mail = f"mail of {found.requester}" if found.requester else "mail"
    return (
        f"Doubtful: what looks like {found.title}'s question whether to forward {mail} here has come, but "
        f"{found.doubt}. Anybody can write such a mail: its code and link are not shown; it lies in your INBOX."
    )


def _answer(found: Question) -> str:
    code = f" The code: {found.code}." if found.code else ""
    link = f" The link, for you to open (Salver never does): {found.link}" if found.link else ""
    return f"{code}{link}" or " Answer it in your INBOX."
