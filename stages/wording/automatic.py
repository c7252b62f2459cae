"""Is a message an automatic reply, which is no answer? By its wording: out of office, on leave, will answer later.

Somebody who writes from a holiday, and says why they wrote, has answered: so it is asked what else the message says.
"""

from __future__ import annotations

from stages.wording.phrases import Hit, Phrases, find
from stages.wording.words import Words, read

_MOST_ELSE = 14
"""Words in sentences of another kind, up to which a message says that somebody is away, and nothing more."""

_NAMED = Phrases(
    "automatic reply|automated reply|automatic response|automated response|automatic message|automated message",
    "auto reply|autoreply|auto response|autoresponse|out of office reply|out of office message|away message",
    "automatische antwort|automatische abwesenheitsnotiz|abwesenheitsnotiz|abwesenheitsmeldung|automatische nachricht",
    "reponse automatique|message automatique|message d absence",
    "automatisch antwoord|automatische reactie|automatisch bericht|afwezigheidsbericht|afwezigheidsmelding",
    "respuesta automatica|mensaje automatico|mensaje de ausencia",
    "resposta automatica|mensagem automatica|mensagem de ausencia",
    "risposta automatica|messaggio automatico|messaggio di assenza",
)
"""It calls itself one."""

_AWAY = Phrases(
    "i am out of office|i am out of the office|i m out of office|i m out of the office|i am currently out of",
    "i m currently out of|currently out of office|currently out of the office|out of office until",
    "out of the office until|out of office from|out of the office from|i will be out of|i ll be out of",
    "i am away until|i m away until|i am away from|i m away from",
    "i am currently away|i m currently away|currently away",
    "i will be away|i ll be away|i am away on|i m away on",
    "i am on leave|i m on leave|i am currently on|i m currently on",
    "currently on leave|currently on vacation",
    "currently on holiday|on annual leave|on parental leave|on maternity leave",
    "on paternity leave|on sick leave|i am on vacation|i m on vacation|i am on holiday*|i m on holiday*",
    "i will be on vacation|i ll be on vacation|i will be on holiday|i ll be on holiday|i will be on leave",
    "i am not available|i m not available|i am unavailable|i m unavailable|i am currently unavailable",
    "i m currently unavailable|i am currently not available|i am travelling until|i am traveling until",
    "limited access to ~ email*|limited access to ~ mail*|limited access to ~ messages|limited access to linkedin",
    "no access to ~ email*|no access to ~ mail*|no access to ~ messages|not checking ~ messages|not checking linkedin",
    "not monitoring|do not check linkedin|don t check linkedin|rarely check linkedin|not regularly check",
    "ich bin nicht im buro|ich bin derzeit nicht|ich bin aktuell nicht|ich bin zurzeit nicht|ich bin zur zeit nicht",
    "ich bin momentan nicht|ich bin im urlaub|ich bin derzeit im|ich bin aktuell im|ich bin bis ~ im urlaub",
    "bin ich im urlaub|ich befinde mich ~ im urlaub|ich bin in elternzeit|ich bin abwesend|bin ich abwesend",
    "derzeit abwesend|bis ~ abwesend|nicht im haus|nicht erreichbar|ausser haus|bin ich nicht im buro",
    "keinen zugriff auf ~ mails|keinen zugang zu ~ mails|nur eingeschrankt erreichbar",
    "je suis absent|je suis absente|je suis actuellement absent|je suis actuellement absente|actuellement absent",
    "actuellement absente|actuellement en conge*|actuellement en vacances|je suis en vacances|je suis en conge*",
    "je serai absent|je serai absente|je serai en conge*|je serai en vacances|je ne suis pas disponible",
    "je suis actuellement indisponible|absent du bureau|absente du bureau|hors du bureau|je n ai pas acces a",
    "acces limite a|consulte peu linkedin",
    "ik ben niet op kantoor|ik ben momenteel niet|ik ben op dit moment niet|ik ben op vakantie|ben ik op vakantie",
    "ik ben met vakantie|ben ik met vakantie|ik ben met verlof|ben ik met verlof|ik ben afwezig|ben ik afwezig",
    "momenteel afwezig|momenteel met vakantie|momenteel op vakantie|ben ik niet bereikbaar|ik ben niet bereikbaar",
    "ik ben vrij tot|geen toegang tot mijn|beperkt bereikbaar",
    "estoy fuera de la oficina|fuera de la oficina|estoy de vacaciones|actualmente de vacaciones|estoy de baja",
    "estoy ausente|estare ausente|estare de vacaciones|estare fuera|me encuentro fuera|me encuentro de vacaciones",
    "actualmente no estoy|en este momento no estoy|no estoy disponible|no estare disponible|acceso limitado a",
    "estou fora do escritorio|fora do escritorio|estou de ferias|estarei de ferias|estou ausente|estarei ausente",
    "estou em ferias|encontro me de ferias|encontro me ausente|encontro me fora|estou de licenca",
    "no momento nao estou|nao estou disponivel|nao estarei disponivel|acesso limitado",
    "sono fuori ufficio|fuori ufficio|sono in ferie|saro in ferie|sono in vacanza|saro in vacanza|sono assente",
    "saro assente|sono attualmente fuori|sono attualmente assente|non sono in ufficio|saro fuori ufficio",
    "non sono disponibile|non saro disponibile|accesso limitato|attualmente in ferie",
)
"""Its writer is away now, or will be. That they were says a person who is back."""

_LATER = Phrases(
    "i will get back to you|i ll get back to you|we will get back to you|we ll get back to you|will get back to you",
    "i will reply|i ll reply|will reply as soon|i will respond|i ll respond|will respond as soon|i will answer you",
    "i will be in touch|i ll be in touch|we will be in touch|get back to you as soon|get back to you shortly",
    "respond to your message|reply to your message|respond to your email|reply to your email|answer your message",
    "when i return|upon my return|on my return|once i return",
    "when i am back|when i m back|once i am back|once i m back",
    "i will be back|i ll be back|i will return|i ll return|back in the office|your message will not be",
    "melde mich ~ zuruck|melde mich ~ bei ihnen|melde mich ~ bei dir|melde ich mich|werde mich ~ melden",
    "werde ihre nachricht|werde deine nachricht|werde ihnen ~ antworten|werde dir ~ antworten|nach meiner ruckkehr",
    "ab dem ~ wieder|bin ich wieder|wieder fur sie da|wieder erreichbar|ihre nachricht wird nicht",
    "je reviendrai vers vous|je reviens vers vous|je vous repondrai|je te repondrai|je vous recontacterai",
    "repondrai a votre message|repondrai des que|des mon retour|a mon retour|de retour le|je reviendrai",
    "je serai de retour|vous repondre",
    "ik neem ~ contact met u op|ik neem ~ contact met je op",
    "neem ik ~ contact|ik kom ~ bij u terug|ik kom ~ bij je terug",
    "kom ik ~ terug|ik reageer zodra|reageer ik|bij terugkomst|na terugkomst|na mijn vakantie|ben ik weer|ik ben weer",
    "zal ik ~ beantwoorden|zo snel mogelijk reageren|zo spoedig mogelijk",
    "le respondere|te respondere|os respondere|responder a su mensaje|a mi regreso|a mi vuelta|cuando regrese",
    "cuando vuelva|me pondre en contacto|lo antes posible|tan pronto como|estare de vuelta",
    "responderei|retornarei|entrarei em contato|entrarei em contacto|no meu regresso|no meu retorno|quando regressar",
    "quando retornar|quando voltar|assim que possivel|estarei de volta|o mais breve possivel",
    "le rispondero|ti rispondero|vi rispondero|rispondero al|rispondero appena|la ricontattero|ti ricontattero",
    "al mio rientro|al mio ritorno|appena possibile|quando rientro|al piu presto|saro di ritorno",
)
"""An answer is still to come."""

_BESIDE = Phrases(
    "thank you for|thanks for|many thanks|thank you|kind regards",
    "best regards|urgent|urgently|emergency|in the meantime",
    "please contact|please reach out|please email|please call|please write to|you can reach|contact my colleague",
    "danke fur|vielen dank|herzlichen dank|dringend*|in der zwischenzeit|wenden sie sich|kontaktieren sie|vertretung",
    "mit freundlichen grussen|viele grusse|meine kollegin|mein kollege|meinen kollegen|bitte schreiben sie",
    "merci de|merci pour|merci beaucoup|urgence|urgent|urgente|en attendant|veuillez contacter|cordialement",
    "vous pouvez contacter|mon collegue|ma collegue",
    "bedankt voor|dank voor|dank je|dank u|dringend*|spoed|in de tussentijd|met vriendelijke groet|mijn collega",
    "gracias por|muchas gracias|mientras tanto|puede contactar|pongase en contacto|saludos cordiales|mi companer*",
    "obrigado por|obrigada por|obrigado pel*|obrigada pel*|entretanto|pode contactar|contacte|atenciosamente",
    "meu colega|minha colega",
    "grazie per|nel frattempo|puo contattare|contattare|cordiali saluti|mio collega|mia collega",
)
"""What such messages say beside."""

_REASONS = Phrases(
    "wanted to ask|want to ask|wanted to connect|wanted to learn|wanted to compare|wanted to know|wanted to talk",
    "reached out because|connected because|because your|because you|because we|reason i|reason is|your talk",
    "your article|your post|your comment|your book|your course|your team|your work on|i read your|i saw your|we met",
    "i applied|my question|i am looking for|i m looking for|i wrote to you",
    "weil|mein grund|grund ~ ist|ihr vortrag|dein vortrag|ihren vortrag|deinen vortrag|ihr artikel|ihren artikel",
    "dein artikel|deinen artikel|ihr beitrag|ihren beitrag|dein beitrag|deinen beitrag|wollte ~ fragen|wollte wissen",
    "meine frage|wir haben uns|ich suche|beworben",
    "parce que|car votre|car vous|votre article|ton article|votre intervention|votre conference|votre publication",
    "ton post|votre post|je voulais|ma question|nous nous sommes|je cherche|la raison",
    "omdat|uw artikel|je artikel|je lezing|uw lezing|je bericht over|wilde ~ vragen|wilde graag|mijn vraag|de reden",
    "we hebben elkaar|ik zoek",
    "porque|su articulo|tu articulo|su charla|tu charla",
    "su publicacion|tu publicacion|queria|mi pregunta|nos conocimos",
    "estoy buscando|la razon|el motivo",
    "seu artigo|sua palestra|seu post|sua publicacao|o teu artigo|minha pergunta|gostaria de perguntar|conhecemo nos",
    "nos conhecemos|estou a procura|estou procurando|o motivo",
    "perche|suo articolo|tuo articolo|suo intervento|tuo intervento|suo post|tuo post|volevo|la mia domanda",
    "ci siamo|sto cercando|il motivo",
)
"""Words of somebody who says why they wrote."""


def is_automatic(text: str) -> bool:
    """True for a text that only says that its writer is away, or that an answer will come."""
    words = read(text)
    if find(words, _NAMED):
        return True
    away, later = find(words, _AWAY), find(words, _LATER)
    if not (away or later) or find(words, _REASONS):
        return False
    return _said_beside(words, (*away, *later, *find(words, _BESIDE))) <= (_MOST_ELSE if away else _MOST_ELSE // 2)


def _said_beside(words: Words, hits: tuple[Hit, ...]) -> int:
    """How many words stand in sentences without any of these."""
    known = {words.words[hit.first].sentence for hit in hits}
    return sum(word.sentence not in known for word in words.words)
