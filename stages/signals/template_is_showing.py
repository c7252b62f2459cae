"""A template shows through: a placeholder was left in the note."""

from __future__ import annotations

import re

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, evidence, fold, read
from stages.wording.quoting import said

POINTS = -4.0

_PAIRS = {"[": "]", "{": "}", "<": ">", "%": "%", "«": "»"}
_OPENING = re.compile(r"[\[{<%«]")
_SLOTS = (
    "name", "company", "title", "role", "position", "industry", "topic", "client", "city", "location", "job", "field",
    "insert", "your ", "first", "last", "school", "skill", "product", "link", "nombre", "empresa", "cliente",
    "problema",
    "nome", "cargo", "vorname", "nachname", "firma", "unternehmen", "branche", "prenom", "entreprise", "poste", "nom",
    "azienda", "ruolo", "settore", "voornaam", "bedrijf", "functie", "sector", "puesto", "tema", "referen",
)  # fmt: skip
_LONGEST = 40
"""Characters a placeholder may have."""

_READ = 6_000
"""Characters of a note that are read."""


_WITHIN = 3
"""Words a placeholder has at most that only holds such a word, not begins with it; more are a remark in brackets."""
_OWN = frozenset(("i", "my", "we", "our", "ich", "mein", "meine", "je", "mon", "ma", "mi", "meu", "minha", "mio"))


def _slot(inside: str, sign: str) -> bool:
    text = fold(inside).replace("_", " ").strip("{}[]<>% ")
    if "removed" in text or "redacted" in text:  # somebody took a name out; nobody forgot to put one in
        return False
    words = text.split()
    if sign == "%" and (inside != inside.strip() or not inside[:1].isalpha()):  # "20% of the first 30%"
        return False
    if sign == "«" and (len(words) > 2 or not inside.strip()[:1].isupper()):  # quotation marks, to many people
        return False
    if not 0 < len(text) <= _LONGEST or (sign != "{" and not _OWN.isdisjoint(words)):
        return False
    begins = any(text.startswith(slot) for slot in _SLOTS)
    return begins or (len(words) <= _WITHIN and sign != "«" and any(f" {slot}" in text for slot in _SLOTS))


def _quoted(note: str, at: int, end: int) -> str:
    """The sentence with the placeholder between the characters `at` and `end`."""
    words = read(note)
    inside = [index for index, word in enumerate(words.words) if at <= word.start < end]
    return said(words, Hit(inside[0], inside[-1], "")) if inside else evidence(note[at : end + 1])


def check(request: Request, facts: Facts) -> Finding | None:
    note = request.words
    for opening in _OPENING.finditer(note, 0, _READ):
        at = opening.start()
        end = note.find(_PAIRS[opening[0]], at + 1, at + _LONGEST + 4)
        if end > 0 and _slot(note[at + 1 : end], opening[0]):
            return Finding(points=POINTS, evidence=_quoted(note, at, end))
    return None
