"""The words that stay in an anonymised mail: those that the readers look for, and a network's usual frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType

from stages import forwards, language
from stages.sources import SOURCES

_READERS = ("stages.sources", "stages.forwards")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ESCAPES = re.compile(r"\\[A-Za-z]|\(\?P<\w+>|\(\?[:=!<]{1,2}")
_ENDINGS = re.compile(r"([^\W\d_]{2,})\(\?:([^\W\d_|]{1,80})\)(\?)?")
_LAST = re.compile(r"([^\W\d_]{2,})\[([^\W\d_]{1,20})\](\?)?")
_SAYS = re.compile(r"[^\W\d_]\??\)?(?: |\\s[+*]?)[(?:\[]{0,5}[^\W\d_]")
"""Two words with a blank between them."""
_OF_ONE = 8
"""words of an expression that may all be of one sentence"""
_MAYBE = re.compile(r"([^\W\d_]{3,})\?")

FRAME = frozenset(
    """i a an the and or of to in on at for from with by about into is are was be been has have had will would can
    could you your yours me my we our us it its this that these those there here who what why how when as not no
    new now all more most other others people person member members know may just also want wants like join add
    added adds accept accepted accepts ignore ignored decline declined reply replied message messages messaged
    messaging view viewed profile profiles see show hide invite invited invitation invitations connect connected
    connecting connection connections request requests requested sent send sends network networks friend friends
    friendship confirm confirmed mutual shared common waiting response reminder reminders notification
    notifications notified email emails mail mails unsubscribe unsubscribed subscribe subscribed subscription
    preferences settings setting manage frequency help center learn included include intended receiving received
    receive because account accounts security privacy policy terms service services app apps download android ios
    iphone get started log login sign signed password reset click link links button below above follow followed
    follower followers following suggested suggestion suggestions similar recommended recommendation
    recommendations recent update updates news newsletter digest weekly daily week weeks day days hour hours ago
    today yesterday month months year years job jobs hiring recruiter company page pages group groups event events
    post posts comment comments commented like liked likes photo photos picture tagged copyright corporation corp
    inc ltd limited ireland rights reserved registered trademark trademarks logo business office address forwarded
    forward original message begin wrote subject date sent cc bcc von an gesendet betreff datum weitergeleitete
    nachricht anfang von kontakt kontakte kontakten einladung einladungen annehmen ablehnen profil ansehen
    anzeigen netzwerk nachrichten abmelden abbestellen hilfe antworten vernetzen freund freunde
    freundschaftsanfrage bestätigen diese ihnen ihr ihre erhalten anfrage gemeinsame gemeinsamer gemeinsamen
    relation relations réseau invitation accepter ignorer voir profil aide désabonner ami amis demande confirmer
    commun contacto contactos invitación aceptar ver perfil red ayuda amigos solicitud confirmar común conexión
    conexiones conexão conexões convite aceitar rede ajuda amigo comum collegamento collegamenti invito accetta
    profilo rete aiuto amici richiesta conferma comune uitnodiging accepteren bekijken netwerk connecties
    gemeenschappelijke relaties vrienden bevestigen st nd rd th am pm gmt utc mon tue wed thu fri sat sun monday
    tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep oct nov dec january february
    march april june july august september october november december part multi mime format text html body""".split()  # noqa: SIM905 - read as a list of words
)
"""A network's chrome in the languages that we know best, and what stands around a forwarded mail."""

HEADER = frozenset(
    """by with id esmtp esmtps esmtpa esmtpsa smtp smtps lmtp lmtps http https mapi localhost unknown tls tlsv cipher
    bits version using verify verified server client pass fail none neutral softfail temperror permerror policy
    spf dkim dmarc arc header mailfrom helo iprev auth best guess domain designates does designate permitted
    sender google reject quarantine dis disposition action compauth reason envelope rsa sha relaxed simple ed
    simple dns txt bulk list junk yes normal high low auto generated submitted vacation one click unsubscribe
    plain alternative mixed related rfc digest signed report encrypted inline attachment utf iso us ascii windows
    base quoted printable bit mailto srs caf bounces bounce fwd prvs user client ip authenticated charset
    multipart boundary filename format flowed delsp octet stream application encoding transfer content delivery
    status disposition notification calendar partial description eml pdf jpg jpeg png gif doc docx txt csv htm
    html ics vcf msg zip xls xlsx dat bin""".split()  # noqa: SIM905 - read as a list of words
)
"""What stands in trace and authentication fields (RFC 5321 4.4, RFC 8601)."""

ADDRESS = frozenset(
    """www mail mails media static cdn images image img scontent exp prod email click track links link comm in
    profile view nhome feed help answer answers psettings dms people accept mynetwork sharedkey notifications
    notification settings unsub dl scr imp image api asset assets photo photos displayphoto shrink mpr company
    logo pub pulse jobs job groups group search messaging msg message home index php html htm jpg jpeg png gif svg
    webp css js svc com net org true false null yes no name type authtype beta en de fr es pt it nl us gb uk web
    http https path login intl mobile friends requests reqs confirm optout i o e r n c p u m permalink hero footer
    header text cta section""".split()  # noqa: SIM905 - read as a list of words
)
"""What stands in hosts, paths and parameters of links, and names nobody."""

PROVIDERS = frozenset(
    """gmail.com googlemail.com google.com googleusercontent.com 1e100.net outlook.com hotmail.com live.com msn.com
    office365.com microsoft.com protection.outlook.com onmicrosoft.com yahoo.com yahoo.co.uk yahoo.de yahoodns.net
    aol.com icloud.com me.com mac.com apple.com proton.me protonmail.com protonmail.ch pm.me fastmail.com
    fastmail.fm messagingengine.com zoho.com zoho.eu zohomail.com gmx.de gmx.net gmx.com web.de t-online.de
    mail.ru yandex.ru yandex.net qq.com 163.com amazonses.com sendgrid.net mailgun.org mandrillapp.com
    sparkpostmail.com mcsv.net postmarkapp.com cudasvc.com urldefense.com urldefense.proofpoint.com pphosted.com
    mimecast.com w3.org schemas.microsoft.com""".split()  # noqa: SIM905 - read as a list of words
)
"""Hosts of mail, cloud and filtering providers: they name nobody. What stands before them may, and is looked at."""

CONNECTIVES = frozenset(
    """at bei beim der chez presso bij hos en em na no in w gmbh ag inc ltd llc ltda lda srl spa helping looking
    working building making driving enabling leading seeking currently happy greater area ex""".split()  # noqa: SIM905 - read as a list of words
)
"""Of a headline or a place: what parts a title from a company, or says what the line is."""


def _words_of(pattern: str) -> Iterator[str]:
    plain = _ESCAPES.sub(" ", pattern)
    yield from _LETTERS.findall(plain)
    for found in _ENDINGS.finditer(pattern):
        yield from (found[1] + end for end in found[2].split("|"))
    for found in _LAST.finditer(plain):
        yield from (found[1] + end for end in found[2])
    yield from (found[1][:-1] for found in _MAYBE.finditer(plain))


def _texts(value: object, seen: dict[int | str, object]) -> Iterator[str]:
    """Every text that is a constant of a reader: in its tables, its expressions and its functions."""
    if isinstance(value, str):
        yield value
        return
    if id(value) in seen:
        return
    seen[id(value)] = value  # kept, for what is gone leaves its id to another
    if isinstance(value, re.Pattern):
        yield str(value.pattern)
    elif isinstance(value, dict):
        for name, each in tuple(value.items()):
            if not str(name).startswith("__"):
                yield from _texts(name, seen)
                yield from _texts(each, seen)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _texts(each, seen)
    elif isinstance(value, FunctionType):
        if value.__module__.startswith(_READERS):
            yield from _texts(_spoken(value.__code__, value.__doc__), seen)
            yield from _texts(_of_names(value.__globals__), seen) if _new(value.__module__, seen) else ()
    elif isinstance(value, CodeType):
        yield from _texts(_spoken(value, None), seen)
    elif isinstance(value, ModuleType) and value.__name__.startswith(_READERS) and _new(value.__name__, seen):
        yield from _texts(_of_names(vars(value)), seen)


def _of_names(names: dict[str, object]) -> tuple[object, ...]:
    """What a module's names stand for; they themselves are words of ours, and of no mail."""
    return tuple(each for name, each in names.items() if not name.startswith("__") and name != "annotations")


def _new(module: str, seen: dict[int | str, object]) -> bool:
    """Whether a module's own names were not gone through yet."""
    if module in seen:
        return False
    seen[module] = module
    return True


def _spoken(code: CodeType, doc: str | None) -> tuple[object, ...]:
    """The constants of a function, without its documentation and the names that it calls others' parameters by."""
    return tuple(
        each
        for each in code.co_consts
        if each is not None and each != doc and not (isinstance(each, tuple) and _are_names(each))
    )


def _are_names(texts: tuple[object, ...]) -> bool:
    return all(isinstance(text, str) and text.isidentifier() and text.islower() for text in texts)


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Lower-case words that name nobody: no mail of a network could be read without them."""
    read = {word.lower() for text in _read() for word in _words_of(text)}
    return frozenset(read | FRAME | language.stop_words())


@lru_cache(maxsize=1)
def words_of_forwards() -> frozenset[str]:
    """What a forward of any mail program is known by."""
    return frozenset(word.lower() for text in _texts(forwards, {}) for word in _words_of(text))


@lru_cache(maxsize=1)
def sentences() -> tuple[frozenset[str], ...]:
    """The words of each sentence that a reader looks for, and of those that stand in every mail of a network."""
    looked_for = [words for text in _read() if _SAYS.search(text) for words in _said(text)]
    return tuple({words for words in looked_for if len(words) > 1})


def _said(text: str) -> Iterator[frozenset[str]]:
    """The words of a sentence; of an expression for many of them, of each."""
    words = frozenset(word.lower() for word in _words_of(text))
    if len(words) <= _OF_ONE:
        yield words
    else:
        yield from (frozenset(word.lower() for word in _words_of(part)) for part in text.split("|"))


@lru_cache(maxsize=1)
def _read() -> tuple[str, ...]:
    seen: dict[int | str, object] = {}
    return tuple(text for module in (*SOURCES.values(), forwards) for text in _texts(module, seen))
