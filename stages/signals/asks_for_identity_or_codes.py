"""The note asks for identity papers, passwords, codes or account data."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, find, fold, near, read
from stages.wording.quoting import said

POINTS = -8.0
VETO = True

_SECRETS = Phrases(
    "verification code*|confirmation code*|security code*|one time code|one time password|login code",
    "six digit code|6 digit code",
    "otp|password|passwords|passport|copy of your id|scan of your id|photo of your id|id card|identity card",
    "driver s license",
    "drivers license|driving licence|social security number|ssn|date of birth|bank details|banking details",
    "card number",
    "credit card|account number|iban|seed phrase|recovery phrase|private key|login details|your credentials|pin code",
    "bestatigungscode|sicherheitscode|passwort|reisepass|personalausweis|ausweiskopie|kopie ihres ausweises",
    "geburtsdatum",
    "kontonummer|kreditkartennummer|zugangsdaten|sozialversicherungsnummer|bankverbindung",
    "code de verification|code de securite|mot de passe|passeport|piece d identite|carte d identite",
    "date de naissance",
    "numero de compte|carte bancaire|coordonnees bancaires|identifiants|numero de securite sociale",
    "codigo de verificacion|codigo de seguridad|contrasena|pasaporte|documento de identidad|copia de su dni|dni",
    "fecha de nacimiento|numero de cuenta|tarjeta de credito|datos bancarios",
    "codigo de verificacao|codigo de seguranca|senha|passaporte|documento de identidade|cpf|data de nascimento",
    "numero da conta",
    "cartao de credito|dados bancarios",
    "codice di verifica|codice di sicurezza|parola d ordine|passaporto|carta d identita|documento d identita",
    "data di nascita",
    "numero di conto|carta di credito|dati bancari|codice fiscale",
    "verificatiecode|beveiligingscode|wachtwoord|paspoort|identiteitsbewijs|kopie van uw id|geboortedatum",
    "rekeningnummer",
    "creditcard|bankgegevens|inloggegevens|burgerservicenummer|bsn",
)
_ASKS = Phrases(
    "send me|send us|send your|send a|send over|share your|share the|provide your|provide us|provide me|give me",
    "give us|tell me your",
    "forward me|forward the|forward your|i need your|we need your|need a copy|we require your|confirm your",
    "enter your|upload your",
    "reply with|submit your|what is your|verify your|please send|kindly send|please provide|kindly provide",
    "text me the|read me the",
    "schicken sie|senden sie|schick mir|sende mir|brauche ihre*|brauche deine*|brauchen ihre*|benotige ihre*",
    "benotigen ihre*",
    "geben sie|gib mir|teilen sie|bestatigen sie|nennen sie",
    "envoyez|envoie moi|m envoyer|nous envoyer|communiquez|donnez|donne moi|fournir|besoin de votre",
    "besoin de vos|confirmez",
    "envieme|enviame|envie su|envia tu|mandame|mandeme|deme|dame|necesito su|necesito tu|necesitamos su",
    "facilite*|confirme su",
    "me envie|envie seu|envie sua|envie o|me mande|me passe|preciso do seu|preciso da sua|precisamos do",
    "informe seu|informe o|confirme seu",
    "inviami|mi invii|invii|mandami|mi mandi|mi dia|dammi|ho bisogno del*|abbiamo bisogno del*|fornire|confermi",
    "comunichi",
    "stuur mij|stuur me|stuur uw|stuur je|geef mij|geef me|ik heb uw|we hebben uw|bevestig uw|bevestig je",
    "deel uw|deel je",
)
_ABOUT = frozenset(
    fold(word)
    for word in (
        "article", "articles", "post", "talk", "slides", "manager", "policy", "paper", "team", "Artikel", "Vortrag",
        "Beitrag", "conférence", "artículo", "charla", "artigo", "palestra", "articolo", "presentatie",
    )
)  # fmt: skip
"""A piece about secrets is none."""


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    secrets = tuple(
        hit
        for hit in find(words, _SECRETS)
        if hit.last + 1 >= len(words) or words.words[hit.last + 1].text not in _ABOUT
    )
    for ask in find(words, _ASKS):
        pair = near(words, (ask,), tuple(hit for hit in secrets if hit.last >= ask.first), 6)
        if pair is None:
            continue
        last = max(ask.last, pair[1].last)
        if not any(word.text in _ABOUT for word in words.words[ask.first : last]):
            return Finding(points=POINTS, evidence=said(words, Hit(min(ask.first, pair[1].first), last, "")))
    return None
