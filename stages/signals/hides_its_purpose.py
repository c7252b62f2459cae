"""The note is bait: it promises something large, urgent or secret and does not say what."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, find, read
from stages.wording.quoting import said

POINTS = -4.0

_BAIT = Phrases(
    "important matter|urgent matter|urgent message|urgent reply|confidential matter",
    "strictly confidential",
    "private matter|lucrative offer|lucrative business|lucrative deal|business proposal for you",
    "proposal for you|a proposal to discuss",
    "matter to discuss with you",
    "something to discuss with you|deal worth",
    "get back to me for|reply for more details|contact me for more|contact me for details|write back for",
    "for more details about",
    "for further details|once in a lifetime",
    "life changing opportunity|you have been chosen",
    "you have been selected|my previous mail|my previous message|my last mail|my first mail|did you get my",
    "did you receive my",
    "huge profit|of mutual interest|benefit both of us|beneficial to both|financial freedom",
    "passive income|god bless",
    "work from home ~ earn|earn up to|earn extra|per day from home|no experience needed|trustworthy partner",
    "honest partner|reliable partner",
    "wichtige nachricht|vertrauliche angelegenheit|dringende angelegenheit|geschaftsvorschlag|lukrativ*",
    "passives einkommen|weitere einzelheiten",
    "finanzielle freiheit|streng vertraulich",
    "message important|affaire confidentielle|affaire urgente|proposition d affaires|tres lucrati*",
    "revenus passifs|plus de details|liberte financiere",
    "mensaje importante|asunto confidencial|asunto urgente|propuesta de negocio|propuesta comercial para usted",
    "muy lucrativ*|ingresos pasivos",
    "mas detalles|libertad financiera",
    "mensagem importante|assunto confidencial|assunto urgente|proposta de negocio|muito lucrativ*|renda passiva",
    "renda extra|mais detalhes",
    "liberdade financeira",
    "messaggio importante|questione riservata|questione urgente|proposta d affari|molto redditizi*",
    "reddito passivo|maggiori dettagli",
    "belangrijk bericht|vertrouwelijke zaak|dringende zaak|zakelijk voorstel|zeer lucratief|passief inkomen",
    "meer details",
)
_VAGUE = Phrases(
    "kindly|beloved|dearest|my dear|good friend|dear friend|god|blessings|with due respect|humbly|honored",
    "esteemed|mr|mrs|dr|barrister",
    "please respond|please reply|urgent|urgently|urgente|dringend|opportunity|proposal|partnership|business",
    "projekt|project",
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    bait = apart(find(words, _BAIT))
    if not bait or (len(bait) == 1 and not find(words, _VAGUE)):
        return None
    return Finding(points=POINTS, evidence=said(words, *bait[:4]))
