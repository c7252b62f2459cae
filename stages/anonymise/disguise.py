"""Text, addresses and links -> the same with nobody in them: what names nobody stays, everything else is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote

from stages.anonymise.frames import GOES, HOUR, STAYS, Stay, staying
from stages.anonymise.personal import FORCED, PERSONAL, Marks, Personal, is_brand
from stages.anonymise.pieces import ENDINGS, Token, plain, tokens
from stages.anonymise.stand_ins import MAIL_ID, StandIns
from stages.anonymise.vocabulary import ADDRESS, PROVIDERS, vocabulary
from stages.sources import SOURCES
from stages.urls import within

_RESERVED = ("example.com", "example.org", "example.net", "localhost")
_URL = re.compile(r"((?:https?|ftp)://|//|mailto:|)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL | re.IGNORECASE)
_INNER = re.compile(r"https?:/{1,2}[^\s<>\"]+", re.IGNORECASE)
_CAMEL = r"(?:[A-Z]?[a-z]{2,19}(?:[A-Z][a-z]{2,19}){0,4}|\d{1,2}|[a-z]|[a-z]\d{1,2}[a-z]?)"
_STRUCTURE = re.compile(rf"_?{_CAMEL}(?:_{_CAMEL}){{0,8}}_?")
_STRUCTURAL = frozenset({"trk", "trkemail", "lipi", "ek", "ref", "src", "type", "medium", "lloc"})
"""Parameters that say what part of a mail a link stands in."""
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
_HEXADECIMAL = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{16,64}")
_PIECES = re.compile(r"[A-Za-z0-9_]+|[^A-Za-z0-9_]+")


class Disguise:
    """How one mail is disguised: the same word, name, address or token everywhere in it gets the same stand-in."""

    def __init__(self, stand_ins: StandIns, personal: Personal, templates: Iterable[str], year: str) -> None:
        self.stand_ins = stand_ins
        self.personal = personal
        self._templates = tuple(sorted({each for each in templates if each}, key=len, reverse=True))
        self._year = year
        self._networks = tuple(domain for source in SOURCES.values() for domain in source.DOMAINS)
        self._brands = tuple(name for name in SOURCES if len(name) >= 6)

    # --- text

    def text(self, text: str, also: frozenset[str] | None = None) -> str:
        """One piece of text for itself."""
        return self.texts((text,), also)[0]

    def texts(self, texts: Sequence[str], also: frozenset[str] | None = None) -> list[str]:
        """Pieces of one text, in order: a value that the mail shows may reach over several.

        `also`: words that stay in what machines write, where each stays for itself; without it people may have written.
        """
        told = [list(tokens(text)) for text in texts]
        words = [plain(token.text) for piece in told for token in piece if token.kind == "word"]
        marks = self.personal.marks(words)
        if also is None:
            stay = self._free(words, staying(told, marks, self._year))
        else:
            stay = [self._written(word, mark, also) for word, mark in zip(words, marks, strict=True)]
        each = iter(stay)
        return ["".join(self._token(token, each) for token in piece) for piece in told]

    def _free(self, words: list[str], stay: list[Stay]) -> list[Stay]:
        """No word of a name stays for the sentence that it stands in."""
        return [GOES if word.lower() in self.personal.words else how for word, how in zip(words, stay, strict=True)]

    def _written(self, word: str, mark: Marks, also: frozenset[str]) -> Stay:
        return STAYS if mark != PERSONAL and (mark == FORCED or self.stays(word, also)) else GOES

    def _token(self, token: Token, stay: Iterator[Stay]) -> str:
        match token.kind:
            case "word":
                return self._word(token.text, next(stay))
            case "url":
                return self.url(token.text)
            case "address":
                return self.address(token.text)
            case "host":
                return self.host(token.text)
            case "id":
                return self.stand_ins.code(token.text)
        return token.text

    def _word(self, word: str, stay: Stay) -> str:
        bare = plain(word)
        if stay == STAYS:
            return word
        if stay != GOES:
            return self.stand_ins.hour(bare) if stay == HOUR else self.stand_ins.minute(bare)
        made = iter(self.stand_ins.number(bare) if bare.isdigit() else self._like(bare))
        return "".join(char if not plain(char) else next(made, "") for char in word) + "".join(made)

    def _like(self, word: str) -> str:
        """Of letters and digits in one word, each run is replaced for itself only where digits take part."""
        return self.stand_ins.word(word) if word.isalpha() else self.stand_ins.code(word)

    def stays(self, word: str, also: frozenset[str] = frozenset()) -> bool:
        """Whether a word names nobody."""
        lower = word.lower()
        if word.isdigit() and word.isascii():
            return len(word) <= 2 or word == self._year
        if lower in self.personal.words:
            return False
        return lower in vocabulary() or lower in also or is_brand(lower)

    # --- hosts and addresses

    def host(self, host: str) -> str:
        """A network's or provider's host stays, with what stands before it looked at; any other ends in `.test`."""
        lower = host.lower().rstrip(".")
        for known in (*self._networks, *PROVIDERS, *_RESERVED):
            if lower == known:
                return host
            if lower.endswith(f".{known}"):
                labels = host[: -len(known) - 1].split(".")
                return ".".join((*(self._label(label) for label in labels), known))
        labels = host.split(".")
        if len(labels) == 1:
            return self._label(host)
        return ".".join((*(self._label(label) for label in labels[:-1]), "test"))

    def _label(self, label: str) -> str:
        lower = label.lower().removeprefix("xn--")
        return "".join(
            self._imitation(piece) or (piece if self._names_nobody(piece) else self.stand_ins.code(piece))
            for piece in re.split(r"([-_]|\d{4,})", lower if lower != label.lower() else label)
        )

    def _imitation(self, piece: str) -> str:
        """A part of a host that imitates a network: that much of it stays; empty if it does not."""
        lower = piece.lower()
        for brand in self._brands:
            if brand in lower:
                before, _, after = lower.partition(brand)
                return f"{self.stand_ins.code(before)}{brand}{self.stand_ins.code(after)}"
        return piece if is_brand(lower) else ""

    def _names_nobody(self, piece: str) -> bool:
        bare = piece.strip("0123456789").lower()
        few = len(piece) - len(bare) <= 3
        return few and bare not in self.personal.words and (len(bare) <= 2 or bare in ADDRESS or self.stays(bare))

    def address(self, address: str) -> str:
        """Both sides for themselves; in the local part also what a forwarder wrote there of another address."""
        local, _, domain = address.rpartition("@")
        own = within(domain.lower(), self._networks)
        return f"{self._local(local, own)}@{self.host(domain)}"

    def _local(self, local: str, own: bool) -> str:
        out = []
        for piece in re.split(r"([=+])", local):
            if (
                re.fullmatch(r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}", piece)
                and piece.rpartition(".")[2].lower() in ENDINGS
            ):
                out.append(self.host(piece))
            elif piece.lower() in ("caf_", "srs0", "srs1", "bounces", "prvs", "srs"):
                out.append(piece)
            else:
                words = re.split(r"([-._])", piece)
                stay = all(self.stays(word) or word.lower() == "noreply" for word in words[::2] if word)
                told = own and not stay and not MAIL_ID.search(piece)
                out.append(piece if stay else self._machine(words) if told else self.stand_ins.code(piece))
        return "".join(out)

    def _machine(self, words: list[str]) -> str:
        """An address that a network made: what kind it is stays, numbers and secrets are replaced."""
        return "".join(
            word
            if number % 2 or (word.isalpha() and self.stays(word))
            else self.stand_ins.hexadecimal(word)
            if _HEXADECIMAL.fullmatch(word)
            else self.stand_ins.code(word)
            for number, word in enumerate(words)
        )

    # --- links

    def url(self, url: str) -> str:
        """Scheme, route and names of parameters as they are; who and what is meant replaced."""
        found = _URL.fullmatch(url)
        if found is None:
            return self.stand_ins.code(url)
        scheme, authority, path, query, fragment = (found[number] or "" for number in range(1, 6))
        if scheme.lower() == "mailto:":
            return f"{scheme}{self._mailto(authority + path)}{self._query(query, True)}"
        if not scheme:
            authority, path = "", authority + path
        user, at, place = authority.rpartition("@")
        host, colon, port = place.partition(":")
        own = within(host.lower(), (*self._networks, *PROVIDERS))
        where = f"{self.host(host) if host else ''}{colon}{port if len(port) < 4 else self.stand_ins.code(port)}"
        who = f"{self.stand_ins.code(user)}{at}"
        return f"{scheme}{who}{where}{self._path(path, own)}{self._query(query, own)}{self._fragment(fragment)}"

    def _mailto(self, to: str) -> str:
        said = unquote(to)
        return quote(self.text(said), safe="@,+=") if said != to else self.text(said)

    def _path(self, path: str, own: bool) -> str:
        inner = _INNER.search(path)
        if inner:  # a filter wrapped another link
            whole, mark, token = inner[0].partition("__;")
            kept = "".join(self._segment(part, own) for part in re.split(r"(/)", path[: inner.start()]))
            one = re.sub(r"^(https?):/(?!/)", r"\1://", whole)
            made = self.url(one)
            return f"{kept}{made if one == whole else made.replace('://', ':/', 1)}{mark}{self.stand_ins.code(token)}"
        return "".join(self._segment(part, own) for part in re.split(r"(/)", path))

    def _segment(self, part: str, own: bool) -> str:
        if not part or part == "/":
            return part
        said = unquote(part)
        if re.fullmatch(r"https?-3A__.*", said):
            return self.stand_ins.code(said)
        bare = re.split(r"([-_.~])", said)
        words = [word for word in bare[::2] if word]
        if all(self._routes(word, own) for word in words):
            return part
        made = "".join(
            word if number % 2 or (len(word) <= 3 and word.isalpha() and self._routes(word)) else self._code(word)
            for number, word in enumerate(bare)
        )
        if MAIL_ID.search(said):
            made = self.stand_ins.code(said)
        return quote(made, safe="~:@!$&'()*+,;=") if said != part else made

    def _routes(self, word: str, own: bool = True) -> bool:
        """Whether a part of a link says only where it leads to; in links to strangers a number may be anybody's."""
        lower = word.lower()
        if lower in self.personal.words or (not own and word.isdigit()):
            return False
        return lower in ADDRESS or self.stays(word) or bool(re.fullmatch(r"[a-z]\d{1,2}|exp\d|\d{3}", lower))

    def _code(self, word: str) -> str:
        return self._like(word) if word.isalnum() else self.stand_ins.code(word)

    def _query(self, query: str, own: bool) -> str:
        if not query:
            return ""
        parts = re.split(r"(&(?:amp;)?|;)", query[1:])
        return "?" + "".join(self._parameter(part, own) if not n % 2 else part for n, part in enumerate(parts))

    def _parameter(self, part: str, own: bool) -> str:
        name, equals, value = part.partition("=")
        if not equals:
            routes = all(self._routes(word) for word in re.split(r"[._-]", part) if word)
            return part if routes else self.stand_ins.code(part)
        stays = bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.\[\]-]{0,30}", name)) and (own or self._routes(name))
        return f"{name if stays else self.stand_ins.code(name)}={self._value(name.lower(), value, own)}"

    def _value(self, name: str, value: str, own: bool) -> str:
        said = unquote(value.replace("+", " ") if name != "url" else value)
        if name == "u" and re.match(r"https?-3A__", said):  # as urldefense spells a link
            inner = unquote(said.replace("-", "%").replace("_", "/"))
            return self.url(inner).replace("%", "-25").replace(":", "-3A").replace("/", "_").replace("?", "-3F")
        if re.match(r"https?://", said, re.IGNORECASE):
            made = self.url(said)
        elif "@" in said:
            made = self.text(said)
        elif name in _STRUCTURAL:
            made = self.structure(said)
        elif self._routes(said, own) or (name in ("lang", "locale", "hl") and _LANGUAGE.fullmatch(said)):
            return value
        else:
            made = self._told(said)
        return quote(made, safe="~" if "~" in value else "") if said != value else made

    def _told(self, said: str) -> str:
        """A value of no known meaning: kept only as a link's or template's, else other letters and digits."""
        if said in self._templates:
            return said
        return self.text(said) if " " in said else self.stand_ins.code(said)

    def structure(self, said: str) -> str:
        """What a mail's template writes of its own parts: words of letters stay, whatever else it holds is replaced."""
        for template in self._templates:
            if template in said:
                before, _, after = said.partition(template)
                return f"{self.structure(before)}{template}{self.structure(after)}"
        head, semicolon, rest = said.partition(";")
        out, at = [], 0
        for found in MAIL_ID.finditer(head):
            if self.stand_ins.moved(found[3]) is not None:
                out += [self._frame(head[at : found.start()]), self.stand_ins.code(found[0])]
                at = found.end()
        return "".join((*out, self._frame(head[at:]), semicolon, self.stand_ins.code(rest)))

    def _frame(self, text: str) -> str:
        return "".join(
            piece if self._is_frame(piece) else self.stand_ins.code(piece) for piece in _PIECES.findall(text)
        )

    def _is_frame(self, piece: str) -> bool:
        if not piece[:1].isalnum():
            return True
        words = piece.lower().split("_")
        return bool(_STRUCTURE.fullmatch(piece)) and not any(word in self.personal.words for word in words)

    def _fragment(self, fragment: str) -> str:
        if not fragment:
            return ""
        said = unquote(fragment[1:])
        if self._routes(said):
            return fragment
        made = self.text(said) if "@" in said else self.stand_ins.code(said)
        return "#" + (quote(made, safe="@/") if said != fragment[1:] else made)
