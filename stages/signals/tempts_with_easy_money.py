"""The note tempts with easy money: trading tips, coins, income without work."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, evidence, find, read

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


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.notice.words)
    markets, gains, sharing = find(words, _MARKETS), find(words, _GAINS), find(words, _SHARING)
    if not (markets and gains and sharing):
        return None
    first, last = markets[0], gains[0]
    return Finding(
        points=POINTS,
        evidence=evidence(words.quote(first.first, first.last) + "; " + words.quote(last.first, last.last)),
    )
