"""Letter -> the marks of the machine that makes Facebook's mail, and Instagram's: hints, for nothing signs them.

The NETWORKS guide, 1.1, calls the family ZuckMail. Phishers copy every one of these fields.
"""

from __future__ import annotations

import re

from stages.letter import Letter
from stages.urls import within

MAIL = "facebookmail.com"
SITE = "facebook.com"

TYPE_FIELDS = ("x-facebook-notify", "feedback-id")
"""Where the machine says what it calls a mail."""

_ADDRESS = re.compile(r"@([A-Za-z0-9.-]{1,253})")
_TYPE = re.compile(r"\s*([A-Za-z0-9_]{1,60})\s*(?:;|$)")
_FEEDBACK = re.compile(r"[^:]{1,60}:([A-Za-z0-9_]{1,60}):Facebook\s*", re.IGNORECASE)


def made_by_its_machine(mail: Letter) -> bool:
    """True if the mail says that Facebook's mailer made it, and that answers or errors go to Facebook."""
    mailer = f"{mail.last('x-mailer')} {mail.last('x-facebook')}"[:998].lower()
    if "zuckmail" not in mailer:
        return False
    told = (mail.reply_to_address, mail.last("errors-to"))
    hosts = (match[1].lower() for text in told for match in _ADDRESS.finditer(text[:998]))
    return any(within(host, (MAIL, SITE)) for host in hosts)


def type_of(mail: Letter) -> str:
    """What the machine calls it, lower case: `friend`, `event_invite_off_fb`; empty where it does not say."""
    if notify := _TYPE.match(mail.last(TYPE_FIELDS[0])):
        return notify[1].lower()
    feedback = _FEEDBACK.fullmatch(mail.last(TYPE_FIELDS[1])[:200])
    return feedback[1].lower() if feedback else ""
