"""Letter -> the kind of a Facebook mail and whom its subject names (NETWORKS guide, 1.2 to 1.4).

Only From, Subject and the body are signed, so they decide. What the machine calls the mail is a hint: it can make a
request doubtful, and where the words are of a language we do not know, a request without proof (`Told.by`).
English is the only language whose words are known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stages.events import Kind
from stages.fields import plain
from stages.letter import Letter
from stages.sources.facebook.frame import MAIL, TYPE_FIELDS, type_of
from stages.sources.facebook.links import DOMAINS, key_of
from stages.urls import unwrap, within


class Told(NamedTuple):
    """What sender and subject tell."""

    kind: Kind
    name: str = ""
    """of the person who did it, as the subject gives it; empty: it names nobody, or not for certain"""
    requests: int = 0
    """how many requests a reminder speaks of"""
    language: str | None = None
    """of the words by which it was told"""
    doubtful: bool = False
    """it says one thing here and another there"""
    by: tuple[str, ...] = ()
    """fields besides From by which a request, or whose it is, was told"""


_PREFIX = re.compile(
    r"(?:\s{0,9}(?:\[(?:external(?: e-?mail)?|extern|(?:definitely |probably |suspected |possible )?spam\??)\]"
    r"|(?:fwd?|fw|wg|tr|rv|i|enc)\s{0,9}:)\s{0,9}){0,20}",
    re.IGNORECASE,
)
"""What people and their servers put before a subject. Not `[anything]`: group posts begin so, and anybody writes them.
"""
_NAME = r"(?P<name>\S.{0,99}?)"
_SUBJECTS: tuple[tuple[str, Kind], ...] = (
    (rf"{_NAME} wants to be friends on Facebook\.?", "invitation"),
    (rf"{_NAME} added you as a friend on Facebook\.?", "invitation"),
    (rf"{_NAME} confirmed you as a friend on Facebook\.?", "invitation_accepted"),
    (rf"{_NAME} (?:has )?accepted your friend request(?: on Facebook)?\.?", "invitation_accepted"),
    (rf"New message from {_NAME}\.?", "message"),
    (rf"{_NAME} sent you a (?:new )?message(?: on Facebook)?\.{{0,3}}", "message"),
)
_BY_SUBJECT = tuple((re.compile(words), kind) for words, kind in _SUBJECTS)
_REQUESTS = re.compile(r"(?:[^,]{1,60}, )?you have (?P<count>\d{1,4}) (?:new |pending )?friend requests?\b", re.I)
_WAITING = re.compile(r"(?P<count>\d{1,4}) amigos aguardando sua resposta\b", re.I)
_PENDING = re.compile(r"(?:[^,]{1,60}, )?you have (?:new )?notifications pending\b", re.I)
_SUGGESTS = re.compile(r"(?:[^,]{1,60}, )?do you know \S.{0,200}\?$|.{0,200}\bpeople you may know\b", re.I)
_DID = re.compile(
    rf"(?:{_NAME} )?(?:invited you to|asked to join|(?:also )?commented on|replied to|tagged you|mentioned you"
    r"|likes? your|reacted to|posted (?:in|on)|wrote on|shared (?:a|your))\b"
)
"""What else people do. The name was blank in the one subject that was seen."""
_NO_NAME = re.compile(r"[\d:;\"“”„«»!?<>\[\]{}|@#/\\…]|, |\b(?:https?|www)\b")
_BEHIND_A_NAME = re.compile(
    r"(?:,? (?:[JS]r|I{2,3}|IV|Esq|Ph\.?D|M\.?D|M\.?Sc|B\.?Sc|MBA|MA|BA|DDS|RN|CPA|CFA|PMP|PE|Dipl\.-Ing)\.?){1,4}$"
)
"""What people put behind their names, also behind a comma: Jr., PhD."""
_WORDS = frozenset(
    """you your to on in at of's post photo photos event group page link message request requests friend friends invited
    asked commented posted shared added updated likes liked attending hosting created tagged mentioned joined sent wrote
    replied reacted wants suggested accepted confirmed birthday others""".split()  # noqa: SIM905 - a list of words
)
"""Small words of Facebook's sentences. A subject that has them where a name should be ends in somebody's own words."""
_FRIEND = re.compile(r"friend(?:_?(?:request|req|invite)s?)?(?:_[a-z]{0,20})?")
_NO_FRIEND = re.compile(
    r"event|group|page|comment|like|tag|mention|birth|wall|post|ms?g|message|stale|verif|reactiv|suggest|pymk|accept"
    r"|confirm|poke|story|photo|video|live|code|login|remind|digest|invite_off"
)
_ASKS = re.compile(rf"{_NAME} wants to be friends (?:with you )?on Facebook\.?")
_MOST_LINKS = 400
_MOST_LINES = 400


def subject_of(mail: Letter) -> str:
    """The subject in one line, without what forwarding put before it."""
    subject = " ".join(mail.subject.split())[:998]
    prefix = _PREFIX.match(subject)
    return subject[prefix.end() :] if prefix else subject


def kind_of(mail: Letter) -> Told:
    """What the mail claims to be. Facebook's people and its other departments send no requests."""
    local, _, domain = mail.from_address.lower().partition("@")
    mailbox = local.partition("+")[0]
    if within(domain, (MAIL,)):
        if mailbox == "friendsuggestion":
            return Told("suggestion")
        if mailbox not in ("notification", "reminders"):
            return _collection(mail) or _another(mail)
    elif within(domain, DOMAINS):
        return _another(mail)
    if told := _collection(mail):
        return told
    return _one(mail) if mailbox != "reminders" else _another(mail)


def _collection(mail: Letter) -> Told | None:
    subject = subject_of(mail)
    for words, language in ((_REQUESTS, "en"), (_WAITING, "pt")):
        if match := words.match(subject):
            return Told("digest", requests=int(match["count"]), language=language, by=("subject",))
    if _PENDING.match(subject):
        return Told("digest", language="en")
    return Told("suggestion", language="en") if _SUGGESTS.match(subject) else None


def _one(mail: Letter) -> Told:
    """A mail about one person: by its subject, else by its body, which is signed, too."""
    called, subject = type_of(mail), subject_of(mail)
    denied = bool(_NO_FRIEND.search(called))
    for words, kind in _BY_SUBJECT:
        if match := words.fullmatch(subject):
            name = match["name"]
            if not is_name(name) or (kind == "invitation" and denied):
                return Told("other", language="en", doubtful=True)
            agrees = kind != "invitation" or {name} >= set(asking(mail))
            return Told(kind, name if agrees else "", language="en", doubtful=not agrees, by=("subject",))
    names, other = asking(mail), _another(mail)
    if other.language is None and not denied and _leads_to_requests(mail) and (names or _FRIEND.fullmatch(called)):
        name = names[0] if len(names) == 1 else ""
        by = () if names else TYPE_FIELDS
        return Told("invitation", name, language="en" if names else None, doubtful=len(names) > 1, by=by)
    return other._replace(doubtful=other.language is None and bool(_FRIEND.fullmatch(called)))


def _another(mail: Letter) -> Told:
    """No request, and who did it where that is known."""
    subject = subject_of(mail)
    did = did_something(subject)
    asks = any(kind == "invitation" and words.fullmatch(subject) for words, kind in _BY_SUBJECT)
    return Told("other", did or "", language=None if did is None and not asks else "en", doubtful=asks)


def did_something(line: str) -> str | None:
    """Who did something that is no request, where a line of English says so; empty where the name is left out."""
    match = _DID.match(line)
    name = (match["name"] or "") if match else ""
    return name if match and (not name or is_name(name)) else None


def tells_a_kind(mail: Letter) -> bool:
    """Whether the subject is one of Facebook's own about a person."""
    return any(words.fullmatch(subject_of(mail)) for words, _ in _BY_SUBJECT)


def is_name(name: str) -> bool:
    """Whether it can be a person's name and nothing else: no sentence, no number, none of Facebook's small words."""
    bare = _BEHIND_A_NAME.sub("", name)
    return bare != "" and len(name.split()) <= 8 and not _NO_NAME.search(bare) and _WORDS.isdisjoint(bare.split())


def asking(mail: Letter) -> tuple[str, ...]:
    """Everybody who, as a line of the body says, wants to be friends with the reader; each once."""
    lines = (*mail.text.split("\n")[:_MOST_LINES], *mail.page.lines[:_MOST_LINES])
    said = (line for line in lines if len(line) < 400 and "wants to be friends" in line)
    found = (_ASKS.fullmatch(" ".join(plain(line).split())) for line in said)
    return tuple(dict.fromkeys(match["name"] for match in found if match and is_name(match["name"])))


def _leads_to_requests(mail: Letter) -> bool:
    """Whether a link leads to the page of friend requests, as no other kind of mail is known to have."""
    urls = (*mail.page.hrefs[:_MOST_LINKS], *mail.written[:_MOST_LINKS])
    return any(key_of(unwrap(url)) == "reqs.php" for url in urls)
