"""Note -> Claims that the reader uses a tool: "I saw you use ..."."""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart

_USES = Phrases(
    "you use|you re using|you are using|your company uses|your team uses|you run on",
    "your team is on",
    "you re a user of|you are a user of|fellow user of|as users of|as a user of|you currently use|you still use",
    "sie nutzen|sie ~ nutzen|sie ~ verwenden|sie ~ einsetzen|du ~ nutzt|ihr ~ nutzt|sie verwenden|sie benutzen",
    "du nutzt|du verwendest",
    "ihr nutzt|ihr verwendet",
    "vous utilisez|tu utilises",
    "usas|utilizas|usted usa|ustedes usan|usted utiliza|ustedes utilizan",
    "voce usa|voces usam|voce utiliza|voces utilizam",
    "usate|utilizzate|lei usa|lei utilizza|tu usi|utilizzi",
    "je gebruikt|je ~ gebruikt|u ~ gebruikt|jullie ~ gebruiken|jullie gebruiken|u gebruikt|jij gebruikt",
)
_SEEN = Phrases(
    "i saw|i see|i noticed|i notice|saw that|noticed that|noticed you|saw you|see you|i know you|i understand you",
    "since you",
    "ich habe gesehen|ich sehe|mir ist aufgefallen|gesehen dass|aufgefallen dass|da sie|da ihr",
    "j ai vu|je vois|j ai remarque|vu que|puisque vous|vi que|veo que|he visto|note que|noto que|reparei que",
    "ho visto|vedo che",
    "ho notato|visto che|ik zag|ik zie|het viel me op|gezien dat|zag dat",
)


def read(note: Note) -> Claims:
    for hit in apart(note.found(_USES)):
        around, behind = range(hit.first, note.sentence(hit.first).stop), note.says(hit.last + 1, 8)
        if found := note.fact(note.known("tool"), around):
            tool, at = found
            yield note.claim(
                "tool", Hit(hit.first, max(at.last, hit.last), ""), "true", f'a tool you use, "{tool.fact}"'
            )
            continue
        name = note.name(hit.last + 1, most=3)
        if name is None:
            continue
        shown = Hit(hit.first, name.last, hit.phrase)
        if _is_seen(note, hit) and note.profile.tools_used and not note.near_anything(behind):
            listed = note.listed(note.profile.tools_used)
            yield note.claim("tool", shown, "false", listed)
        elif _is_seen(note, hit):
            yield note.claim("tool", shown, "unknown", "you did not list it")


def _is_seen(note: Note, hit: Hit) -> bool:
    """Does the sender say that they saw it? What is only supposed is no false claim."""
    around = note.sentence(hit.first)
    return any(around.start <= seen.first <= hit.first for seen in note.found(_SEEN))
