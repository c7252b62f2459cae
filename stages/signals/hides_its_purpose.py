"""The note is bait: it promises something large, urgent or secret and does not say what."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Hit, Phrases, Words, apart, find, read
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
    "you have been selected",
    "huge profit|of mutual interest|benefit both of us|beneficial to both|financial freedom",
    "passive income|god bless",
    "work from home ~ earn|earn up to|earn extra|per day from home|no experience needed|trustworthy partner",
    "honest partner|reliable partner",
    "wichtige nachricht|vertrauliche angelegenheit|dringende angelegenheit|geschaftsvorschlag|lukratives angebot",
    "lukratives geschaft|lukratives projekt|lukrative gelegenheit|lukrative moglichkeit|lukrative position",
    "passives einkommen|fur weitere einzelheiten|sie wurden ausgewahlt|du wurdest ausgewahlt",
    "finanzielle freiheit|streng vertraulich",
    "message important|affaire confidentielle|affaire urgente|proposition d affaires|tres lucrati*",
    "revenus passifs|pour plus de details|liberte financiere",
    "mensaje importante|asunto confidencial|asunto urgente|propuesta de negocio|propuesta comercial para usted",
    "muy lucrativ*|ingresos pasivos",
    "para mas detalles|libertad financiera|ha sido seleccionad*",
    "mensagem importante|assunto confidencial|assunto urgente|proposta de negocio|muito lucrativ*|renda passiva",
    "renda extra|para mais detalhes|foi selecionad*",
    "liberdade financeira",
    "messaggio importante|questione riservata|questione urgente|proposta d affari|molto redditizi*",
    "reddito passivo|per maggiori dettagli",
    "belangrijk bericht|vertrouwelijke zaak|dringende zaak|zakelijk voorstel|zeer lucratief|passief inkomen",
    "voor meer details|u bent geselecteerd|je bent geselecteerd",
)
_VAGUE = Phrases(
    "kindly|beloved|dearest|my dear|good friend|dear friend|god|blessings|with due respect|humbly|honored",
    "esteemed|am mr|am mrs|am dr|m mr|m mrs|m dr|from mr|from mrs|barrister|barr",
    "please respond|please reply|urgent|urgently|urgente|dringend|opportunity|proposal|partnership|business",
    "projekt|project",
)


_REMINDERS = Phrases(
    "my previous mail|my previous message|my last mail|my first mail|did you get my|did you receive my",
)
"""Bait beside other bait only: whoever wrote before asks so too."""
_SIGNATURE = 3
"""Words of a name under a blessing."""


def _closes(words: Words, hit: Hit) -> bool:
    """A blessing before the name, or as the last words, is how some people say goodbye."""
    return hit.phrase == "god bless" and len(words) - 1 - hit.last <= _SIGNATURE


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.words)
    bait = tuple(hit for hit in find(words, _BAIT) if not _closes(words, hit))
    bait = apart(tuple(sorted((*bait, *find(words, _REMINDERS))))) if bait else ()
    if not bait or (len(bait) == 1 and not find(words, _VAGUE)):
        return None
    return Finding(points=POINTS, evidence=said(words, *bait[:4]))
