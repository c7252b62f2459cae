"""The note asks for identity papers, passwords, codes or account data."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, find, fold, near, read
from stages.wording.quoting import said
from stages.wording.vocabulary import words_of

POINTS = -8.0
VETO = True

_SECRETS = Phrases(
    "verification code*|confirmation code*|security code*|one time code|one time password|login code",
    "six digit code|6 digit code",
    "otp code*|your otp|the otp|otp you|otp sent|password|passwords|passport|copy of your id|scan of your id",
    "photo of your id|id card|identity card",
    "driver s license",
    "drivers license|driving licence|social security number|ssn|date of birth|bank details|banking details",
    "card number|card details|national insurance number|ni number|scanned id|passport scan",
    "credit card|account number|iban|seed phrase|recovery phrase|private key|login details|your credentials|pin code",
    "bestatigungscode|sicherheitscode|passwort|reisepass*|personalausweis*|ausweiskopie|kopie ihres ausweises",
    "geburtsdatum",
    "kontonummer|kartennummer|kreditkartendaten|kartendaten|identitatskarte|ihren ausweis|ihres ausweises",
    "deinen ausweis",
    "kreditkartennummer|zugangsdaten|sozialversicherungsnummer|bankverbindung",
    "code de verification|code de securite|mot de passe|passeport|piece d identite|carte d identite",
    "date de naissance",
    "numero de compte|numero de carte|carte bancaire|coordonnees bancaires|identifiants|numero de securite sociale",
    "codigo de verificacion|codigo de seguridad|contrasena|pasaporte|documento de identidad|copia de su dni|dni",
    "fecha de nacimiento|numero de cuenta|tarjeta de credito|datos de la tarjeta|datos de su tarjeta|datos bancarios",
    "numero de tarjeta",
    "codigo de verificacao|codigo de seguranca|senha|passaporte|documento de identidade|cpf|data de nascimento",
    "numero da conta",
    "cartao de credito|dados do cartao|numero do cartao|dados bancarios",
    "codice di verifica|codice di sicurezza|parola d ordine|passaporto|carta d identita|documento d identita",
    "data di nascita",
    "numero di conto|carta di credito|dati della carta|numero della carta|credenziali|codice e password|dati bancari",
    "codice fiscale",
    "verificatiecode|beveiligingscode|wachtwoord|paspoort|identiteitsbewijs|kopie van uw id|geboortedatum",
    "rekeningnummer",
    "creditcard|bankpas|kaartgegevens|kopie identiteitskaart|identiteitskaart|pincode|numer karty|bankgegevens",
    "inloggegevens|burgerservicenummer|bsn",
)
_ASKS = Phrases(
    "send me|send us|send your|send a|send over|send the|send passport|send id|send copy|send copies|send scan*",
    "send ni",
    "share your|share the|provide your|provide us|provide me|give me|give us|tell me your|tell us your|show me your",
    "forward me|forward the|forward your|forward it|i need your|we need your|needs your|need a copy|need a scan",
    "needs a scan",
    "needs a copy|need a photo|we require your|requires your|require a copy|confirm your|enter your|enter the",
    "type your",
    "upload your|upload a|fill in your|submit your|supply your|verify your|what is your|let me have your|email your",
    "reply with|please send|kindly send|please provide|kindly provide|text me the|read me the|a copy of your",
    "a scan of your",
    "a photo of your|a picture of your|photos of your|log in with your|sign in with your",
    "schicken sie|schick mir|schicke mir|senden sie|sende mir|mailen sie|brauche ihre*|brauche deine*|brauchen ihre*",
    "brauche ich ~ ihre*|brauche ich ~ deine*|brauchen wir ~ ihre*|benotige ihre*|benotigen ihre*|benotige ich ~ ihre*",
    "benotigen wir ~ ihre*|benotige ich ~ kopie|geben sie|gib mir|teilen sie|bestatigen sie|nennen sie|nenn mir",
    "nenne mir",
    "halten sie|ubermitteln sie|laden sie|tragen sie|hinterlegen sie|fotografieren sie|foto ihres|foto ihrer",
    "kopie ihres",
    "kopie ihrer|kopie deines|kopie deiner|scan ihres|scan ihrer",
    "envoyez|envoie moi|envoyez moi|m envoyer|nous envoyer|communiquez|communique moi|donnez|donne moi|fournir",
    "fournissez",
    "transmettez|transmettre|me transmettre|besoin de votre|besoin de vos|besoin de ton|besoin de ta|confirmez",
    "saisissez",
    "renseignez|indiquez|copie de votre|photo de votre|scan de votre|copie de ta|photo de ta",
    "envieme|envieme|enviame|envienos|envianos|envie su|envia tu|envie copia|envie una|envie foto|mandame",
    "mandeme|mande su",
    "mande copia|manda tu|pasame|paseme|deme|dame|necesito su|necesito tu|necesitamos su|necesitamos tu|facilite*",
    "proporcione*|proporcioname|confirme su|confirma tu|indique los|indique su|introduzca|ingrese su|ingrese los",
    "acompane copia|adjunte copia|adjunte su|copia de su|copia de tu|foto de su|foto de tu",
    "me envie|me envia|envie seu|envie sua|envie o|envie a|envie copia|envie foto|me mande|me manda|mande o|mande a",
    "me passe|me passa|preciso do seu|preciso da sua|preciso dos seus|precisamos do seu|precisamos da sua",
    "precisamos do",
    "informe seu|informe sua|informe o|informe os|confirme seu|confirme sua|confirme os|digite seu|digite sua|digite o",
    "copia do seu|copia da sua|foto do seu|foto da sua",
    "inviami|inviaci|mi invii|ci invii|invii|mandami|mandaci|mi mandi|ci mandi|mi dia|dammi|ho bisogno del*",
    "abbiamo bisogno del*|fornire|fornisca|confermi|conferma il tuo|comunichi|comunicami|inserendo|inserisca|inserisci",
    "scriva le|scrivimi|mi scriva|copia della sua|copia del suo|copia della tua|copia del tuo|foto della sua",
    "foto del suo|foto della tua|confermare ~ con",
    "stuur mij|stuur me|stuur ons|stuur uw|stuur je|stuur direct|stuur foto|stuur kopie|stuur een|stuur ~ kopie",
    "geef mij",
    "geef me|ik heb uw|ik heb je|we hebben uw|wij hebben uw|bevestig uw|bevestig je|deel uw|deel je|vul uw|vul je",
    "voer uw|voer je|typ uw|kopie van uw|kopie van je|foto van uw|foto van je|scan van uw|potwierdz",
)
_ABOUT = frozenset(
    fold(word)
    for word in (
        "article", "articles", "post", "talk", "slides", "manager", "policy", "paper", "team", "Artikel", "Vortrag",
        "chapter", "essay", "book", "study", "guide", "column", "podcast", "Aufsatz", "Buch", "Kapitel", "Studie",
        "chapitre",
        "livre", "étude", "capítulo", "libro", "estudio", "livro", "estudo", "capitolo", "studio", "stuk", "boek",
        "hoofdstuk", "onderzoek", "Beitrag", "conférence", "artículo", "charla", "artigo", "palestra",
        "articolo", "presentatie",
    )
)  # fmt: skip
"""A piece about secrets is none."""
_OBJECTS = words_of(
    "reset resets manuscript validator checker parser library api field fields design supervision tree survey gate",
    "gates reader readers scanner hashing rules flow release control office",
)
_NO_SECRETS = _OBJECTS | _ABOUT
"""Right after the word for a secret: what is made or written about it, and no secret either."""


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    secrets = tuple(
        hit for hit in find(words, _SECRETS) if _NO_SECRETS.isdisjoint(words.texts[hit.last + 1 : hit.last + 2])
    )
    for ask in find(words, _ASKS):
        back = ask.phrase.endswith(" it")  # what is to be sent was named before
        pair = near(words, (ask,), tuple(hit for hit in secrets if back or hit.last >= ask.first), 6)
        if pair is None:
            continue
        last = max(ask.last, pair[1].last)
        if not any(word.text in _ABOUT for word in words.words[ask.first : last]):
            return Finding(points=POINTS, evidence=said(words, Hit(min(ask.first, pair[1].first), last, "")))
    return None
