"""Words -> Hits: does the note sell? Shared by the signals for which a pitch changes what a sentence means.

A question inside a pitch is a hook and no wish to learn; who writes a thesis and asks for a quarter of an hour sells
nothing, whatever the words for time and results say.
"""

from __future__ import annotations

from functools import lru_cache

from stages.wording import Hit, Phrases, Words, apart, find, near
from stages.wording.vocabulary import STUDIES

_OFFERS = Phrases(
    "we help|i help|we re helping|we are helping|helping companies|helping businesses|helping teams",
    "helping brands|helping leaders|helping founders",
    "i work with ~ directors|i work with ~ founders|i work with ~ leaders|i work with ~ owners",
    "we work with companies|we work with businesses",
    "we offer|we can offer|we provide|we specialize in|we specialise in|i specialize in helping|our services",
    "our service|our solution|our solutions",
    "our platform|our software|our product|our tool|our agency helps|our agency can|our clients see|our clients pay",
    "our clients save",
    "our clients get|our clients gain|our clients love|our clients achieve|our clients report|our clients double",
    "our clients grow|our clients include|book a call|book a demo",
    "schedule a demo|quick demo|a demo of|free trial",
    "free audit|free guide|free consultation|free webinar|free ebook|free e book|free training|free resource*",
    "free report|free checklist|free copy|free of charge",
    "no cost|no obligation|special offer|boost your|increase your|grow your business",
    "scale your business|improve your ~ sales|double your revenue",
    "generate ~ leads|qualified leads|more leads|lead generation|leads per month|book more meetings|cut ~ costs",
    "reduce your|save you ~ time|save your",
    "outsourc*|offshore team|dedicated developers|web design|website design|app development|seo",
    "digital marketing services|marketing services",
    "show you how|can show you|how we can help|how i can help",
    "interested in learning how",
    "learn more about your business|learn more about your needs",
    "our workshop|our webinar|our event|our conference|upcoming webinar|join us for|register ~ here|sign up",
    "my course|my program|my coaching|coaching program|my masterclass|free masterclass|free quote|free design",
    "free shipping",
    "special price|best offers|early bird|discount on|discount for|moq|companies like yours|teams like yours",
    "businesses like yours|firms like yours|businesses like|we are manufacturer|we are a manufacturer",
    "we re a manufacturer",
    "leading manufacturer|attendees list|attendee list|sponsorship options|speaker package*|sponsor package*",
    "editorial fee",
    "complimentary ~ pass|are you overpaying|overpaying for|save up to|our ai|our app can",
    "shall i reserve|grab a slot|we ve helped|we have helped|happy with your current",
    "we support companies|under market|below market",
    "rabatt auf|prozent rabatt|sonderpreis|aktionspreis|kostenfrei*|profitieren sie|sichern sie sich|jetzt anfordern",
    "jetzt testen|jetzt buchen|wir optimieren|ich begleite menschen|ich begleite frauen|begleite ich menschen",
    "firmen wie ihre|unternehmen wie ihres|unternehmen wie ihrem|fur unternehmen wie|fur teams wie|unsere ki",
    "unsere app",
    "on aide les|notre outil|notre cabinet accompagne|notre cabinet propose|notre cabinet organise|remise de",
    "places limitees",
    "ma masterclass|mon programme|frais de participation|audit offert|offre speciale",
    "cotizacion|sin cargo|de descuento|mi programa|nuestra herramienta|nuestro metodo|metodo probado|somos fabricante*",
    "somos especialistas|somos una empresa|soluciones integrales|nuestra app|coordinar una presentacion",
    "precio especial",
    "agendar una llamada|agendar una reunion|empresas como la suya|empresas como la tuya",
    "sem custo|desconto de|condicoes especiais|nossa metodologia|nosso metodo|nossa ferramenta|nosso catalogo|cotacao",
    "solucoes inovadoras|somos especialistas em|somos uma empresa|pacotes a partir|a partir de r|empresas como a sua",
    "sconto del|sconto sul|in omaggio|nostro strumento|nostro metodo|nostra app|quota di partecipazione|offerta valida",
    "siamo specializzati|siamo un azienda|consulenza gratuita|aziende come la sua|aziende come la vostra",
    "korting op|korting van|onze app|wij besparen|wij zorgen dat|wij regelen|wij vergelijken|wij verlagen|kost niets",
    "onze brochure|onze catalogus|onze klanten besparen|bedrijven zoals jullie|bedrijven zoals die van u",
    "wir helfen|ich helfe|wir unterstutzen|ich unterstutze|unsere losung|unsere plattform|unsere software",
    "unser tool|unsere dienstleistung*|kostenlos*",
    "unverbindlich*|erstgesprach|mehr kunden|mehr umsatz|neukunden|leadgenerierung|ihre prozesse",
    "wir bieten|ich biete",
    "nous aidons|j aide les|j accompagne|nous accompagnons|notre solution|notre plateforme|notre logiciel",
    "nos services|gratuit*|une demo|sans engagement",
    "nous proposons|je propose|plus de clients|augmenter vos|ayudamos|ayudo a|nuestra solucion",
    "nuestra plataforma|nuestros servicios|nuestro software|gratis",
    "sin compromiso|ofrecemos|mas clientes|aumentar tus|aumentar sus|ajudamos|ajudo|nossa solucao",
    "nossa plataforma|nossos servicos|gratuito|sem compromisso",
    "oferecemos|mais clientes|aumentar suas|aumentar seu|aiutiamo|aiuto|nostra soluzione|nostra piattaforma",
    "nostri servizi|offriamo|senza impegno|piu clienti",
    "wij helpen|we helpen|ik help|onze oplossing|ons platform|onze diensten|wij bieden|vrijblijvend",
    "meer klanten|meer omzet",
)
_NO_OFFERS = Phrases(
    "i help at|i help out|i help in|i help run|i help my|i help with|i help on|we help at|we help out|we help in",
    "sure we can offer|whether we can offer|cannot offer|can t offer|unless we offer|if we can offer",
    "ich helfe bei|ich helfe beim|ich helfe in|ich helfe im|ich helfe mit|ich helfe meine*|wir helfen beim",
    "j aide les enfants|j aide a|ayudo en|ayudo a mi|ajudo na|ajudo no|ajudo em|aiuto in|aiuto al|aiuto alla|aiuto nel",
    "ik help bij|ik help mee|ik help in|ik help mijn",
    "verkaufe nichts|verkaufen nichts|biete nichts|bieten nichts|ne vends rien|ne vendons rien|no vendo|no vendemos",
    "vendo nada|vendemos nada|non vendo|non vendiamo|verkoop niets|verkopen niets|sell nothing",
    "da quando vendiamo|desde que vendemos|depuis que nous vendons|since we sell|seit wir verkaufen|sinds we verkopen",
    "vendo anche io|vendo anch io|i sell on your|we sell on your|i sell through your|ich verkaufe auf ihrer",
    "verkaufen auf ihrer|je vends sur votre|vendo en su|vendo en tu|vendo na sua|vendo sulla vostra|verkoop op jullie",
    "attended our workshop|visited our workshop|came to our workshop|vrijblijvend kennismaken",
)
"""What sounds like an offer and is none: help where one helps, nothing to sell, a customer who sells on."""

_SENDS = Phrases(
    "shall i send|should i send|want me to send|can i send|may i send|could i send|happy to send you",
    "i ll send you|i can send you|let me send you|happy to share a|i can share a|want me to share",
    "soll ich ~ schicken|soll ich ~ senden|darf ich ~ schicken|darf ich ~ senden|schicke ihnen gerne|sende ihnen gerne",
    "je vous envoie|puis je vous envoyer|je peux vous envoyer|je vous transmets",
    "se lo envio|te lo envio|te envio|le envio|puedo enviarte|puedo enviarle",
    "posso te enviar|posso enviar|posso te mandar|te mando|posso inviar*|te lo mando|le invio|zal ik ~ sturen",
    "mag ik ~ sturen",
)
_WARES = Phrases(
    "guide|brochure|deck|demo|case study|case studies|one pager|proposal|quote|pricing|price list|whitepaper",
    "white paper|checklist|overview|sample|samples|free|template|playbook|video|link|details|more information",
    "more info|info|catalog*|ebook|report|invite|it over|over a|trial|leitfaden|unterlagen|infos|informationen",
    "broschure|angebot|checkliste|ubersicht|muster|preisliste|documentation|plaquette|devis|etude|informations",
    "presentation|folleto|informacion|guia|propuesta|presupuesto|catalogo|material|apresentacao|proposta|orcamento",
    "recurso|recursos|resource|resources|kit",
    "scheda|offerta|preventivo|folder|offerte|informatie|se lo envio|te lo envio|te lo mando",
)
"""What is sent by who sells; without one of these, whoever sends something may be answering you."""

_MAKES = Phrases(
    "we build|we make|we produce|we develop|we manufacture|we supply|we design|we created|we ve built|we have built",
    "i built a tool|i built an app|i built a platform|my company makes|my company builds",
    "wir bauen|wir entwickeln|wir liefern|wir produzieren|wir stellen|nous fabriquons|nous developpons|nous concevons",
    "fabricamos|desarrollamos|producimos|desenvolvemos|produzimos|produciamo|sviluppiamo|realizziamo",
    "wij maken|we maken|wij bouwen|we bouwen|wij ontwikkelen|we ontwikkelen|wij leveren",
)
_SALES = Phrases(
    "we sell|i sell|i m selling|i am selling|we re selling|we are selling|my company sells",
    "wir verkaufen|ich verkaufe|wir vertreiben|nous vendons|je vends|vendemos|vendo|vendiamo",
    "wij verkopen|we verkopen|ik verkoop",
)
_SHOWS = Phrases(
    "could i show|can i show|may i show|let me show|like to show you|love to show you|show you|worth a look",
    "try it|try one|try them|see it in action|see one|pilot|demo|free|trial|interested|worth a",
    "darf ich ~ zeigen|zeige ich|zeigen wir|testen|ausprobieren|interesse|vous montrer|vous interesse|essayer",
    "te muestro|le muestro|mostrarte|mostrarle|probarlo|te interesa|le interesa|mostrar|experimentar",
    "mostrarle|mostrarti|provarlo|interessa|laten zien|uitproberen|proberen",
)
_ASKS_TIME = Phrases(
    "open to a ~ call|open to a ~ chat|quick call|quick chat|15 minutes|20 minutes|30 minutes|quick 15|15 min",
    "15 minute call|worth a chat|worth a conversation",
    "would you be interested in|curious|discount|15 minuten|demo|gratuita|un appel|une demonstration",
    "una llamada|uma conversa|una chiamata|een gesprek",
)
_RESULTS = Phrases(
    "our clients|clients|customers|companies|brands|teams like yours|results|roi|revenue|pipeline|growth",
    "automat*|ai|kunden|umsatz|ki|clientes|ventas|vendas|ia",
    "clienti|vendite|klanten|omzet|chiffre d affaires|tool|platform|solution|software|agency|service|services",
)
_SEEKING = Phrases(
    "hear how you|exploring a move|thinking of|has an opening|applied|applying|your advice",
    "a move into|a career in|learn from|bewerbung|still open|for your opening|for your role",
)


def _offers(words: Words, phrases: Phrases) -> tuple[Hit, ...]:
    """Where these are found, but for what only sounds like them."""
    hits = find(words, phrases)
    if not hits:
        return ()
    none = {at for hit in find(words, _NO_OFFERS) for at in range(hit.first, hit.last + 1)}
    return apart(tuple(hit for hit in hits if none.isdisjoint(range(hit.first, hit.last + 1))))


@lru_cache(maxsize=256)
def sells(words: Words) -> tuple[Hit, ...]:
    """What shows that the note sells a product, a service, an event or something free; empty where nothing does."""
    if hits := _offers(words, _OFFERS) or _offers(words, _SALES):
        return hits
    if find(words, STUDIES):
        return ()
    sends, wares = find(words, _SENDS), find(words, _WARES)
    if pair := near(words, sends, wares, 8):
        return (Hit(min(pair[0].first, pair[1].first), max(pair[0].last, pair[1].last), ""),)
    asks = apart(find(words, _ASKS_TIME))
    made = apart(find(words, _MAKES))
    if made and (asks or find(words, _SHOWS)):
        return made
    if asks and find(words, _RESULTS) and not find(words, _SEEKING):
        return asks
    return ()


def kinds(words: Words) -> dict[str, Hit]:
    """What of a pitch a text has, by name, with the words that show it: what weights can be learned for."""
    spoken = {
        "an offer": _offers(words, _OFFERS) or _offers(words, _SALES),
        "something to send": find(words, _SENDS),
        "wares": find(words, _WARES),
        "what we make": find(words, _MAKES),
        "a wish for your time": find(words, _ASKS_TIME),
        "results": find(words, _RESULTS),
        "a wish for a job": find(words, _SEEKING),
    }
    return {name: hits[0] for name, hits in spoken.items() if hits}
