"""Cards and text of a LinkedIn mail -> notices: shown, absent or unknown (LINKEDIN guide, 5)."""

from __future__ import annotations

import re
from dataclasses import replace

from stages.events import ABSENT, UNKNOWN, Kind, Notice, Seen, counted, shown
from stages.letter import Letter
from stages.sources.linkedin.cards import Card, Layout, invitation_id, is_chrome, mutual
from stages.sources.linkedin.default_texts import default_text, greeted
from stages.sources.linkedin.headlines import title_and_company
from stages.sources.linkedin.kinds import hrefs
from stages.sources.linkedin.texts import Plain, read_direct_message, read_text

_LONGEST_FIELD = 500
"""characters of a name, a headline or a link"""
_LONGEST_WORDS = 8_000
"""characters of a note (300 at most on LinkedIn) or of a direct message"""
_BELONGS_TO = re.compile(r"^(.{2,60}?), (.{2,120}) from (.{1,120}?) is waiting for your response")
_REPLIED = re.compile(r"\s*(?:(?:fwd?|fw|wg|tr|rv)\s*:\s*)*message replied:", re.IGNORECASE)
"""An answer to an InMail, whose mails show what was written."""
_SENT = re.compile(
    r"\b(?:messaged you|sent (?:you )?(?:an?|\d+)? ?(?:new )?messages?|(?:new|unread) messages?)\W*$", re.IGNORECASE
)
"""What LinkedIn says of a message."""
_PLACE = re.compile(r"^(?:Greater .+|.+ Area|[^.!?]{2,40}(?:, [^.!?]{2,40}){1,3})$")


def _bounded(text: str, most: int = _LONGEST_FIELD) -> Seen[str]:
    """`text` as a shown thing, cut where no honest one is longer: events stay small."""
    return shown(text[:most])


def one_person(
    mail: Letter, kind: Kind, name: str, page: Layout, handed_on: bool = False
) -> tuple[Notice | None, bool]:
    """(notice about the person in From, is the layout known?); no notice where the mail names nobody.

    `handed_on`: From is somebody else's, in a way that shows no forward. Then what stands first may be theirs too.
    """
    card, plain = _card_of(page, name), read_text(mail, name or _only_name(page))
    if handed_on:
        plain = plain if plain.old else Plain()
        page = page if page.framed else replace(page, before=(), has_note=False)
    notice = _notice(mail, kind, name, page, card, plain)
    named = notice.name.state == "shown" or notice.invitation_id.state == "shown"
    return notice if named else None, not handed_on and (card is not None or plain.known)


def writers(mail: Letter, name: str, page: Layout) -> tuple[Notice, ...]:
    """One notice for each person who sent a message: the one in From, or all whom the subject and the page name."""
    subject = set(re.findall(r"\w+", mail.subject.casefold()))
    people = [card for card in page.cards if card.name and card.profile_url and not card.suggested]
    named = [card for card in people if card.name.split()[0].casefold() in subject]
    if len(named) > 1:
        return tuple(_of_writer(mail, card.name, card) for card in named)
    notice, _ = one_person(mail, "message", name, page)
    if notice is None:
        return ()
    called = notice.name.value or ""
    if _REPLIED.match(mail.subject):
        said, _ = read_direct_message(mail, called)
        return (notice.model_copy(update={"message": _bounded(said, _LONGEST_WORDS)}) if said else notice,)
    card = _card_of(page, called)
    return (_of_writer(mail, called, card) if card else notice,)


def _of_writer(mail: Letter, name: str, card: Card) -> Notice:
    """What a message's notice shows of who wrote it: most show no words of theirs, and then none are made up."""
    lines = tuple(line for line in card.lines if not _says_chrome(line, name, mail) and not _SENT.search(line))
    at = next((n for n, line in enumerate(lines) if _is_quoted(line) or _speaks(line, n)), len(lines))
    headline, location, _ = _headline_and_place(lines[:at], Plain())
    notice = _shape(card, name, headline, location, Plain(), has_places=False)
    said = "\n".join(lines[at:]).strip('“”"„«» ')
    return notice.model_copy(update={"message": _bounded(said, _LONGEST_WORDS)}) if said else notice


def _speaks(line: str, number: int) -> bool:
    """Whether a line below a name is said to the reader. The first may be a headline, and those hold sentences too."""
    return greeted(line) is not None or (number > 0 and bool(re.search(r"[!?]$|\w{4,}\.$", line)))


def asking(page: Layout) -> list[Card]:
    """The people whose invitations can be accepted from this mail."""
    return [card for card in page.cards if card.accepts and not card.suggested]


def are_several(page: Layout, name: str) -> bool:
    """Whether two invitations at least can be accepted; where From names a person, by their numbers, which differ."""
    people = asking(page)
    return len(people) > 1 and (not name or len({card.invitation_id for card in people if card.invitation_id}) > 1)


def requesters(mail: Letter, page: Layout) -> tuple[Notice, ...]:
    """One notice for each person of a collection of invitations, in order; suggestions beside them are left out."""
    people = asking(page) or [card for card in page.cards if card.name and not card.suggested]
    return tuple(_of_card(mail, card) for card in people)


def _of_card(mail: Letter, card: Card) -> Notice:
    lines = tuple(line for line in card.lines if not _says_chrome(line, card.name, mail))
    headline, location, extra = _headline_and_place(lines, Plain())
    notice = _shape(card, card.name, headline, location, Plain(), has_places=True)
    count = mutual(tuple(card.lines))
    return notice.model_copy(
        update={
            **_words((extra,), has_place=False),
            "mutual_connections": notice.mutual_connections if count is None else counted(count),
        }
    )


def _same_person(one: str, other: str) -> bool:
    """True if the names share a word; letter case and accents of the html may differ from From."""
    words = [set(re.findall(r"\w+", name.casefold())) for name in (one, other)]
    return bool(words[0] & words[1])


def _card_of(page: Layout, name: str) -> Card | None:
    """The card of the person in From; of nobody else, for suggestions look just the same."""
    candidates = [card for card in page.cards if not card.suggested]
    if not name:
        return candidates[0] if len(candidates) == 1 else None
    exact = next((card for card in candidates if card.name.casefold() == name.casefold()), None)
    named = exact or next((card for card in candidates if card.name and _same_person(card.name, name)), None)
    nameless = [card for card in candidates if not card.name]
    return named or (nameless[0] if len(candidates) == 1 and nameless else None)


def _only_name(page: Layout) -> str:
    return page.cards[0].name if len(page.cards) == 1 else ""


def _notice(mail: Letter, kind: Kind, name: str, page: Layout, card: Card | None, plain: Plain) -> Notice:
    asks = kind in ("invitation", "invitation_reminder")
    called = name or plain.name or (card.name if card else "")
    lines = tuple(line for line in (card.lines if card else plain.lines) if not _says_chrome(line, called, mail))
    headline, location, extra = _headline_and_place(lines, plain)
    notice = _shape(card, called, headline, location, plain, has_places=asks)
    if asks:
        above = "\n".join(line for line in page.before if not _says_chrome(line, called, mail))
        has_place = kind == "invitation" and (plain.known or (bool(page.cards) and page.has_note))
        words = _words((plain.message, above, extra) if plain.known or page.cards else (), has_place)
        notice = notice.model_copy(update={**words, **_employment(mail, notice)})
        if notice.invitation_id.state != "shown" and (number := _only_invitation(mail)):
            notice = notice.model_copy(update={"invitation_id": _bounded(number)})
    count = mutual((*(card.lines if card else ()), *plain.lines, *page.before))
    return notice.model_copy(update={"mutual_connections": counted(count)}) if count is not None else notice


def _says_chrome(line: str, name: str, mail: Letter) -> bool:
    return is_chrome(line, name) or line.casefold() == mail.subject.strip().casefold()


def _headline_and_place(lines: tuple[str, ...], plain: Plain) -> tuple[str, str, str]:
    """(headline, location, further text) of the lines below a name."""
    facts = list(lines)
    extra_from = next((n for n, line in enumerate(facts) if n >= 2 or (n >= 1 and _is_sentence(line))), len(facts))
    facts, extra = facts[:extra_from], facts[extra_from:]
    if facts and _is_quoted(facts[0]):
        facts, extra = [], [*facts, *extra]
    if len(facts) == 1 and plain.known and not plain.old and not plain.lines and _PLACE.match(facts[0]):
        return "", facts[0], "\n".join(extra)
    return facts[0] if facts else "", facts[1] if len(facts) > 1 else "", "\n".join(extra).strip('“”"„«» ')


def _is_quoted(line: str) -> bool:
    return line.startswith(("“", '"', "„", "«"))


def _is_sentence(line: str) -> bool:
    return len(line) > 60 or _is_quoted(line) or bool(re.search(r"[!?]$|\w{4,}\.$", line)) or greeted(line) is not None


def _shape(card: Card | None, name: str, headline: str, location: str, plain: Plain, has_places: bool) -> Notice:
    """What card and text show. A place the layout has and leaves empty is absent; the text of 2011 has none."""
    laid_out = has_places and card is not None and bool(card.name)
    in_text = has_places and plain.known and not plain.old
    split = title_and_company(headline) if headline else None
    return Notice(
        name=_bounded(name) if name else UNKNOWN,
        headline=_seen(headline, laid_out or in_text),
        title=_bounded(split[0]) if split else UNKNOWN,
        company=_bounded(split[1]) if split else UNKNOWN,
        location=_seen(location, laid_out),
        profile_url=_bounded(card.profile_url) if card and card.profile_url else UNKNOWN,
        photo_url=_seen(card.photo_url if card else "", laid_out and card is not None and card.pictured),
        invitation_id=_bounded(card.invitation_id) if card and card.invitation_id else UNKNOWN,
    )


def _seen(text: str, has_place: bool) -> Seen[str]:
    return _bounded(text) if text else ABSENT if has_place else UNKNOWN


def _words(places: tuple[str, ...], has_place: bool) -> dict[str, object]:
    """The note: what stands where LinkedIn's own sentence would, unless it is that sentence.

    An invitation always has that place; whether reminders and collections have it is not known.
    """
    filled = [text for text in places if text]
    if written := next((text for text in filled if default_text(text) is None), None):
        return {"note": _bounded(written, _LONGEST_WORDS)}
    if filled:
        known = [default_text(text) for text in filled]
        return {"note": ABSENT, "default_text": "attested" if "attested" in known else "guess"}
    return {"note": ABSENT if has_place else UNKNOWN}


def _employment(mail: Letter, notice: Notice) -> dict[str, object]:
    """Title and company as the preheader of 2026 gives them: `Ann, Buyer from Acme is waiting for your response`."""
    match = _BELONGS_TO.match(" ".join(mail.page.preheader.split()))
    if match is None or not _same_person(match[1], notice.name.value or match[1]):
        return {}
    return {"title": _bounded(match[2]), "company": _bounded(match[3])}


def _only_invitation(mail: Letter) -> str:
    numbers = {number for url in hrefs(mail) if (number := invitation_id(url))}
    return numbers.pop() if len(numbers) == 1 else ""


def direct_message(mail: Letter, name: str) -> Notice:
    """What an InMail shows: its text is a message, not a note; whose headline the footer names is the recipient."""
    message, headline = read_direct_message(mail, name)
    split = title_and_company(headline) if headline else None
    return Notice(
        name=_bounded(name) if name else UNKNOWN,
        headline=_bounded(headline) if headline else UNKNOWN,
        title=_bounded(split[0]) if split else UNKNOWN,
        company=_bounded(split[1]) if split else UNKNOWN,
        message=_bounded(message, _LONGEST_WORDS) if message else UNKNOWN,
    )
