"""(template, table) -> how each filled note is received, and how alike they are: the swap test over the campaign.

Each receiver sees one note only, and judges that. But a text in which everybody reads the same cannot be good,
whatever its words claim: so a note that stands on no words of its own counts as intriguing at best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.coach import ORDER, Receiver, Reception, Sender, receive
from pipeline.coach.drafts import sentences, without
from pipeline.coach.fill import Row, Slot, filled, slots_of
from stages.events import Verdict
from stages.wording import read
from stages.wording.vocabulary import STOP

OWN = 2
"""words of its own from which a filled note is not the same as all others"""
MOST_SENTENCES, MOST_ROWS = 15, 25
"""of a template that are taken out for a try; and with how many rows, spread over the table"""
_LEAST = 0.5
"""points a note, on average, from which a change is worth telling"""
_FIRST_NAMES = frozenset(("first", "firstname", "fname", "givenname", "vorname", "prenom", "voornaam", "nombre"))
_NAMES = frozenset(("", "name", "full", "fullname", "nome"))
_MERGED = _FIRST_NAMES | _NAMES | {
    "last", "lastname", "surname", "nachname", "nom", "apellido", "sobrenome", "cognome", "achternaam", "company",
    "employer", "firm", "organisation", "organization", "title", "jobtitle", "job", "role", "position", "headline",
    "city", "town", "location", "place", "country", "region", "industry", "sector", "email", "firma", "unternehmen",
    "branche", "stadt", "entreprise", "poste", "ville", "empresa", "cargo", "puesto", "ciudad", "cidade", "azienda",
    "ruolo", "citta", "bedrijf", "functie",
}  # fmt: skip
"""What any bot can fill in: name, employer, title and city are not personal."""


class Filled(NamedTuple):
    """One note of the campaign. `verdict` is what it counts as: not good where it stands on no words of its own."""

    row: Row
    who: str
    reception: Reception
    verdict: Verdict
    own: int
    same: float
    open: tuple[str, ...]

    @property
    def held_back(self) -> bool:
        return self.verdict != self.reception.verdict


class Try(NamedTuple):
    """A sentence of the template, and how the rows that were tried are received with it and without."""

    sentence: str
    rows: int
    now: Counter[Verdict]
    then: Counter[Verdict]
    points: float
    """gained by a note, on average"""


def campaign(template: str, rows: Sequence[Row], sender: Sender, receiver: Receiver) -> tuple[Filled, ...]:
    """Each row's note, in order."""
    slots = slots_of(template)
    texts = [filled(template, row.values).strip() for row in rows]
    words = [[word.text for word in read(text).words] for text in texts]
    common = _common(words)
    notes = []
    for row, text, said in zip(rows, texts, words, strict=True):
        reception = receive(text, sender, receiver, _first_name(row, slots))
        own = _own(row, slots, common)
        alike = len(rows) > 1 and own < OWN
        verdict: Verdict = "intriguing" if alike and reception.verdict == "good" else reception.verdict
        same = sum((word, nth) in common for word, nth in _numbered(said)) / len(said) if said else 1.0
        missing = dict.fromkeys(slot.name for slot in slots if not row.values.get(slot.key))
        notes.append(Filled(row, _who(row, slots), reception, verdict, own, same, tuple(missing)))
    return tuple(notes)


def counts(notes: Iterable[Filled]) -> Counter[Verdict]:
    """How many of each verdict."""
    return Counter(note.verdict for note in notes)


def alikeness(notes: Sequence[Filled]) -> float | None:
    """The share of words that stay the same, on average; None for a single note."""
    return sum(note.same for note in notes) / len(notes) if len(notes) > 1 else None


def tries(template: str, notes: Sequence[Filled], sender: Sender, receiver: Receiver) -> tuple[Try, ...]:
    """Sentences of the template without which the campaign is received better, the best first."""
    spans = sentences(template)[:MOST_SENTENCES]
    step = max(1, -(-len(notes) // MOST_ROWS))
    rows = [note.row for note in notes[::step]]
    some = notes if step == 1 else campaign(template, rows, sender, receiver)
    found = []
    for span in spans if len(spans) > 1 else ():
        then = campaign(without(template, span), rows, sender, receiver)
        moved = _ranks(then) - _ranks(some)
        points = _mean(then) - _mean(some)
        better = moved > 0 or (moved == 0 and points >= _LEAST)
        if better and not all(note.reception.blank for note in then):
            found.append((moved, Try(template[slice(*span)], len(some), counts(some), counts(then), points)))
    return tuple(each for _, each in sorted(found, key=lambda each: (-each[0], -each[1].points)))


def _ranks(notes: Iterable[Filled]) -> int:
    """Ranks, summed: a better verdict for one note counts one."""
    return sum(ORDER.index(note.verdict) for note in notes)


def _mean(notes: Sequence[Filled]) -> float:
    return sum(note.reception.score for note in notes) / len(notes)


def _numbered(words: Sequence[str]) -> list[tuple[str, int]]:
    """Each word with how many times it stood before: the second `the` is another word than the first."""
    seen: Counter[str] = Counter()
    found = []
    for word in words:
        found.append((word, seen[word]))
        seen[word] += 1
    return found


def _common(notes: Sequence[Sequence[str]]) -> frozenset[tuple[str, int]]:
    """The words that stand in more than half of the notes."""
    often = Counter(each for words in notes for each in _numbered(words))
    return frozenset(each for each, count in often.items() if count * 2 > len(notes))


def _own(row: Row, slots: Sequence[Slot], common: frozenset[tuple[str, int]]) -> int:
    """Words of substance that only this note has, in slots that not every bot can fill."""
    values = {slot.key: row.values.get(slot.key, "") for slot in slots if not _is_merged(slot.key)}
    own = {word.text for value in values.values() for word in read(value).words}
    return len({word for word in own if word not in STOP and (word, 0) not in common})


def _is_merged(key: str) -> bool:
    """Whether a slot holds what a bot has; `current_company` and `company_name` are the company."""
    for lead in ("current", "your", "their", "recipient", "contact"):
        key = key.removeprefix(lead)
    return key in _MERGED or key.removesuffix("name") in _MERGED


def _first_name(row: Row, slots: Sequence[Slot]) -> str:
    for slot in slots:
        if slot.key in _FIRST_NAMES | _NAMES and row.values.get(slot.key):
            return row.values[slot.key].split()[0]
    return ""


def _who(row: Row, slots: Sequence[Slot]) -> str:
    """What tells the row from others: the name in it, else its first value."""
    named = (row.values.get(slot.key, "") for slot in slots if slot.key in _FIRST_NAMES | _NAMES)
    return next((value for value in (*named, *row.values.values()) if value), "-")
