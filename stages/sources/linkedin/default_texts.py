"""The sentences LinkedIn puts where a personal note would stand: finding one there means nobody wrote a note."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_ATTESTED = (
    "I'd like to add you to my professional network on LinkedIn",
    "I'd like to join your LinkedIn network",
    "I'd like to join your professional network",
)
"""Seen in mails of 2004 to 2026 (LINKEDIN guide, 5.6)."""

_GUESSED = (
    # de
    "Ich würde Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn hinzufügen",
    "Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn hinzufügen",
    "Ich möchte Ihrem LinkedIn Netzwerk beitreten",
    "Ich möchte gerne Ihrem LinkedIn Netzwerk beitreten",
    "Ich würde gerne Ihrem LinkedIn Netzwerk beitreten",
    "Ich möchte Ihrem beruflichen Netzwerk beitreten",
    "Ich möchte gerne Ihrem beruflichen Netzwerk beitreten",
    "Ich möchte mich gerne mit Ihnen vernetzen",
    "Ich würde mich gerne mit Ihnen vernetzen",
    "Ich möchte mich mit Ihnen vernetzen",
    # fr
    "Je souhaite vous ajouter à mon réseau professionnel sur LinkedIn",
    "J'aimerais vous ajouter à mon réseau professionnel sur LinkedIn",
    "Je souhaite rejoindre votre réseau LinkedIn",
    "J'aimerais rejoindre votre réseau LinkedIn",
    "Je souhaiterais rejoindre votre réseau LinkedIn",
    "Je souhaite rejoindre votre réseau professionnel",
    "J'aimerais rejoindre votre réseau professionnel",
    "Je souhaiterais rejoindre votre réseau professionnel",
    # es
    "Me gustaría añadirte a mi red profesional en LinkedIn",
    "Me gustaría agregarte a mi red profesional en LinkedIn",
    "Me gustaría añadirte a mi red profesional de LinkedIn",
    "Me gustaría unirme a tu red de LinkedIn",
    "Me gustaría unirme a su red de LinkedIn",
    "Me gustaría formar parte de tu red de LinkedIn",
    "Me gustaría unirme a tu red profesional",
    "Me gustaría formar parte de tu red profesional",
    # pt
    "Gostaria de adicioná-lo à minha rede profissional no LinkedIn",
    "Gostaria de adicioná-la à minha rede profissional no LinkedIn",
    "Gostaria de adicionar você à minha rede profissional no LinkedIn",
    "Gostaria de fazer parte da sua rede do LinkedIn",
    "Gostaria de fazer parte da sua rede no LinkedIn",
    "Gostaria de fazer parte da sua rede profissional",
    "Eu gostaria de fazer parte da sua rede profissional",
    "Gostaria de me juntar à sua rede profissional",
    # it
    "Vorrei aggiungerti alla mia rete professionale su LinkedIn",
    "Vorrei entrare a far parte della tua rete LinkedIn",
    "Vorrei entrare a far parte della tua rete professionale",
    "Vorrei unirmi alla tua rete LinkedIn",
    "Vorrei unirmi alla tua rete professionale",
    "Vorrei far parte della tua rete professionale",
    # nl
    "Ik wil je graag toevoegen aan mijn professionele netwerk op LinkedIn",
    "Ik wil u graag toevoegen aan mijn professionele netwerk op LinkedIn",
    "Ik wil graag deel uitmaken van je LinkedIn netwerk",
    "Ik wil graag deel uitmaken van uw LinkedIn netwerk",
    "Ik wil graag deel uitmaken van je professionele netwerk",
    "Ik wil graag lid worden van je LinkedIn netwerk",
    "Ik wil graag lid worden van je professionele netwerk",
    # en, bare renderings of the subject lines
    "I want to connect",
    "I'd like to connect with you on LinkedIn",
)
"""Our own renderings. None was seen in a mail; whoever meets a real one should move it up."""

_HELLO_WORDS = r"(?:hi|hello|hey|dear|hallo|guten tag|liebe[rs]?|bonjour|salut|hola|ol[áa]|oi|ciao|salve|beste)"
GREETING = re.compile(
    rf"^\s*(?:{_HELLO_WORDS}(?:\s+[^\s,.!?:;]+){{0,3}}[,!]\s*|[^\s,.!?:;]+(?: [^\s,.!?:;]+)?,\s*\n\s*)", re.IGNORECASE
)
"""`Hi Amy, ` in front of a sentence, or `Amy,` on a line of its own."""
_HELLO = re.compile(rf"^\s*{_HELLO_WORDS}\s+(?P<name>[^\n,.!?:;]{{1,40}})[,!]", re.IGNORECASE)
_ALONE = re.compile(r"([^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*)?),")
_LONGEST = 400
"""characters a default text has at most, greeting and sign-off included"""
_SIGN_OFF = re.compile(r"\n[ \t]*[-–—][ \t]*[^\n]{1,60}$")
_WORD = re.compile(r"\w+")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(folded.replace("’", "").replace("'", "")))


_KNOWN: dict[str, Literal["attested", "guess"]] = {
    **{_plain(sentence): "guess" for sentence in _GUESSED},
    **{_plain(sentence): "attested" for sentence in _ATTESTED},
}


def default_text(text: str) -> Literal["attested", "guess"] | None:
    """How well known the default sentence is that `text` consists of; None for a text somebody wrote.

    A greeting before it and a `- First name` below it belong to the default text; any further word does not.
    """
    if len(text) > _LONGEST:
        return None
    bare = _SIGN_OFF.sub("", text.strip())
    for candidate in dict.fromkeys((bare, GREETING.sub("", bare, count=1))):
        if known := _KNOWN.get(_plain(candidate)):
            return known
    return None


def greeted(text: str) -> str | None:
    """The first name a text greets on its first line: `Hi Amy, ...` or `Amy,` alone; None where it greets nobody."""
    first_line = text.strip().split("\n", maxsplit=1)[0].strip()
    if match := _HELLO.match(first_line):
        name = match["name"].strip()
        return None if name.casefold() in {"there", "all", "team"} else name
    alone = _ALONE.fullmatch(first_line)
    return alone[1] if alone else None
