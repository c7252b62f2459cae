"""(Letter, recipients) -> Reply: what was written to an address that we made for one answer, and whether by a person.

Only the envelope's recipient counts: anybody can write an address into To.
"""

from __future__ import annotations

from stages.answer_text import written
from stages.events import Received, Reply
from stages.instructions import instructions_in
from stages.lesson_words import lessons_in
from stages.letter import Letter
from stages.recipients import hash_of, token_in
from stages.settings import Settings

_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_MARKS = (
    "list-id", "x-autoreply", "x-autorespond", "x-autoresponse", "x-ms-exchange-generated-message-source",
    "x-failed-recipients",
)  # fmt: skip
"""Fields that only machines write."""
_SUBJECTS = (
    "automatic reply", "automatische antwort", "auto:", "autoreply", "auto-reply", "out of office", "out-of-office",
    "abwesenheitsnotiz", "abwesend", "undeliverable", "undelivered mail", "unzustellbar", "mail delivery failed",
    "delivery status notification", "returned mail",
)  # fmt: skip
"""What vacation responders and bounces put before a subject. Some mark themselves by nothing else."""


def reply_of(letter: Letter, received: Received, settings: Settings) -> Reply | None:
    """None: it is not written to such an address."""
    found = token_in(received.rcpt_to)
    if not found:
        return None
    token = hash_of(found)
    if is_automatic(letter):
        return Reply(token=token, automatic=True)
    name = next((owner.name for owner in settings.owners if owner.id == received.owner), "")
    taught = lessons_in(written(letter), name)
    told = instructions_in(taught.lines, name)
    return Reply(
        token=token, instructions=told.instructions, lessons=taught.said, unclear=taught.unclear or told.unclear
    )


def is_automatic(letter: Letter) -> bool:
    """Whether a machine wrote it (RFC 3834 2 and 5, RFC 3464, and what is not in any standard)."""
    if letter.mail_from in ("", "<>") or letter.first("content-type").lower().lstrip().startswith("multipart/report"):
        return True
    if any(_word(value) != "no" for value in letter.every("auto-submitted")):
        return True
    if any(_word(value) in _BULK for value in letter.every("precedence")):
        return True
    if any(_word(value) not in ("", "none") for value in letter.every("x-auto-response-suppress")):
        return True
    marked = any(letter.every(name) for name in _MARKS)
    return marked or letter.subject.strip().casefold().startswith(_SUBJECTS)


def _word(value: str) -> str:
    """The first word of a field's value; what follows are parameters and comments."""
    return value.replace(";", " ").replace("(", " ").replace(",", " ").strip().lower().partition(" ")[0]
