"""There is something in the note that frauds need: a number or address to answer to, a link or file, money, a code.

Honest people write such things too, so this is no veto; but it is worth a look of your own before you say yes.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from stages.events import Finding, Request
from stages.signals import Facts
from stages.values import NOTE
from stages.wording import EVIDENCE, Hit, Phrases, Words, evidence, find, near, read
from stages.wording.quoting import said
from stages.wording.vocabulary import MESSENGERS
from stages.wording.words import MOST_READ

POINTS = -1.0

_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[\s().\-/]{0,2}\d){7,14}(?!\w)")
_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?[a-z]{2,10}", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z][\w.]{3,30}")
_PLACE = re.compile(
    r"\bhttps?://|\bwww\.|\b[a-z0-9-]{2,40}\.(?:com|net|org|info|top|xyz|io|ru|cn|site|online|club|app|link|biz|shop|live)\b"
    r"|\b[a-z]{2,10}\.[a-z]{2}/\w|\b[\w-]{1,60}\.(?:exe|scr|xlsm|docm|zip|rar|7z|iso|js|vbs|apk|msi|bat|dmg)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"linkedin\.com", re.IGNORECASE)
_APPS = (
    *(app for app in MESSENGERS if " " not in app and app != "signal"),
    "instagram", "discord", "messenger", "zangi", "botim",
)  # fmt: skip
_LIKE_APP = 86
"""Ratio from which a word is taken for the name of a messenger, misspelt on purpose or not."""
_MISSPELT = 6
"""Letters a word has at least to be taken for such a name."""
_LONGEST = 12
_PIECES = 3
"""Letters, and words, a name may be spread over."""
_WANTS = Phrases(
    "lend*|borrow*|wire|transfer|pay for|could you pay|can you pay|please pay|would you pay|send me|send us|send it to",
    "buy|read me|tell me the|give me|forward me|collect",
    "leihen|leih mir|uberweisen|uberweise|bezahlen|vorlesen|schicken sie mir|schick mir|kaufen",
    "preter|prete moi|virer|virement|payer|lire le|envoyez moi|envoie moi|acheter",
    "prestar*|prestame|transferir|transfiere|pagar|leerme|enviarme|enviame|comprar",
    "emprestar|empresta|me faz um|transfira|ler o codigo|me envia|me manda",
    "prestar*|bonifico|pagare|leggere il|mandarmi|inviarmi|comprare",
    "lenen|overmaken|betalen|tikkie|voorlezen|stuur me|stuur mij|kopen",
)
_MONEY = Phrases(
    "euro|euros|eur|dollar*|usd|pound*|gbp|franc*|chf|kroner|kronor|reais|real|pesos|zloty|rupees|money|cash|deposit|ticket",
    "gift card*|apple card*|google card*|steam card*|pix|tikkie|bonifico|virement|uberweisung|fee",
    "geld|argent|dinero|dinheiro|denaro|soldi",
)
_CODES = Phrases(
    "code|codes|digits|sms|text message|pin|password|macros|sign in with|log in with|login",
    "code*|ziffern|passwort|codigo|codice|contrasena|senha|wachtwoord|mot de passe",
)
_SURELY = Phrases(
    "code that just arrived|code you just|code you get|code you received|code by text|code by sms|code from your",
    "code den sie|code der gerade|code que vous venez|code recu|codigo que|codice che|code die je|code die u",
    "a day no interview*|per day no interview*|euros a day|dollars a day|euro am tag|euros par jour|euros al dia",
    "reais por dia|euro al giorno|euro per dag",
)
"""Nobody honest needs these words of a stranger."""
_OF_FRAUDS = Phrases(
    "passport|proof of address|specimen signature|kyc|beneficiary|honorarium|gift card*|your wallet|usdt|btc|usdc",
    "trade options|trade gold|trade forex|overpay|refundable|late husband|kind eyes|pen friend|write to me privately",
    "sign in with your|next of kin|compensation scheme|has been chosen as|seats left",
    "nachlass|begunstigt*|verstorben*|reisepass|geschenkkarten|wallet|zuwendung",
    "passeport|beneficiaire|carte cadeau|cartes cadeaux|defunt*",
    "tarjetas de regalo|beneficiario|pasaporte|donacion|comprobante de domicilio|foto del codigo",
    "comprovante de residencia|cpf|doacao|beneficiario|cartao presente|dados do cartao|codigo recebido",
    "passaporto|carta regalo|carte regalo|eredita|donazione",
    "paspoort|cadeaukaart*|erfenis|begunstigde",
)
"""Words that frauds can hardly do without, and others can."""
_REACH = 8
"""Words between a wish and the money or the code."""
_SIGNS = re.compile(r"[€$£¥]\s?\d|\d\s?[€$£¥]")


def check(request: Request, facts: Facts) -> Finding | None:
    text = request.words
    if len(request.notice.note.value or "") > NOTE or len(text) > MOST_READ:
        return Finding(points=POINTS, evidence="longer than a note can be, and not read whole")
    for pattern in (_PHONE, _MAIL, _HANDLE, _PLACE):
        found = pattern.search(text)
        if found and not _OURS.search(text[found.start() : found.end() + 20]):
            return Finding(points=POINTS, evidence=f'"{evidence(found.group())[: EVIDENCE - 2]}"')
    words = read(text)
    hit = next(iter((*find(words, _SURELY), *find(words, _OF_FRAUDS))), None) or _messenger(words) or _wished(words)
    return Finding(points=POINTS, evidence=said(words, hit)) if hit else None


def _wished(words: Words) -> Hit | None:
    """A wish, with money or a code near it."""
    wants = find(words, _WANTS)
    if not wants:
        return None
    pair = near(words, wants, (*find(words, _MONEY), *find(words, _CODES)), _REACH)
    if pair is None and not _SIGNS.search(words.source):
        return None
    return pair[0] if pair else wants[0]


def _messenger(words: Words) -> Hit | None:
    """The name of a messenger, also misspelt, and also in pieces ("What s App")."""
    pieces: dict[str, Hit] = {}
    for at in range(len(words)):
        joined = ""
        for last in range(at, min(at + _PIECES, len(words))):
            joined += words.texts[last]
            if len(joined) > _LONGEST:
                break
            pieces.setdefault(joined, Hit(at, last, joined))
    named = {app for app in _APPS if app in pieces}
    longer = [piece for piece in pieces if len(piece) >= _MISSPELT]
    for app in _APPS:
        alike = process.extract(app, longer, scorer=fuzz.ratio, score_cutoff=_LIKE_APP, limit=None)
        named.update(piece for piece, _, _ in alike)
    return next((hit for piece, hit in pieces.items() if piece in named), None)
