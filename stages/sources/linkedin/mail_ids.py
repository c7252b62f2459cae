"""Letter -> when LinkedIn's machine made the mail (LINKEDIN guide, 3)."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import unquote

from stages.letter import Letter
from stages.sources.linkedin.kinds import hrefs
from stages.urls import parameter

_MAIL_ID = re.compile(r"[a-z0-9]{3,9}([-~])(?P<time>[a-z0-9]{8})\1[a-z0-9]{1,4}")
_IN_TRACKING = re.compile(r"-null-([a-z0-9]+~[a-z0-9]{8}~[a-z0-9]+)")
_IN_PATH = re.compile(r"https?://[^/]+/(?:e|emimp)/([a-z0-9]+-[a-z0-9]{8}-[a-z0-9]+)[/.]")
_BRACKETED = re.compile(r"<(https?://[^<>]+)>")
_YEARS = (1_041_379_200_000, 4_102_444_800_000)
"""2003, when LinkedIn began, to 2100: milliseconds a mail id can name."""


def mail_time(mail: Letter) -> int | None:
    """When LinkedIn's machine made the mail: what most of its mail ids say in base 36, else its Message-ID."""
    addresses = Counter(hrefs(mail))
    addresses.update(_BRACKETED.findall(mail.last("list-unsubscribe")))
    addresses.update(item.src for item in mail.page.items if item.src)
    named = Counter([mail.last("x-linkedin-id").strip()])
    for url, often in addresses.items():
        for mail_id in _mail_ids(url):
            named[mail_id] += often
    times: Counter[int] = Counter()
    for mail_id, often in named.items():
        match = _MAIL_ID.fullmatch(mail_id)
        if match and _YEARS[0] < (moment := int(match["time"], 36)) < _YEARS[1]:
            times[moment] += often
    if times:
        return times.most_common(1)[0][0]
    in_message_id = re.match(r"<\d+\.\d+\.(\d{13})(?:\.JavaMail[^@]*)?@", mail.message_id or "")
    return int(in_message_id[1]) if in_message_id else None


def _mail_ids(url: str) -> list[str]:
    """The mail ids in one of LinkedIn's URLs, whatever its host: `eid=`, `e=`, `trkEmail=`, paths below `/e/`."""
    found = [parameter(url, "eid"), parameter(url, "e")]
    if match := _IN_TRACKING.search(unquote(parameter(url, "trkEmail"))):
        found.append(match[1])
    if match := _IN_PATH.match(url):
        found.append(match[1])
    return found
