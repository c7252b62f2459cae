"""The note asks for money to be moved, or offers money to a stranger.

Money words alone decide nothing: a treasurer, a founder after a round and a banker who read an article all use them.
It speaks when the text wants the reader to send, receive or hold money; when a large sum meets a task for the reader;
or when a sum and a death, an illness or a widow come together.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, find, near, read
from stages.wording.quoting import breaks, said
from stages.wording.vocabulary import words_of

POINTS = -8.0
VETO = True

_LURES = Phrases(
    # en
    "next of kin|deceased client|deceased customer|unclaimed funds|unclaimed fund|unclaimed inheritance",
    "claim the inheritance|claim this fund|inheritance fund|inheritance funds|your inheritance fund|dormant account",
    "western union|moneygram|worldremit|send ~ gift card*|buy ~ gift card*|purchase ~ gift card*|send me ~ money",
    "send us ~ money",
    "wire me|wire us|wire the money|wire the funds|wire ~ to my account|lend me ~ money|lend me ~ dollars",
    "your bank account|your account details|your bank details|receive this fund|you to receive ~ funds",
    "you to receive ~ money|your help to receive|your assistance to receive|help me receive|receive the money ~ your",
    "receive the funds ~ your|receive the money ~ my behalf|receive the funds ~ my behalf|business proposal ~ million*",
    "transfer ~ into your account|transfer ~ to your account|transfer ~ your account|move ~ funds out of",
    "double your money|double your bitcoin|guaranteed return*|guaranteed profit*|guaranteed daily|risk free profit*",
    "lottery winner|winning ticket|pay ~ processing fee|pay ~ release fee|advance fee|upfront fee",
    "invest ~ funds in your country|invest ~ money in your country|invest in your country|send ~ bitcoin",
    "send ~ usdt|deposit ~ usdt|pay a small fee|foreign partner to receive|loan without collateral",
    "loans without collateral|apply for a loan|offer you a loan|loan offer|donate ~ sum|donation of ~ million",
    # de
    "nachster angehoriger|verstorbener kunde|verstorbenen kunden|uberweisen sie|uberweise mir",
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
    "en su cuenta bancaria|su cuenta bancaria|tu cuenta bancaria|cliente fallecido",
    "cliente difunto",
    "pariente mas cercano|herencia de ~ millones|rentabilidad garantizada|ganancias garantizadas|enviar ~ dinero",
    "envieme ~ dinero|enviame ~ dinero|oferta de prestamo|prestamo sin garantia|donar ~ fortuna",
    "donacion de ~ millones",
    # pt
    "sua conta bancaria|cliente falecido|parente mais proximo|heranca de ~ milhoes",
    "lucro garantido|rendimento garantido|envie ~ dinheiro|enviar ~ dinheiro para|me envie ~ pix",
    "oferta de emprestimo",
    "emprestimo sem garantia|doacao de ~ milhoes",
    # it
    "suo conto bancario|suo conto corrente|tuo conto corrente|cliente deceduto",
    "cliente defunto",
    "parente piu prossimo|eredita di ~ milioni|guadagno garantito|rendimento garantito|inviare ~ denaro",
    "mandami ~ soldi",
    "offerta di prestito|prestito senza garanzie|donazione di ~ milioni",
    # nl
    "uw bankrekening|je bankrekening|overleden klant",
    "naaste familielid",
    "erfenis van ~ miljoen|gegarandeerd rendement|stuur ~ geld|geld overmaken|aan u overmaken|aan jou overmaken",
    "leningaanbod|lening zonder onderpand",
)
_CHANGED = Phrases(
    *(f"our {what} ~ {how}" for what in ("iban", "bank details", "bank account", "account details", "banking details")
      for how in ("changed", "changes", "updated")),
    "our new iban|to our new bank account|our new bank details|unsere neue iban|unser neues konto",
    *(f"unsere {what} ~ {how}" for what in ("iban", "bankverbindung", "kontodaten") for how in ("geandert", "neu")),
    "unsere neue bankverbindung|neue bankverbindung ~ uberweisen|auf das neue konto|auf unser neues konto",
    "notre iban ~ change*|notre rib ~ change*|nos coordonnees bancaires ~ change*|notre compte bancaire ~ change*",
    "notre nouveau rib|notre nouvel iban|sur le nouveau compte|sur notre nouveau compte",
    "nouvelles coordonnees bancaires",
    *(f"{what} ~ {how}" for what in ("nuestro iban", "nuestra cuenta bancaria", "nuestro numero de cuenta")
      for how in ("cambi*", "nuevo", "nueva")),
    "cambio de cuenta bancaria|nuestra nueva cuenta|nuestro nuevo iban|a la nueva cuenta|en la nueva cuenta",
    "nossa conta bancaria ~ mud*|nossos dados bancarios ~ mud*|nossa nova conta|nosso novo iban|na nova conta",
    "na conta nova",
    "nostro iban ~ cambi*|nostre coordinate bancarie ~ cambi*|nostro nuovo iban|sul nuovo conto|sul nuovo iban",
    *(f"{what} ~ gewijzigd" for what in ("ons rekeningnummer", "onze iban", "onze bankgegevens", "onze rekening")),
    "ons nieuwe rekeningnummer|onze nieuwe rekening|op de nieuwe rekening|naar de nieuwe rekening|nieuwe iban",
)  # fmt: skip
"""A supplier's account is said to have changed: where the next invoice is to be paid."""
_PAYS = Phrases(
    "pay|paid|payment*|invoice*|transfer*|bezahl*|zahlen|zahlung*|uberweis*|rechnung*|facture*|regler|reglez",
    "reglement*",
    "paiement*|virement*|virer|pago|pagos|pagar|pague|pagamento*|transferir|abonar|abone|fatura*|boleto*",
    "bonific*|fattur*",
    "betaal*|betalen|factuur|facturen|overmaken",
)
_INTO = Phrases(
    "auf ihr konto|auf dein konto|a su cuenta|a tu cuenta|en su cuenta|para sua conta|para a sua conta|na sua conta",
    "sul suo conto|sul tuo conto|naar uw rekening|naar je rekening|op uw rekening|op je rekening",
)
"""To your account: also what you are to be credited with, or where others read you; so with money near it."""
_CASH = Phrases(
    "euro|euros|eur|dollar*|usd|betrag|summe|somme|montant|importe|monto|quantia|somma|importo|bedrag|deposit*",
    "einzahl*",
    "uberweis*|transfer*|pix|bonific*|overmaken|overboek*|ingresar ~ dinero",
)
_REACH = 8
"""Words between an account, a prize, and the money."""
_WON = Phrases(
    "you have won|you ve won|you won|sie haben gewonnen|du hast gewonnen|vous avez gagne|tu as gagne|ha ganado",
    "has ganado",
    "voce ganhou|ha vinto|hai vinto|u heeft gewonnen|je hebt gewonnen|selected as a winner|tire au sort",
    "resulto agraciad*",
)
_PRIZES = Phrases(
    "lottery|jackpot|sweepstake*|raffle|iphone|gift card*|cash prize|lotterie|gewinnspiel|loterie|loteria|sorteo",
    "sorteio",
    "lotteria|loterij|claim|to collect|abholen|retirer|retrait|reclamar|cobrar|resgatar|riscuotere|ritirare|innen",
)
_COMMISSIONS = Phrases(
    "business proposal|foreign partner|your percentage|your commission|you keep ~ percent|you keep half",
    "you keep the rest|you will keep ~ percent|ihre provision",
    "sie behalten ~ prozent",
    "votre commission|vous gardez ~ pour cent|vous gardez la moitie|vous presenter comme|su comision",
    "usted se queda con|sua comissao|voce fica com|fica com metade",
    "sua commissione|dividiamo|u houdt de helft|u houdt ~ procent|u houdt een derde|je houdt ~ procent|uw commissie",
    *(f"{rate} {whom}" for rate in ("percent", "per cent", "prozent", "pour cent", "por ciento", "por cento", "procent")
      for whom in ("for you", "fur sie", "pour vous", "para usted", "para voce", "voor u")),
)  # fmt: skip
_SHARES = Phrases("your share|ihr anteil|dein anteil|votre part|su parte|tu parte|sua parte|la tua parte|uw aandeel")
_OWNERLESS = Phrases(
    "dormant|unclaimed|without heir*|no heir*|over invoic*|overinvoic*|risk free|beneficiary|orphan*|consignment",
    "trunk box*|inheritance|erbschaft|nachlass|herrenlos*|risikofrei|waisen*|heritier*|heritage|sans risque|decede",
    "ayant droit|orphelin*|heredero*|herencia|sin riesgo|nadie reclama|huerfano*|difunt*|herdeiro*|heranca|sem risco",
    "falecid*|orfaos|erede|eredi|l eredita|senza rischi*|dormiente|orfani|defunto|erfgenaam|erfgenamen|erfenis",
    "zonder risico|slapende|weeskinderen",
)
_SECRECY = Phrases(
    "secrecy|confidential*|diskret*|vertraulich*|stillschweigen|secret absolu|discretion|confidentiel*|discrecion",
    "confidencial*|sigilo|massimo riserbo|riservatezza|geheimhouding|discretie",
)
"""A fortune nobody owns, or silence about one; with a part of it for the reader."""
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


_FRAUD = frozenset(
    ("fraud", "frauds", "scam", "scams", "scheme", "schemes", "phishing", "betrug", "fraude", "fraudes", "estafa")
)
"""After a lure: then the note is about such frauds."""


_PRODUCT = words_of(
    "opening flow app apps team page product products comparison switching onboarding form feature integration api",
)
"""After "your bank account": then it is what the reader builds."""
_NO = words_of("no kein keine keinen d sin sem senza geen")
_DENIES = words_of("don never not nicht nie pas non niet nao")
_APPLICANTS = words_of("who that they people students firms customers clients")
_LENT = words_of("any up between money funds euro euros dollars usd")


def _meant(words: Words, hit: Hit) -> bool:
    """Is the lure held out to the reader: no fraud that is studied, no product, nothing denied, no thing lent?"""
    before, after = words.texts[max(0, hit.first - 3) : hit.first], words.texts[hit.last + 1 : hit.last + 3]
    if after and (after[0] in _FRAUD or (hit.phrase == "your bank account" and after[0] in _PRODUCT)):
        return False
    if before[-3:] == ("no", "need", "to") or before[-2:] in (("don", "t"), ("do", "not")):
        return False
    if before and before[-1] in _DENIES and before[-2:-1] != ("why",):
        return False
    if hit.phrase.startswith("apply for") and before and before[-1] in _APPLICANTS:
        return False
    if hit.phrase.endswith(("loan", "loans")) and after[:1] == ("of",):
        return len(after) > 1 and (after[1].isdecimal() or after[1] in _LENT)
    return True


def _lure(words: Words) -> Hit | None:
    """What nobody says who wants nothing of the reader's money."""
    for hit in (*find(words, _LURES), *find(words, _LOANS)):
        if _meant(words, hit):
            return hit
    changed = find(words, _CHANGED)
    if changed and find(words, _PAYS):
        return changed[0]
    for one, other in ((_INTO, _CASH), (_INTO, _SUMS), (_WON, _PRIZES)):
        if pair := near(words, find(words, one), find(words, other), _REACH):
            return pair[0]
    return None


def _in_a_clause(words: Words, one: tuple[Hit, ...], other: tuple[Hit, ...]) -> bool:
    """A widow with funds, not one who speaks of money further on."""
    pair = near(words, one, other, _REACH)
    if pair is None:
        return False
    first, last = sorted(pair)
    return not any(breaks(words, at) for at in range(first.last + 1, last.first + 1))


def _hidden(words: Words) -> Hit | None:
    """A part for the reader in what nobody owns; of what is only kept secret (sales of firms are), a commission."""
    ownerless, commissions = find(words, _OWNERLESS), find(words, _COMMISSIONS)
    if ownerless and (commissions or find(words, _SHARES)):
        return ownerless[0]
    secrecy = find(words, _SECRECY)
    return secrecy[0] if secrecy and commissions else None


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    if lure := _lure(words):
        return Finding(points=POINTS, evidence=said(words, lure))
    moves, sums = find(words, _MOVES), find(words, _SUMS)
    if moves and _amounts(words) and find(words, _READERS):
        return Finding(points=POINTS, evidence=said(words, moves[0]))
    if _amounts(words) and (hidden := _hidden(words)):
        return Finding(points=POINTS, evidence=said(words, hidden))
    sums = tuple(hit for hit in sums if not hit.first or words.texts[hit.first - 1] not in _NO)
    mourning = find(words, _MOURNING)
    if mourning and (sums or moves) and (_amounts(words) or _in_a_clause(words, mourning, (*sums, *moves))):
        return Finding(points=POINTS, evidence=said(words, mourning[0]))
    sorrows = find(words, _SORROWS)
    if sorrows and sums and (moves or near(words, sorrows, sums, 25)) and find(words, _READERS):
        return Finding(points=POINTS, evidence=said(words, sorrows[0]))
    return None
