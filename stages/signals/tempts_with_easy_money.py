"""The note tempts with easy money: trading tips, coins, income without work."""

from __future__ import annotations

import re

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, find, fold, near, read
from stages.wording.quoting import said

POINTS = -4.0

_MARKETS = Phrases(
    "crypto*|krypto*|cripto*|bitcoin*|btc|usdt|forex|trading|nft|stock tips",
    "day trading|geldanlage|placements|inversiones|investimentos|investimenti|beleggen",
)
_GAINS = Phrases(
    "i make|i made|i earn|i earned|i ve made|profit*|returns|tips|signals|a month|monthly|per month",
    "per day|daily|financially|passive",
    "gewinn*|rendite|im monat|pro monat|pro tag|gains|par mois|par jour|ganancias|al mes|por mes|por dia|lucro*",
    "ganhos|guadagn*|al giorno|winst|per dag|per maand",
)
_SHARING = Phrases(
    "share|sharing|show you|teach you|tell you|help you|let me|with you|join|teile*|zeige*|mit ihnen|mit dir",
    "partager|montrer|avec vous|compartir|mostrar*|contigo|com voce|ensinar",
    "condividere|con te|delen|laten zien|met je|met u",
)


_EASY = Phrases(
    "passive income|residual income|extra income|second income|side income|additional income|income from home",
    "earn from home|earning from home|earn ~ from home|make money from home|money from home|money from your phone",
    "make money online|earn money online|make money every|earn money every|make money while|financial freedom",
    "earn daily|daily income|daily profit*|daily returns|weekly profit*|weekly returns|trading profits|profits daily",
    "profitable trading|successful trading|trade ~ profit*|trading for a living|forex trading|crypto trading",
    "bitcoin mining|crypto mining|crypto investment*|bitcoin investment*|double your",
    "passives einkommen|nebenverdienst|nebeneinkommen|geld ~ von zu hause|taglich ~ verdienen|krypto handel",
    "revenus passifs|revenu passif|revenu complementaire|gagner ~ argent ~ maison|argent en ligne|gagner ~ par jour",
    "ingresos pasivos|ingreso pasivo|ingresos extra|ganar dinero ~ casa|dinero en linea|dinero desde casa",
    "renda passiva|renda extra|ganhar dinheiro ~ casa|dinheiro online|dinheiro em casa",
    "reddito passivo|guadagnare ~ da casa|soldi online|entrata extra",
    "passief inkomen|geld verdienen ~ thuis|bijverdien*",
)
_BRINGS = Phrases(
    "lust auf|i teach|i show|i help|i mentor|i coach|i train|i guide|i can show|i can teach|i can help",
    "i will show|i will teach",
    "i ll show|i ll teach|teach people|show people|help people|teach you|show you|help you|guide you|let me show",
    "join me|join us|join my|join our|share my|you can earn|you can make|you will earn|you could earn|you to earn",
    "anyone can|start earning|how i make|how i earn|how i made|i make|i earn|i made|we earn|we make",
    "ich zeige|zeige ihnen|zeige dir|bringe ~ bei|ich verdiene|wie ich|konnen sie ~ verdienen|kannst du ~ verdienen",
    "je montre|vous montrer|je gagne|j apprends aux|apprendre a gagner|aider ~ gagner|rejoignez",
    "te enseno|le enseno|enseno a|te muestro|yo gano|gano|puedes ganar|unete|ensino|te ensino|eu ganho",
    "voce pode ganhar",
    "ti mostro|le mostro|insegno|io guadagno|puoi guadagnare|ik laat|ik leer|ik verdien|je kunt verdienen",
)
"""Offering it to people, in the first person or to the reader; who only writes about incomes does neither."""

_AT_ONCE = Phrases(
    "earn ~ a day|earn ~ per day|earn ~ daily|earn ~ a week|earn ~ per week",
    "verdienen sie ~ am tag|verdienen sie ~ pro tag|verdiene ~ am tag|verdiene ~ pro tag|gagnez ~ par jour",
    "gagne ~ par jour|gane ~ al dia|gana ~ al dia|gane ~ diarios|ganhe ~ por dia|guadagna ~ al giorno",
    "verdien ~ per dag",
)
"""Said to the reader: at the beginning of a sentence."""
_RATE = re.compile(
    r"\d\s?(?:%|percent|per cent|prozent|pour cent|por ciento|por cento|per cento|procent)\s?"
    r"(?:per|a|each|pro|im|par|por|al|alla|a la|ao)\s?"
    r"(?:day|week|month|tag|woche|monat|jour|semaine|mois|dia|semana|mes|giorno|settimana|mese|dag|maand)\b"
)
_PLACED = Phrases(
    "guarantee*|invest*|stake|minimum deposit|broker|trading|platform|garantiert*|anlage*|einsatz|einzahl*",
    "startkapital",
    "garanti*|rendement*|placement*|inversion*|rentabilidad|rendimento|rendimenti|investi*|gegarandeerd*|inleg",
    "handelsplatform",
)
"""Money put somewhere; what a shop grows by in a month is no rate of this kind."""

_REACH = 8
"""Words between an easy income and the offer of it."""


_BESIDE = 60
"""Characters between a rate and the words for where the money is put."""


def _shared(words: Words) -> list[Hit]:
    """Offers to share or show; "I share your doubts" is none."""
    return [
        hit
        for hit in find(words, _SHARING)
        if hit.phrase != "share" or words.texts[hit.last + 1 : hit.last + 2] != ("your",)
    ]


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    if pair := near(words, find(words, _BRINGS), find(words, _EASY), _REACH):
        return Finding(points=POINTS, evidence=said(words, pair[1], pair[0]))
    for hit in find(words, _AT_ONCE):
        if not hit.first or words.words[hit.first - 1].sentence != words.words[hit.first].sentence:
            return Finding(points=POINTS, evidence=said(words, hit))
    placed = find(words, _PLACED)
    if placed and (rate := _RATE.search(fold(words.source))):
        for hit in placed:
            if abs(words.words[hit.first].start - rate.start()) <= _BESIDE:
                return Finding(points=POINTS, evidence=said(words, hit))
    markets, gains, sharing = find(words, _MARKETS), find(words, _GAINS), _shared(words)
    if not (markets and gains and sharing):
        return None
    return Finding(points=POINTS, evidence=said(words, markets[0], gains[0]))
