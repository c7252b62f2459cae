"""The note sells: a product, a service, an event or something free."""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import Phrases, apart, evidence, find, read

POINTS = -2.5

_SELLS = Phrases(
    "we help|i help|we re helping|we are helping|helping companies|helping businesses|helping teams",
    "helping brands|helping leaders|helping founders",
    "i work with ~ directors|i work with ~ founders|i work with ~ leaders|i work with ~ owners",
    "we work with companies|we work with businesses",
    "we offer|we can offer|we provide|we specialize in|we specialise in|i specialize in helping|our services",
    "our service|our solution|our solutions",
    "our platform|our software|our product|our tool|our agency|our ~ clients|book a call|book a demo",
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
    "my course|my program|my coaching|coaching program",
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
_SENDS = Phrases(
    "shall i send|should i send|want me to send|can i send|may i send|happy to send you|happy to share a",
    "i ll send you ~ guide|book 15 minutes",
    "soll ich ~ schicken|soll ich ~ senden|darf ich ~ schicken|schicke ihnen gerne|je vous envoie",
    "puis je vous envoyer|se lo envio|te envio",
    "posso te enviar|posso enviar|posso te mandar|te mando|posso inviar*|te lo mando|zal ik ~ sturen",
    "i sell|i m selling",
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
    "hear how you|exploring a move|thinking of|has an opening|student|studying|applied|applying|your advice",
    "career change|a move into|a career in|learn from|etudiant*",
    "estudiante|estudante|studente|ich studiere|bewerbung",
)


def check(request: Request, facts: Facts) -> Finding | None:
    words = read(request.notice.words)
    hits = apart(find(words, _SELLS)) or apart(find(words, _SENDS))
    if not hits:
        hits = apart(find(words, _ASKS_TIME))
        if not hits or not find(words, _RESULTS) or find(words, _SEEKING):
            return None
    return Finding(points=POINTS, evidence=evidence("; ".join(words.quote(h.first, h.last) for h in hits[:4])))
