"""Note -> Claims that the reader speaks a language: "I see you speak Norwegian"."""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart

_SPEAKS = Phrases(
    "you speak|you also speak|you re fluent in|you are fluent in|your ~ skills in|you read|sie sprechen",
    "du sprichst",
    "vous parlez|tu parles|hablas|usted habla|habla usted|voce fala|lei parla|parli|je spreekt|u spreekt",
)
_NAMES = {
    "en": "english englisch anglais ingles inglese engels",
    "de": "german deutsch allemand aleman alemao tedesco duits",
    "fr": "french franzosisch francais frances francese frans",
    "es": "spanish spanisch espagnol espanol castellano espanhol spagnolo spaans",
    "pt": "portuguese portugiesisch portugais portugues portoghese portugees",
    "it": "italian italienisch italien italiano italiaans",
    "nl": "dutch niederlandisch hollandisch neerlandais neerlandes holandes holandes olandese nederlands",
    "no": "norwegian norwegisch norvegien noruego noruegues norvegese noors",
    "sv": "swedish schwedisch suedois sueco svedese zweeds",
    "da": "danish danisch danois danes dinamarques danese deens",
    "fi": "finnish finnisch finnois finlandes finlandese fins",
    "pl": "polish polnisch polonais polaco polones polacco pools",
    "ru": "russian russisch russe ruso russo",
    "tr": "turkish turkisch turc turco turks",
    "ar": "arabic arabisch arabe arabo",
    "zh": "chinese mandarin chinesisch chinois chino chines cinese chinees",
    "ja": "japanese japanisch japonais japones giapponese japans",
    "uk": "ukrainian ukrainisch ukrainien ucraniano ucraino oekraiens",
}
_CODES = {word: code for code, words in _NAMES.items() for word in words.split()}


def read(note: Note) -> Claims:
    listed = {
        each.casefold()[:2] if len(each) <= 5 else _CODES.get(each.casefold(), "") for each in note.profile.languages
    }
    for hit in apart(note.found(_SPEAKS)):
        for at in note.says(hit.last + 1, 4):
            code = _CODES.get(note.text(at))
            if code is None:
                continue
            said = Hit(hit.first, at, hit.phrase)
            if code in listed:
                yield note.claim("language", said, "true", f"a language you listed: {code}")
            elif listed and not _asked(note, at):
                yield note.claim("language", said, "false", f"you listed {', '.join(sorted(listed))}")
            else:
                yield note.claim("language", said, "unknown", "you did not list it")
            return


def _asked(note: Note, at: int) -> bool:
    """Is it a question, or a wish?"""
    around = note.sentence(at)
    rest = note.words.source[note.words.words[around.stop - 1].end :][:2]
    return "?" in rest or any(note.text(i) in ("if", "do", "ob", "falls", "si", "se", "als", "of") for i in around)
