"""(note, names) -> what is left of a note when greetings, formulas, praise and names are taken away."""

from __future__ import annotations

from functools import lru_cache

from stages.events import Notice, Parsed
from stages.settings import Owner, Profile
from stages.wording import Words, find, read
from stages.wording.formulas import FORMULAS
from stages.wording.mentions import Known
from stages.wording.vocabulary import CONNECTING, GREETINGS, PRAISE, STOP

_READ = 400


@lru_cache(maxsize=64)
def substance(words: Words, *known: str) -> tuple[int, ...]:
    """Indexes of the words that say something of their own.

    `known` are texts whose words count for nothing: the reader's name, the sender's name and headline. A bot has them.
    """
    covered: set[int] = set()
    for phrases in (GREETINGS, CONNECTING, FORMULAS, PRAISE):
        for hit in find(words, phrases):
            covered.update(range(hit.first, hit.last + 1))
    names = Known(name for text in known for name in read(text).texts if len(name) > 2)
    return tuple(
        at
        for at, text in enumerate(words.texts[:_READ])
        if text not in STOP and at not in covered and not names.has(text)
    )


def known_to_bots(notice: Notice, parsed: Parsed, owner: Owner, profile: Profile | None) -> tuple[str, ...]:
    """Texts whose words prove nothing: names, the sender's headline, the owner's employers and roles."""
    of_owner = (*(tenure.name for tenure in profile.employers), *profile.roles) if profile else ()
    return (
        owner.name,
        parsed.recipient_first_name or "",
        notice.name.value or "",
        notice.headline.value or "",
        *of_owner,
    )
