"""Note -> Claims of a group in common. Never false: people belong to more groups than they list."""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart
from stages.wording.mentions import Item
from stages.wording.vocabulary import words_of

_SHARED = Phrases(
    "same group|same linkedin group|share the group|share a group|share ~ group|shared group|group in common",
    "groups in common",
    "both members of|both in the ~ group|fellow member*|we re both in|we are both in|from the ~ group|in the ~ group",
    "the ~ group",
    "group member*|our group|we both belong to",
    "gleichen gruppe|gleiche gruppe|selben gruppe|gemeinsame gruppe|aus der gruppe|in der gruppe|beide mitglied|gruppe",
    "meme groupe|groupe en commun|membres du groupe|membre du groupe|dans le groupe|du groupe|groupe",
    "mismo grupo|grupo en comun|miembros del grupo|miembro del grupo|en el grupo|del grupo|grupo",
    "mesmo grupo|grupo em comum|membros do grupo|membro do grupo|no grupo|do grupo",
    "stesso gruppo|gruppo in comune|membri del gruppo|membro del gruppo|nel gruppo|del gruppo|gruppo",
    "zelfde groep|dezelfde groep|gezamenlijke groep|lid van de groep|in de groep|uit de groep|beiden lid|allebei lid",
    "groep",
)
_SURELY = Phrases(
    "same group|same linkedin group|share the group|share a group|share ~ group|shared group|group in common",
    "groups in common",
    "both members of|fellow member*|both in the ~ group|gleichen gruppe|gleiche gruppe|selben gruppe",
    "gemeinsame gruppe|beide mitglied",
    "meme groupe|groupe en commun|mismo grupo|grupo en comun|mesmo grupo|grupo em comum|stesso gruppo|gruppo in comune",
    "zelfde groep|dezelfde groep|gezamenlijke groep|beiden lid|allebei lid",
)
_KINDS = words_of(
    "group gruppe groupe grupo gruppo groep alumni members circle network club community association verein"
)


def read(note: Note) -> Claims:
    groups = note.known("group")
    taken: list[int] = []
    surely = {hit.first for hit in note.found(_SURELY)}
    for hit in apart(note.found(_SHARED)):
        around = note.sentence(hit.first)
        if around.start in taken:
            continue
        group = next((group for group in groups if _is_named(note, group, around)), None)
        if group:
            taken.append(around.start)
            shown = Hit(hit.first, max(hit.last, note.says(hit.last + 1, 6).stop - 1), "")
            yield note.claim("group", shown, "true", f'your group "{group.fact}"')
        elif surely & set(range(hit.first, hit.last + 1)):
            taken.append(around.start)
            shown = Hit(hit.first, max(hit.last, note.says(hit.last + 1, 6).stop - 1), "")
            yield note.claim("group", shown, "unknown", "people belong to more groups than they list")


def _is_named(note: Note, group: Item, around: range) -> bool:
    telling = [word for word in group.content if word not in _KINDS]
    spoken = [word for word in telling if any(at in around for at in note.said.get(word, ()))]
    return bool(spoken) and (len(spoken) >= 2 or len(telling) == 1) and 2 * len(spoken) >= len(telling)
