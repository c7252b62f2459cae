"""The note asks for money to be moved, or offers money to a stranger.

Money words alone decide nothing: a treasurer, a founder after a round and a banker who read an article all use them.
It speaks when the text wants the reader to send, receive or hold money; when a large sum meets a task for the reader;
or when a sum and a death, an illness or a widow come together.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, Words, find, near, read
from stages.wording.quoting import said

POINTS = -8.0
VETO = True

_LURES = Phrases(
    # en
    "next of kin|deceased client|deceased customer|unclaimed funds|unclaimed fund|unclaimed inheritance",
    "claim the inheritance|claim this fund|inheritance fund|inheritance funds|your inheritance fund|dormant account",
    "western union|moneygram|send ~ gift card*|buy ~ gift card*|purchase ~ gift card*|send me ~ money",
    "send us ~ money",
    "wire me|wire us|wire the money|wire the funds|wire ~ to my account|lend me ~ money|lend me ~ dollars",
    "your bank account|your account details|your bank details|receive the funds|receive the money|receive this fund",
    "transfer ~ into your account|transfer ~ to your account|transfer ~ your account|move ~ funds out of",
    "double your money|double your bitcoin|guaranteed return*|guaranteed profit*|guaranteed daily|risk free profit*",
    "you have won|lottery winner|winning ticket|pay ~ processing fee|pay ~ release fee|advance fee|upfront fee",
    "invest ~ funds in your country|invest ~ money in your country|invest in your country|send ~ bitcoin",
    "send ~ usdt|deposit ~ usdt|pay a small fee|foreign partner to receive|loan without collateral",
    "loans without collateral|apply for a loan|offer you a loan|loan offer|donate ~ sum|donation of ~ million",
    # de
    "nachster angehoriger|verstorbener kunde|verstorbenen kunden|uberweisen sie|uberweise mir|auf ihr konto",
    "ihre bankverbindung|ihre kontodaten|garantierte rendite|schicken sie ~ geld|schick mir ~ geld|geld ~ uberweisen",
    "bearbeitungsgebuhr ~ zahlen|erbschaft ~ millionen|ihr konto ~ uberweisen|darlehen ohne sicherheiten",
    "kredit ohne bonitatsprufung|kreditangebot|geschenkkarten ~ kaufen",
    # fr
    "virer ~ sur votre compte|transferer ~ sur votre compte|votre compte bancaire|vos coordonnees bancaires",
    "client decede|plus proche parent|heritage de ~ millions|rendement garanti|gains garantis|envoyez ~ argent",
    "m envoyer ~ argent|frais de dossier ~ payer|faire don de ~ argent|don de ~ millions|offre de pret",
    "pret sans garantie",
    "pret entre particuliers|cartes cadeaux ~ acheter",
    # es
    "a su cuenta|a tu cuenta|en su cuenta bancaria|su cuenta bancaria|tu cuenta bancaria|cliente fallecido",
    "cliente difunto",
    "pariente mas cercano|herencia de ~ millones|rentabilidad garantizada|ganancias garantizadas|enviar ~ dinero",
    "envieme ~ dinero|enviame ~ dinero|oferta de prestamo|prestamo sin garantia|donar ~ fortuna",
    "donacion de ~ millones",
    # pt
    "para sua conta|para a sua conta|sua conta bancaria|cliente falecido|parente mais proximo|heranca de ~ milhoes",
    "lucro garantido|rendimento garantido|envie ~ dinheiro|enviar ~ dinheiro para|me envie ~ pix",
    "oferta de emprestimo",
    "emprestimo sem garantia|doacao de ~ milhoes",
    # it
    "sul suo conto|sul tuo conto|suo conto bancario|suo conto corrente|tuo conto corrente|cliente deceduto",
    "cliente defunto",
    "parente piu prossimo|eredita di ~ milioni|guadagno garantito|rendimento garantito|inviare ~ denaro",
    "mandami ~ soldi",
    "offerta di prestito|prestito senza garanzie|donazione di ~ milioni",
    # nl
    "naar uw rekening|naar je rekening|op uw rekening|uw bankrekening|je bankrekening|overleden klant",
    "naaste familielid",
    "erfenis van ~ miljoen|gegarandeerd rendement|stuur ~ geld|geld overmaken|aan u overmaken|aan jou overmaken",
    "leningaanbod|lening zonder onderpand",
)
_LOANS = Phrases(
    "do you need ~ loan|need a ~ loan|in need of ~ loan|looking for a ~ loan|offer ~ loan|offer ~ loans",
    "grant ~ loan|grant ~ loans",
    "offering ~ loan|offering ~ loans|loan at ~ interest|loans at ~ interest|loan lender|soft loan",
    "loan of any amount",
    "we can fund|fund your ~ project|fund your ~ projects|finance your ~ project",
    "finance your ~ projects|need working capital",
    "need funding for your",
    "benotigen sie ~ darlehen|benotigen sie ~ kredit|brauchen sie ~ kredit|brauchen sie ~ darlehen",
    "bieten ~ darlehen|bieten ~ kredite",
    "kreditgeber|vergeben ~ kredite|in ihr unternehmen ~ investieren|besoin d un ~ pret|besoin de financement",
    "accordons ~ prets",
    "offrons ~ prets|necesita un prestamo|necesitas un prestamo|ofrecemos ~ prestamos|precisa de ~ emprestimo",
    "oferecemos ~ emprestimos",
    "ha bisogno di ~ prestito|offriamo ~ prestiti|heeft u ~ lening nodig|een lening nodig|bieden ~ leningen",
)
_MOURNING = Phrases(
    "i am a widow|i m a widow|my late husband|my late wife|my late father|late client",
    "deceased client|diagnosed with ~ cancer",
    "i am dying|i m dying|terminally ill|mein verstorbener mann",
    "krebs erkrankt|mon defunt mari",
    "mon mari decede|atteinte d un cancer|atteint d un cancer|mi difunto esposo|padezco ~ cancer",
    "meu falecido marido|sofro ~ cancer",
    "mio defunto marito|malata di cancro|mijn overleden man|ongeneeslijk ziek",
)
_MOVES = Phrases(
    "transfer*|wire|wiring|deposit*|donat*|inherit*|receive|release|remit*|repatriat*|uberweis*|ubertrag*|erbschaft",
    "virement|virer|transfere*|heritage|donacion|herencia|recibir|receber|heranca|doar|trasferi*|eredita|donazione",
    "overmaken|overboeken|erfenis|schenken|spenden|leguer",
)
_READERS = Phrases(
    "your account|your assistance|your help|need your|your cooperation|your country|to you|with you|trust you",
    "your partnership",
    "on your behalf|trustworthy|honest person|reliable person|as beneficiary|the beneficiary|foreign partner",
    "partner with me",
    "ihre hilfe|ihrer hilfe|ihre unterstutzung|ihr konto|an sie|mit ihnen|vertrauenswurdig*|votre aide|votre compte",
    "avec vous|vous faire|digne de confiance|su ayuda|tu ayuda|su cuenta|con usted|de confianza|sua ajuda|sua conta",
    "com voce|confiavel|suo aiuto|suo conto|con lei|con te|fidat*|uw hulp|uw rekening|aan u|met u|betrouwbar*",
)
_SORROWS = Phrases(
    "widow|widower|dying|cancer|terminal illness|terminally ill|my late husband|my late father|late client",
    "orphan*|deceased",
    "passed away|witwe|krebs|verstorben*|todkrank*|veuve|decede*|viuda|fallecid*|viuva|falecid*|vedova|defunt*",
    "decedut*",
    "cancro|weduwe|overleden|kanker|moribund*",
)
_SUMS = Phrases(
    "million*|billion*|millionen|milliarden|millones|milhoes|milioni|miliardi|miljoen|miljard|fortune|vermogen",
    "fortuna",
    "funds|fund|money|geld|argent|dinero|dinheiro|denaro|soldi|fonds",
)
_LARGE = Phrases("million*|billion*|millones|milhoes|milioni|miliardi|miljoen*|miljard*|milliard*|mio")


def _amounts(words: Words) -> bool:
    """A large sum: millions in words, or seven digits and more."""
    if find(words, _LARGE):
        return True
    digits = 0
    for before, word in zip((None, *words.words), words.words, strict=False):
        if not word.text.isdecimal():
            digits = 0
            continue
        joined = before is not None and word.start - before.end == 1 and len(word.text) == 3
        digits = digits + 3 if joined and digits else len(word.text)
        if digits >= 7 and joined:
            return True
    return False


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    lures = find(words, _LURES) or find(words, _LOANS)
    if lures:
        return Finding(points=POINTS, evidence=said(words, lures[0]))
    moves, sums = find(words, _MOVES), find(words, _SUMS)
    if moves and _amounts(words) and find(words, _READERS):
        return Finding(points=POINTS, evidence=said(words, moves[0]))
    mourning = find(words, _MOURNING)
    if mourning and (sums or moves):
        return Finding(points=POINTS, evidence=said(words, mourning[0]))
    sorrows = find(words, _SORROWS)
    if sorrows and sums and (moves or near(words, sorrows, sums, 25)) and find(words, _READERS):
        return Finding(points=POINTS, evidence=said(words, sorrows[0]))
    return None
