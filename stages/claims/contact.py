"""Note -> Claims of an earlier contact: "as discussed", "did you get my last message".

True where we saw a request or a message of this person before. We do not see calls and meetings, so it is never false.
"""

from __future__ import annotations

from stages.claims.note import Claims, Note
from stages.wording import Hit, Phrases, apart

_BEFORE = Phrases(
    "as discussed|as promised|as agreed|as mentioned|per our|as per our|following up on our|following up on my",
    "follow up on my",
    "follow up to my|following up to my|follow up on our|did you get my|did you see my|did you receive my",
    "my last mail|my last email",
    "my last message|my previous mail|my previous message|my previous email|my earlier message|my earlier email",
    "my earlier note",
    "since we last spoke|when we last spoke|our last call|our call|our phone call|we spoke on the phone",
    "our last conversation",
    "i wrote to you before|i messaged you|i emailed you|i reached out before|you asked me to|you asked for the",
    "you said you would",
    "wie besprochen|wie versprochen|wie vereinbart|wie angekundigt|unser telefonat|unserem telefonat|unser gesprach",
    "unserem gesprach",
    "meine letzte nachricht|meine letzte mail|meine nachricht|meiner letzten|haben sie meine|hast du meine",
    "unser letztes gesprach",
    "comme convenu|comme promis|comme discute|suite a notre|notre appel|mon dernier message|mon precedent message",
    "mon message precedent",
    "mon dernier mail|avez vous recu mon|as tu recu mon|notre entretien telephonique",
    "como hablamos|como acordamos|como quedamos|como te prometi|como le prometi|nuestra llamada|mi ultimo mensaje",
    "mi mensaje anterior",
    "mi ultimo correo|recibiste mi|recibio mi|segun lo hablado|tal como acordamos",
    "como combinamos|como combinado|conforme combinado|como prometido|nossa ligacao|minha ultima mensagem",
    "minha mensagem anterior",
    "meu ultimo email|recebeu minha|recebeu a minha|recebeu o meu|conforme falamos|como conversamos",
    "come promesso|come d accordo|come concordato|come da accordi|nostra telefonata|mio ultimo messaggio",
    "mio messaggio precedente",
    "mia ultima mail|ha ricevuto il mio|hai ricevuto il mio|ha ricevuto la mia|in seguito alla nostra|come anticipato",
    "zoals besproken|zoals beloofd|zoals afgesproken|ons telefoongesprek|ons gesprek|mijn laatste bericht",
    "mijn vorige bericht",
    "mijn vorige mail|mijn laatste mail|heb je mijn|heeft u mijn|hebt u mijn",
)


def read(note: Note) -> Claims:
    past = note.request.past
    for hit in apart(note.found(_BEFORE))[:1]:
        shown = Hit(hit.first, max(hit.last, note.says(hit.last + 1, 5).stop - 1), hit.phrase)
        if past.messages:
            yield note.claim("contact", shown, "true", f"messages of this person seen before: {past.messages}")
        elif past.requests_before:
            yield note.claim("contact", shown, "true", f"requests of this person seen before: {past.requests_before}")
        elif past.accepted:
            yield note.claim("contact", shown, "true", "you are, or were, connected")
        else:
            yield note.claim("contact", shown, "unknown", "calls and meetings do not pass through here")
