"""Phrases that several signals need. Our own collection, in the languages the signals read (en de fr es pt it nl)."""

from __future__ import annotations

from stages.wording import Phrases


def words_of(*lines: str) -> frozenset[str]:
    """The words of these lines, which are written folded: lower case, no accents."""
    return frozenset(word for line in lines for word in line.split())


GREETINGS = Phrases(
    "hi|hello|hey|dear|good morning|good afternoon|good evening|good day|greetings|hi there|hello there",
    "hey there|sir|madam|dear sir",
    "hope you are well|hope you re well|hope you are doing well|hope you re doing well|hope all is well",
    "how are you|how are you doing",
    "hope you re having a great ~ week|hope you are having a great ~ week|hope this message finds you well",
    "hope this finds you well",
    "hope your ~ week ~ going well|hope your ~ day ~ going well|have a great day|have a nice day",
    "have a good day|have a great week",
    "thanks|thank you|best|best regards|kind regards|regards|cheers|sincerely|yours|many thanks|warm regards",
    "looking forward",
    "looking forward to connecting|looking forward to it|happy new year|happy birthday|merry christmas",
    "happy monday|happy friday",
    "hallo|guten tag|guten morgen|guten abend|moin|servus|gruss gott|liebe grusse|viele grusse|beste grusse",
    "mit freundlichen grussen|danke",
    "freundliche grusse|schone grusse|vielen dank|sehr geehrter|sehr geehrte|lieber|liebe|herr|frau",
    "frohe weihnachten|alles gute",
    "herzlichen gluckwunsch zum geburtstag|happy birthday to you|feliz cumpleanos|joyeux anniversaire",
    "buon compleanno|feliz aniversario",
    "bonjour|salut|bonsoir|cordialement|bien cordialement|merci|merci d avance|bonne journee|monsieur|madame",
    "j espere que vous allez bien",
    "hola|buenas|buenos dias|buenas tardes|saludos|un saludo|gracias|muchas gracias|estimado|estimada",
    "espero que estes bien|que tal",
    "ola|oi|bom dia|boa tarde|boa noite|abraco|abracos|obrigado|obrigada|prezado|prezada|tudo bem",
    "espero que esteja bem|atenciosamente",
    "ciao|buongiorno|buonasera|salve|saluti|cordiali saluti|grazie|gentile|spero che tu stia bene",
    "hoi|dag|goedendag|goedemorgen|beste|groet|groeten|met vriendelijke groet|bedankt|dank je|mevrouw|meneer",
    "hopelijk gaat het goed",
)
"""Opening and closing: says nothing about why."""

CONNECTING = Phrases(
    "add you to my ~ network|add you to my ~ network on linkedin|join your ~ network|join my ~ network",
    "join your ~ network on linkedin",
    "i d like to add you|i would like to add you|i d like to|i would like to|i d love to|i would love to",
    "would love to|would like to",
    "would be great to|would be nice to|would be good to|it would be great to|be happy to|be glad to",
    "be pleased to|happy to|let s|lets",
    "connect with you|connect|connecting|to connect|let s connect|lets connect|be connected|connect on linkedin",
    "connect here",
    "reach out|reaching out|wanted to reach out|just wanted to|wanted to|say hi|say hello|get in touch",
    "keep in touch|stay in touch",
    "please accept|accept my ~ invitation|accept my ~ request|accept my request|add me|my network|your network",
    "on linkedin|linkedin",
    "in meinem netzwerk|zu meinem ~ netzwerk|mich mit ihnen ~ vernetzen|mich mit dir ~ vernetzen|vernetzen",
    "vernetzung|gerne ~ vernetzen",
    "ich wurde mich gerne|ich mochte sie|ich mochte dich|wurde mich freuen|freue mich|gerne",
    "kontakt ~ hinzufugen|netzwerk hinzufugen|netzwerk",
    "rejoindre mon reseau|ajouter a mon reseau|vous ajouter ~ a mon reseau|mon reseau ~ professionnel",
    "me connecter|connecter avec vous",
    "j aimerais|je souhaite|je souhaiterais|serais ravi|serait ravi|echanger avec vous|entrer en contact",
    "reseau professionnel|faire partie",
    "me gustaria|conectar contigo|conectar con usted|conectar|conectemos|conectamos|unirte a mi red",
    "anadirte a mi red|mi red ~ profesional",
    "agregarte a mi red|anadirle a mi red|me encantaria|red profesional",
    "gostaria de|adiciona lo ~ a minha rede|adiciona la ~ a minha rede|adicionar ~ a minha rede",
    "conectar com voce|conecta|me conectar",
    "minha rede ~ profissional|rede profissional|vamos nos conectar|adoraria|seria otimo|quero me conectar",
    "vorrei aggiungerti|vorrei aggiungerla|alla mia rete ~ professionale|mia rete|mi piacerebbe|collegarmi",
    "collegarci|connetterci|entrare in contatto",
    "toevoegen aan mijn ~ netwerk|aan mijn ~ netwerk toevoegen|mijn netwerk|graag|connecten|verbinden",
    "in contact komen|linken",
)
"""The wish to connect itself: every request has it."""

PRAISE = Phrases(
    "impressive|impressed by your|impressed with your|really impressed|very impressed|amazing profile",
    "great profile|interesting profile",
    "inspiring|inspired by your|amazing work|great work|incredible work|fantastic work|awesome work",
    "impressive career|impressive background",
    "impressive experience|impressive journey|impressive profile|your expertise|your achievements",
    "your accomplishments|your success|your leadership",
    "thought leader|your background|your experience|your skills|your ~ career|your skill set|strong background",
    "love what you re doing",
    "love what you are doing|love your work|admire your|big fan of|great content|your content",
    "keep up the ~ work|your journey|great insights",
    "beeindruck*|ihr werdegang|dein werdegang|ihre expertise|deine expertise|spannendes profil",
    "interessantes profil|ihre erfahrung|tolle arbeit",
    "impressionn*|votre parcours|votre expertise|ton parcours|votre experience|beau parcours|profil interessant",
    "inspirant*",
    "impresion*|tu trayectoria|su trayectoria|tu experiencia|su experiencia|perfil interesante|me inspira",
    "gran trabajo|admiro tu|admiro su",
    "impressionad*|sua trajetoria|sua experiencia|perfil interessante|incrivel|otimo trabalho|parabens pelo",
    "admiro sua|admiro seu",
    "colpit* dal|tuo percorso|suo percorso|tua esperienza|sua esperienza|profilo interessante|complimenti per",
    "indrukwekkend*|jouw ervaring|uw ervaring",
)
"""Praise that would fit anybody."""

_FITTING = ("great", "perfect", "good", "strong", "ideal", "right", "excellent", "natural", "brilliant")
_POST = ("opening", "role", "position", "vacancy", "job", "post")
FITS_OPENING = Phrases(
    *(f"{how} for your ~ {post}" for how in _FITTING for post in _POST),
    *(f"{how} {what} for your ~ {post}" for how in _FITTING for what in ("fit", "match", "person") for post in _POST),
    *(f"{what} your ~ {post}" for what in ("suit", "fit", "fill") for post in ("opening", "vacancy")),
    "passt ~ auf ihre stelle|passt ~ auf deine stelle|passend fur ihre stelle|ideal fur ihre stelle",
    "parfait* pour votre ~ poste|ideal* pour votre ~ poste|ideal para su ~ vacante|ideal para tu ~ vacante",
    "perfect* para su ~ vacante|perfect* para tu ~ vacante|perfeit* para sua ~ vaga|ideal para sua ~ vaga",
    "perfett* per la sua ~ posizione|ideale per la sua ~ posizione|perfett* per la tua ~ posizione",
    "geknipt voor uw ~ vacature|geknipt voor je ~ vacature|perfect voor uw ~ vacature|perfect voor je ~ vacature",
)
"""Somebody for a job of the reader's. "Your opening" is one the reader fills; "your next role" is one to be sold."""

INTRODUCES = Phrases(
    "introduce you two|introduce the two of you|introduce you both|introduce you to him|introduce you to her",
    "introduce you to them|introduce them|introduce him|introduce her|make an introduction|make the introduction",
    "make an intro|make the intro|put you in touch|put you two in touch|connect you two|connect the two of you",
    "connect you with him|connect you with her|pass on her|pass on his|pass her ~ on|pass his ~ on",
    "shall i introduce|should i introduce|can i introduce|could i introduce|may i introduce",
    "ihnen vorstellen|bekannt machen|in kontakt bringen|kontakt herstellen|vous presenter|vous mettre en relation",
    "vous mettre en contact|presentarte|presentarle|ponerlos en contacto|ponerte en contacto|apresentar voces",
    "te apresentar|colocar voces em contato|metterla in contatto|metterti in contatto|voorstellen aan",
    "in contact brengen",
)
"""An introduction is offered. Who is introduced to what, the words around it say."""

STUDIES = Phrases(
    "thesis|my dissertation|a dissertation|term paper|research project|my research|our research|research paper",
    "i research|i m researching|i am researching|for my research|academic research|phd|doctoral|doctorate",
    "i m a student|i am a student|as a student|student at|student of|i m studying|i am studying|i study",
    "graduate student|undergraduate|my studies|my degree|my professor|my supervisor|my university|my coursework",
    "career change|changing careers|change careers|switching careers|career switch|new to the field",
    "break into|breaking into|retraining|my apprenticeship|apprentice at|apprentice in",
    "ich studiere|als student*|masterarbeit|bachelorarbeit|doktorarbeit|dissertation|abschlussarbeit|studienarbeit",
    "meine forschung|quereinstieg|quereinsteiger*|meine ausbildung|umschulung|mein studium",
    "je suis etudiant*|etudiant* en|mon memoire|ma these|reconversion|mes etudes|mes recherches|en alternance",
    "soy estudiante|estudiante de|mi tesis|mi tfg|mi tfm|trabajo de fin de|mi investigacion|cambio de carrera",
    "sou estudante|estudante de|meu tcc|minha tese|minha pesquisa|meu mestrado|meu doutorado|mudanca de carreira",
    "sono uno studente|sono una studentessa|studentessa|la mia tesi|mia tesi|la mia ricerca|cambio di carriera",
    "ik studeer|mijn scriptie|afstudeer*|mijn onderzoek|mijn studie|carriereswitch",
)
"""Who says this wants to learn something, and asks for time and shares results without selling."""

MESSENGERS = (
    "whatsapp", "whats app", "telegram", "viber", "wechat", "weixin", "kakaotalk", "hangouts", "google chat",
    "snapchat", "threema", "signal", "skype",
)  # fmt: skip
"""Where a talk off the platform goes on."""

STOP = words_of(
    "a an and are as at be been but by can could do does for from had has have he her here him his how i if in",
    "into is it its",
    "just like m me more my no not of on one or our out re s she so some such t that the their them then there",
    "these they this",
    "those to too up us ve was we were what when where which while who why will with would you your d ll also",
    "am any about all",
    "as very really much i'm if than because see know think get got want look looking great nice good",
    "interested interesting",
    "der die das den dem des ein eine einen einem einer und oder ich du sie er es wir ihr ihre ihren ihrem",
    "ihnen mein meine mich",
    "mir dich dir ist sind bin war hat habe haben wird werden zu zum zur von vom mit auf fur in im an am als",
    "auch sehr wie was",
    "dass nicht noch nur bei aus um uber so uns sich dein deine ihnen wurde mochte",
    "le la les un une des du de et ou je tu il elle nous vous ils mon ma mes votre vos ton ta tes notre nos",
    "que qui dans sur pour",
    "par avec est sont suis ete au aux ce cet cette ces se sa son ses plus tres aussi en y ne pas c j l n qu",
    "el los las una unos y o yo tu usted mi mis su sus es son soy ha he por para con sin en de del al lo que",
    "como mas muy tambien",
    "me te se este esta estos no si",
    "o os as um uma e eu voce meu minha seu sua em no na nos nas do da dos das com para por que mais muito",
    "tambem sou esta",
    "il lo gli i uno di del della che e ho ha sono sei mi ti si per con su da nel nella al alla piu molto",
    "anche come non",
    "de het een en ik je jij u uw jouw mijn is zijn ben van voor met op in aan te dat die als ook heel om er",
    "niet we wij",
)
"""Words without content, folded."""
