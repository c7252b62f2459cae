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
from stages.wording.quoting import breaks, said
from stages.wording.vocabulary import MESSENGERS, words_of
from stages.wording.words import MOST_READ

POINTS = -1.0

_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[\s().\-/]{0,2}\d){7,14}(?!\w)")
_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?[a-z]{2,10}", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z][\w.]{3,30}")
_PLACE = re.compile(
    r"\bhttps?://|\bwww\.|\b[a-z0-9-]{2,40}\.(?:com|net|org|info|top|xyz|io|ru|cn|site|online|club|app|link|biz|shop|live)\b"
    r"|\b[a-z]{2,10}\.[a-z]{2}/\w|\b[\w-]{1,60}\.(?:exe|scr|xlsm|docm|zip|rar|7z|iso|vbs|apk|msi|bat|dmg)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"linkedin\.com", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d"  # from one year to another
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"  # a day
    r"|(?:asp|vb|ado)\.net",  # what programmers work with
    re.IGNORECASE,
)
"""What looks like a number to call, or a place to go to, and is none."""
_APPS = (
    *(app for app in MESSENGERS if " " not in app and app != "signal"),
    "instagram", "discord", "messenger", "zangi", "botim",
)  # fmt: skip
_ORDINARY = words_of(
    "telegrams telegrama telegramas telegramm telegramme telegrammen telegrammes telegrammi telegramma telegraf",
    "discordo discorda discordam discordas discordar discorde discordes discords discordia hangout vibrer",
)
"""Words that only look like a messenger's name: a telegram, also a meter's; "I disagree"; to vibrate."""
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
    "lenen|overmaken|betalen|tikkie|voorlezen|stuur me|stuur mij|kopen|maak ~ euro over|maakt u ~ euro over",
    "voorschieten",
    "vorstrecken|hinterlegen|anzahlen|a regler|frais a payer|reglez|verser la|verser une|versez",
    "abonar|abonarse|adelantar|depositar|deposite|adiantar|deposite|versare la|versare una|versi la|versa la",
    "anticipare|anticipi tu",
)
_NOT = Phrases(
    "no need to|need not|needn t|don t have to|do not have to|without having to|not asking you to|not asking to",
    "never ask you to|never ask anyone to",
)
_OTHERS = words_of(
    "i we they he she it anyone anybody someone nobody people who customers clients users companies buyers",
    "ich wir man kunden leute nous ils elles on ellos nosotros eles io noi loro klanten wij mensen",
)
"""Before "buy" or "would buy": then somebody else does it, and the reader is not asked to."""
_BARE = ("buy", "transfer", "wire", "collect", "lend*", "borrow*")
_BEFORE = words_of("you please kindly to and then just now only bank wire quickly me urgently rather or not")
_OWN_WILL = words_of(
    "pourrions pourrais voulons veux allons vais podemos puedo quiero queremos vamos posso possiamo vorrei vorremmo",
)
_MUST = words_of("must should can could may might will would")
_HELPERS = words_of("would will could can may might do did to have had still also never always even only wurde konnen")
_MONEY = Phrases(
    "euro|euros|eur|dollar*|usd|pound*|gbp|franc*|chf|kroner|kronor|reais|real|pesos|zloty|rupees|money|cash",
    "deposit|ticket",
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
    "code sent to your|code to your phone|code on your phone|code you will receive|code by mistake|sent you a code",
    "code auf ihr handy|code auf dein handy|code per sms|code par sms|code por sms|codigo por sms|codice via sms",
    "code via sms",
    "enable content to view|enable content to open|please enable content|please enable editing|enable editing to",
    "enable macros|inhalte aktivieren|makros aktivieren|activer les macros",
    "activer le contenu",
    "habilitar macros|habilite macros|habilitar contenido|abilitare le macro|abiliti le macro|macro s inschakelen",
    "just clone ~ run|please clone ~ run|install anydesk|install teamviewer|fuhren sie ~ skript aus",
    "draai ~ installatiescript|lancez ~ script|ejecute ~ script|execute o script|esegua ~ script",
)
"""Nobody honest needs these words of a stranger."""
_OF_FRAUDS = Phrases(
    "passport|proof of address|specimen signature|kyc|beneficiary|honorarium|gift card*|your wallet|usdt|btc|usdc",
    "trade options|trade gold|trade forex|overpay|refundable|late husband|kind eyes|pen friend|write to me privately",
    "sign in with your|must sign in again|please sign in again|next of kin|compensation scheme",
    "has been chosen as|seats left|gold dust|gold bars",
    "your bank card|code of ~ bank card|pay ~ customs fee*|a clearance fee|the clearance fee|a compliance fee",
    "refundable|pay you back double",
    "recover your money|recover your funds|recover lost funds|get your funds back|recovery expert*|ethical hacker*",
    "click here|click below|click the link below|link below|the secure link|secure page|via the link|link in bio",
    "link in my bio|link in my profile|open the attached|complete the attached|attached form",
    "password is",
    *(f"your {what} ~ {how}" for what in ("account", "access", "mailbox", "parcel")
      for how in ("suspended", "blocked", "locked", "limited", "deactivated", "terminated", "on hold")),
    "nachlass|begunstigt*|verstorben*|reisepass|geschenkkarten|deine wallet|ihre wallet|zuwendung",
    "vorschusszahlung|vorschussgebuhr|goldstaub|goldbarren|folgen sie dem link|klicken sie hier",
    "klicken sie auf den link|uber den link",
    "link im profil",
    "ihr konto ~ gesperrt|sperren wir ~ zugang|zugang gesperrt|ihr zugang ~ gesperrt|paket ~ zoll festgehalten",
    "geld zuruckholen",
    "gewinnspiel",
    "poudre d or|lingots d or|cliquez sur le lien|cliquez ici|lien dans mon profil|lien ci dessous|lien dans ma bio",
    "colis ~ retenu",
    "votre compte ~ suspendu|votre compte ~ bloque|colis est bloque|frais de dossier|frais de visa|frais de douane",
    "reverser la difference|cheque de banque|hackers ethiques|ete tire au sort",
    "polvo de oro|lingotes de oro|haga clic|haz clic|formulario adjunto|enlace adjunto",
    "enlace en mi bio",
    "su cuenta ~ suspendida|su cuenta ~ bloqueada|paquete ~ aduana|gastos de aduana|gastos de gestion ~ pagar",
    "pagar por adelantado",
    "abonarse por adelantado|resulto agraciad*|agraciad* con|devolver la diferencia|recuperar su dinero",
    "reembolso pendiente",
    "devolucion ~ pendiente|pendiente ~ devolucion|ouro em po|clique no link|clique aqui|link na bio",
    "sua conta ~ bloqueada",
    "sua conta ~ suspensa|pacote ~ alfandega|encomenda ~ alfandega|taxa de liberacao|recuperar seu dinheiro",
    "polvere d oro|lingotti d oro|clicchi qui|clicchi sul|clicca qui|clicca sul|da questo link|link in bio",
    "suo conto ~ sospeso|suo conto ~ bloccato",
    "tuo conto ~ sospeso|fermo in dogana|bloccato in dogana|spese di spedizione ~ confermare|vinci un iphone",
    "hai vinto un iphone",
    "goudstof|goudstaven|klik op de link|klik hier|onderstaande knop|onderstaande link|uw rekening ~ geblokkeerd",
    "pakket ~ douane",
    "douanekosten|konto ~ zablokowan*|zaloguj sie|twoje konto",
    "телеграм*|вайбер*|ватсап*|вотсап*|微 信|номер карт*|на картку|nomor wa|zap zap",
    "passeport|beneficiaire|carte cadeau|cartes cadeaux|defunt*",
    "tarjetas de regalo|beneficiario|pasaporte|donacion|comprobante de domicilio|foto del codigo",
    "comprovante de residencia|cpf|doacao|beneficiario|cartao presente|dados do cartao|codigo recebido",
    "passaporto|carta regalo|carte regalo|l eredita|un eredita|in eredita|donazione",
    "paspoort|cadeaukaart*|erfenis|begunstigde",
)  # fmt: skip
"""Words that frauds can hardly do without, and others can."""
_NO_INTERVIEW = Phrases(
    "no interview|without interview|without an interview|ohne vorstellungsgesprach|sans entretien|sin entrevista",
    "sem entrevista|senza colloquio|zonder interview|zonder sollicitatiegesprek",
)
_KEYS = Phrases("keys|schlussel|cles|llaves|chaves|chiavi|sleutels|sleutel")
_DEPOSITS = Phrases("deposit|kaution|la caution|une caution|fianza|caucao|caparra|cauzione|borg|waarborg")
_TOGETHER = ((_NO_INTERVIEW, _MONEY), (_KEYS, _DEPOSITS))
"""A job for nothing but money, a flat for nothing but a deposit."""
_REACH = 8
"""Words between a wish and the money or the code."""
_BESIDE = 80
"""Characters between a wish and a sum with a sign of a currency."""
_SIGNS = re.compile(r"[€$£¥]\s?\d|\d\s?[€$£¥]")


def check(request: Request, facts: Facts) -> Finding | None:
    text = request.words
    if len(request.notice.note.value or "") > NOTE or len(text) > MOST_READ:
        return Finding(points=POINTS, evidence="longer than a note can be, and not read whole")
    for pattern in (_PHONE, _MAIL, _HANDLE, _PLACE):
        found = next((each for each in pattern.finditer(text) if not _harmless(text, each)), None)
        if found:
            return Finding(points=POINTS, evidence=f'"{evidence(found.group())[: EVIDENCE - 2]}"')
    words = read(text)
    hit = next(iter((*find(words, _SURELY), *find(words, _OF_FRAUDS))), None) or _messenger(words) or _wished(words)
    return Finding(points=POINTS, evidence=said(words, hit)) if hit else None


def _harmless(text: str, found: re.Match[str]) -> bool:
    own = _OURS.search(text[found.start() : found.end() + 20])
    return own is not None or _HARMLESS.fullmatch(found.group()) is not None


def _wished(words: Words) -> Hit | None:
    """A wish, with money or a code near it; or two things that only frauds say together."""
    for one, other in _TOGETHER:
        if pair := near(words, find(words, one), find(words, other), _REACH):
            return pair[0]
    wants = tuple(hit for hit in find(words, _WANTS) if _of_reader(words, hit))
    if not wants:
        return None
    pair = near(words, wants, (*find(words, _MONEY), *find(words, _CODES)), _REACH)
    return pair[0] if pair else next((hit for hit in wants if _beside_a_sum(words, hit)), None)


def _asked(words: Words, hit: Hit) -> bool:
    """Does a bare English verb open its clause, or follow "you" or "please"? Else it is a noun, or others do it."""
    at = hit.first
    while at and words.texts[at - 1] in _MUST:
        at -= 1
    if not at or words.words[at - 1].sentence != words.words[at].sentence or breaks(words, at):
        return True
    return words.texts[at - 1] in _BEFORE


def _beside_a_sum(words: Words, hit: Hit) -> bool:
    start, end = words.words[hit.first].start, words.words[hit.last].end
    return _SIGNS.search(words.source, max(0, start - _BESIDE), end + _BESIDE) is not None


def _of_reader(words: Words, hit: Hit) -> bool:
    """Is the wish the reader's to grant: not denied ("no need to send me anything"), nor what others do?"""
    if any(no.last == hit.first - 1 for no in find(words, _NOT)):
        return False
    if hit.phrase in _BARE and not _asked(words, hit):
        return False
    if hit.first and words.texts[hit.first - 1] in _OWN_WILL:
        return False
    at = hit.first - 1
    while at >= 0 and words.texts[at] in _HELPERS and words.words[at].sentence == words.words[hit.first].sentence:
        at -= 1
    helped = at < hit.first - 1
    asked = helped and words.texts[hit.first - 1] == "to"  # "I want you to buy", "we need to transfer"
    subject = at >= 0 and words.words[at].sentence == words.words[hit.first].sentence and words.texts[at] in _OTHERS
    return asked or not subject


def _messenger(words: Words) -> Hit | None:
    """The name of a messenger, also misspelt, and also in pieces ("What s App").

    In pieces and misspelt only WhatsApp is written: "swap chat" is no Snapchat.
    """
    pieces: dict[str, Hit] = {}
    for at in range(len(words)):
        joined = ""
        for last in range(at, min(at + _PIECES, len(words))):
            joined += words.texts[last]
            if len(joined) > _LONGEST:
                break
            if last == at or joined not in pieces:
                pieces[joined] = Hit(at, last, joined)
    named = {app for app in _APPS if app in pieces and _a_name(words, pieces[app])}
    longer = [piece for piece, hit in pieces.items() if len(piece) >= _MISSPELT and _may_be_misspelt(hit)]
    for app in _APPS:
        alike = process.extract(app, longer, scorer=fuzz.ratio, score_cutoff=_LIKE_APP, limit=None)
        named.update(piece for piece, _, _ in alike if piece not in _APPS and piece not in _ORDINARY)
    return next((hit for piece, hit in pieces.items() if piece in named), None)


def _may_be_misspelt(hit: Hit) -> bool:
    return hit.first == hit.last or (hit.phrase.startswith("w") and not hit.phrase.startswith("whatapp"))


def _a_name(words: Words, hit: Hit) -> bool:
    """Not "if we chat" or "what s app development like", where two words only meet; nor "messenger RNA"."""
    if hit.phrase == "wechat" and hit.first != hit.last:
        return words.source[words.words[hit.last].start].isupper()
    if hit.phrase == "messenger":
        return words.texts[hit.last + 1 : hit.last + 2] != ("rna",)
    return True
