"""(owner, key) -> the Sieve script for a mail server that takes mail from us by LMTP (`lmtp://`).

After RFC 5228 and its extensions: index (RFC 5260), mailbox (RFC 5490), variables (RFC 5229), duplicate (RFC 7352),
subaddress (RFC 5233), imap4flags (RFC 5232).
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.mailboxes import SORTED
from pipeline.mailboxes.lmtp import FOLDER
from pipeline.mailboxes.lmtp_place import Place, lmtp_place
from pipeline.store.key import Key
from stages.settings import Owner

_REMEMBERED_SECONDS = 2 * 24 * 3600
"""The longest that Dovecot takes unless it is told otherwise."""
_ABOUT = """\
# Salver hands mail over by LMTP; this Sieve script (RFC 5228) files it for {addresses}.
# It goes by the first {field} field alone, and only if that bears the key below, so no stranger can
# choose a folder: keep the key to yourself. A folder that is not there is made. What is handed over a second time,
# as after a lost connection, is dropped. All other mail goes on to rules of your own, or to the INBOX.
require [{extensions}];
"""
_BLOCK = """
if header :index 1 :matches "{field}" "*; mail=*;*flag=*;*key={key}" {{
    set "folder" "${{1}}";
{flags}    if duplicate :handle "salver" :uniqueid "${{2}}" :seconds {seconds} {{
        discard;
        stop;
    }}
{folders}}}
"""
_FLAG = """\
    if not string "${4}" "-" {
        addflag "${4}";
    }
"""
_FILE = """\
    if {test} {{
        fileinto :create "{path}";
        stop;
    }}
"""


def key_of(key: Key, address: str) -> str:
    """What our field bears for this recipient: only this installation can make it."""
    return f"{key.number('lmtp', address.lower()) % 2**64:016x}"


def places_of(owner: Owner) -> tuple[Place, ...]:
    """The mailboxes of an owner that a Sieve script files for."""
    return tuple(place for place in map(lmtp_place, owner.targets) if place is not None)


def script(
    places: Iterable[Place], key: Key, prefix: str = "", keywords: bool = False, declared: Iterable[str] = ()
) -> str:
    """The script for these mailboxes. `prefix`: what every folder lies under there, such as "INBOX."; `keywords`: the
    verdict and labels are shown among a mail's flags; `declared`: folders of the configuration beside our own."""
    folders = (*SORTED, *declared)
    places = tuple(dict.fromkeys(place._replace(host="", port=0, socket="", tls="offered") for place in places))
    extensions = ["fileinto", "mailbox", "variables", "index", "duplicate"]
    extensions += ["imap4flags"] * keywords
    if any(place.detail for place in places):
        extensions += ["envelope", "subaddress"]
    head = _ABOUT.format(
        addresses=" and ".join(dict.fromkeys(place.address for place in places)),
        field=FOLDER,
        extensions=", ".join(f'"{name}"' for name in extensions),
    )
    return head + "".join(_block(place, key, prefix, keywords, folders) for place in places)


def _block(place: Place, key: Key, prefix: str, keywords: bool, names: Iterable[str]) -> str:
    folders = "".join(_FILE.format(test=_test(place, name), path=_quoted(prefix + name)) for name in names)
    return _BLOCK.format(
        field=FOLDER, key=key_of(key, place.address), seconds=_REMEMBERED_SECONDS, folders=folders,
        flags=_FLAG if keywords else "",
    )  # fmt: skip


def _test(place: Place, folder: str) -> str:
    """Whether a mail belongs into this folder."""
    return f'envelope :detail "to" "{folder}"' if place.by_detail(folder) else f'string "${{folder}}" "{folder}"'


def _quoted(text: str) -> str:
    """Inside a quoted string (RFC 5228 2.4.2)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
