"""Phrases that stay true when sent to a hundred other people. Our own collection (en de fr es pt it nl)."""

from __future__ import annotations

from stages.wording import Phrases

_FOUND = (
    "came across your profile|come across your profile|stumbled upon your profile|stumbled across your profile",
    "found your profile",
    "saw your profile|noticed your profile|looking at your profile|viewed your profile",
    "your profile caught",
    "your profile stood out|your profile came up|visited your profile|your profile popped up",
    "appeared in my ~ suggestions",
    "ihr profil gestossen|dein profil gestossen|ihr profil aufmerksam|dein profil aufmerksam|ihr profil gesehen",
    "dein profil gesehen",
    "tombe sur votre|vi tu perfil|vi su perfil|encontre tu perfil",
    "vi seu perfil",
    "decouvert votre profil|vu votre profil|consulte votre profil",
    "je profiel gezien|uw profiel gezien",
    "visto tu perfil|visto su perfil|seu perfil ~ chamou|encontrei seu perfil|je profiel ~ tegen|uw profiel ~ tegen",
    "linkedin suggested you|linkedin suggested that|linkedin suggested your|linkedin suggested we",
    "linkedin suggests you",
    "linkedin suggests we|linkedin suggests that|linkedin keeps suggesting|linkedin keeps showing",
    "linkedin recommended you",
    "linkedin thinks we|you were suggested to me|you keep popping up|you popped up|popped up in my|came up in my feed",
    "came up on my feed|people you may know|going through your profile|reviewing your profile",
    "mir vorgeschlagen|linkedin schlagt|linkedin hat sie|linkedin hat dich|ihr profil wurde mir|dein profil wurde mir",
    "linkedin me suggere|linkedin me propose|linkedin m a suggere|linkedin m a propose|linkedin vous a suggere",
    "votre profil m a ete suggere|votre profil est apparu",
    "linkedin me sugirio|linkedin me sugiere|linkedin me recomienda|linkedin me recomendo|en sugerencias",
    "en mis sugerencias",
    "en las sugerencias|aparecio tu perfil|aparecio su perfil",
    "linkedin me sugeriu|linkedin sugeriu|linkedin me recomendou|apareceu nas ~ sugestoes|seu perfil apareceu",
    "linkedin mi ha suggerito|linkedin mi suggerisce|linkedin mi propone|comparso tra i suggerimenti",
    "tra i profili suggeriti",
    "linkedin stelde ~ voor|linkedin stelt ~ voor|linkedin raadt|linkedin suggereert|linkedin blijft",
)
"""How the sender found the profile, without saying what is in it."""

_PURPOSES = (
    "expand my ~ network|expanding my ~ network|grow my ~ network|growing my ~ network|build my ~ network",
    "building my ~ network",
    "widen my network|broaden my network|extend my network|like minded|likeminded|fellow professionals",
    "professionals like you|people like you",
    "leaders like you|professionals in your|mutual benefit",
    "mutually beneficial|mutual growth",
    "synerg*|explore opportunities|potential opportunities|possible opportunities|possible collaboration",
    "potential collaboration",
    "explore ~ collaborat*|explore ~ partnership*|great addition to my|valuable addition to",
    "always looking to connect|always happy to connect",
    "connect with people|meeting new people|connecting with new people|share ideas|exchange ideas",
    "share insights|exchange insights|share knowledge",
    "similar interests|common interests|shared interests|similar background*|common connections",
    "mutual connections",
    "learn from each other|support each other|help each other|stay connected|open to connecting|add value",
    "create value|win win",
    "gleichgesinnte*|netzwerk erweitern|mein netzwerk ~ erweitern|mein netzwerk ~ ausbauen|synergien",
    "interessanter austausch",
    "austausch ~ freuen|auf einen austausch|gegenseitig*|gemeinsame interessen|gemeinsamkeiten",
    "elargir mon reseau|developper mon reseau|agrandir mon reseau|enrichir mon reseau|synergies",
    "echanges enrichissants|interets communs",
    "ampliar mi red|expandir mi red|hacer crecer mi red|sinergias|intereses comunes|compartir perspectivas",
    "intercambiar ideas|compartir ideas",
    "ampliar minha rede|expandir minha rede|aumentar minha rede|sinergias|interesses em comum|trocar ideias",
    "trocar experiencias|troca de ideias",
    "ampliare la mia rete|espandere la mia rete|sinergie|interessi comuni|scambiare idee|netwerk ~ uitbreiden",
    "gelijkgestemd*|gezamenlijke interesses",
    "strengthen my ~ network|enlarge my ~ network|increase my ~ network|diversify my ~ network|build out my network",
    "network is your net worth|network is net worth|professionals such as you|professionals such as yourself",
    "professionals like yourself|people such as you|people like yourself|leaders like yourself|experts like you",
    "experts like yourself|individuals like you|individuals like yourself|educators like you|educators like yourself",
    "of your calibre|of your caliber|fellow ~ professionals|fellow ~ experts|fellow leaders|inspiring professionals",
    "inspiring people|inspiring leaders|from all walks of life|people from all industries",
    "people from various industries",
    "my professional family|my professional circle|to my circle|in my circle|in my ecosystem|talent community",
    "grow together|rise together|thrive together|inspire each other|uplift each other|inspire one another",
    "support one another|widen my horizon*|broaden my horizon*|reciprocal advantage|reciprocal benefit",
    "interessante menschen|spannende menschen|inspirierende menschen|inspirierende* personlichkeiten|menschen wie sie",
    "menschen wie dich|experten wie sie|fuhrungskrafte wie sie|profis wie sie|gemeinsam wachsen|zusammen wachsen",
    "voneinander profitieren|voneinander lernen|netzwerk ~ aufbauen|netzwerk ~ vergrossern|netzwerk ~ auszubauen",
    "netzwerk ~ zu erweitern|neue kontakte knupfen|neue kontakte zu knupfen|langfristige geschaftsbeziehung*",
    "personnes inspirantes|personnes passionnees|personnes positives|gens positifs|etendre mon reseau",
    "agrandir mon ~ reseau",
    "elargir mon ~ reseau|developper mon ~ reseau|grandir ensemble|professionnels comme vous|personnes comme vous",
    "profils comme le votre|tisser des liens|nouer des liens|collaborations futures|eventuelles collaborations",
    "ampliar mi ~ red|ampliando mi ~ red|expandir mi ~ red|ampliar mi circulo|personas como tu|personas como usted",
    "profesionales como tu|profesionales como usted|personas afines|mentes afines|crecer juntos|crezcamos juntos",
    "futuras colaboraciones|posibles colaboraciones|beneficio mutuo|sumar contactos|hacer networking",
    "ampliar meu networking|expandir meu networking|ampliar a minha rede|ampliar minha ~ rede|ampliando minha ~ rede",
    "alargar a minha rede|aumentar meu networking|fazer networking|profissionais como voce|pessoas como voce",
    "crescer juntos|crescermos juntos|juntos somos mais|futuras parcerias|possiveis parcerias|novas conexoes",
    "ampliare la mia ~ rete|allargare la mia ~ rete|espandere la mia ~ rete|far crescere la mia rete",
    "professionisti come lei|professionisti come te|persone come lei|persone come te|crescere insieme",
    "possibili collaborazioni|eventuali collaborazioni|future collaborazioni|beneficio reciproco",
    "netwerk ~ vergroten|netwerk ~ te breiden|professionals zoals jij|professionals zoals u|mensen zoals jij",
    "mensen zoals u|samen groeien|elkaar ~ inspireren|elkaar versterken|van elkaar leren|inspirerende mensen",
    "gelijkgezind*|mogelijke samenwerking|toekomstige samenwerking|voor elkaar betekenen",
)
"""Purposes that fit anybody."""

_COUNTS = (
    "open networker|open net worker|open to all connections|accept all ~ invitations|accept all ~ requests",
    "accept every ~ request|as many ~ connections as|as many ~ people as|more connections the better",
    "endorse my ~ skills",
    "endorse me|endorse you|endorse each other|endorse back|follow back|follow for follow",
    "nehme alle anfragen|alle kontaktanfragen an|folge zuruck|so viele kontakte wie|moglichst viele kontakte",
    "accepte toutes les|j accepte tout le monde|maximum de contacts|un max de contacts|suivi en retour",
    "acepto todas las|acepto a todos|la mayor cantidad de contactos|aceito todos|aceito todas|sigo de volta",
    "maximo de conexoes|accetto tutti|accetto tutte le|ricambio il follow|accepteer alle|accepteer iedereen",
    "zoveel mogelijk connecties|zo veel mogelijk connecties|volg terug",
)
"""Numbers are wanted, whoever it is."""

_ANY_JOB = (
    "esteemed organi*|esteemed company|esteemed firm|reputed organi*|reputed company|any suitable vacanc*",
    "any suitable position|any suitable opening|any suitable opportunit*|any suitable role|keep me in mind for any",
    "jede art von arbeit|jede stelle recht|toute opportunite d emploi|tout type d entreprise|tout type de poste",
    "cualquier vacante|prestigiada empresa|prestigiosa empresa|qualquer oportunidade de|qualquer vaga",
    "qualsiasi opportunita|qualsiasi lavoro|elke baan is",
)
"""Any job will do, anywhere."""

FORMULAS = Phrases(*_FOUND, *_PURPOSES, *_COUNTS, *_ANY_JOB)
"""Sentences that stay true when sent to a hundred other people."""
