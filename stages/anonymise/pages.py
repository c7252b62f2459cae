"""An HTML part -> the same page with nobody in it: tags, attributes of layout and styles as they came.

The text of all of its runs is disguised as one, for what a page shows of somebody may reach over several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import NamedTuple

from stages.anonymise.disguise import Disguise

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[^\s/>=][^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};?)")
_RAW = frozenset({"style", "script", "textarea", "title", "xmp", "noembed", "noframes"})
_LINKS = frozenset({"href", "src", "action", "background", "cite", "longdesc", "poster", "formaction", "data"})
_SPOKEN = frozenset({"alt", "title", "summary", "content", "value", "placeholder", "label", "abbr"})
_LAYOUT = frozenset(
    """style width height align valign class id border cellpadding cellspacing bgcolor color face size lang dir role
    rel target type name charset http-equiv media hidden colspan rowspan nowrap clear hspace vspace frameborder
    scrolling tabindex start for method itemprop itemscope itemtype leftmargin topmargin marginwidth marginheight
    link vlink alink bordercolor noshade profile scope xml:lang shape coords arcsize stroke strokecolor fillcolor
    fill""".split()  # noqa: SIM905 - read as a list of words
)
_CALLED = frozenset({"class", "id", "for", "headers", "name"})
"""Attributes whose values are names of the page's own making."""
STYLED = frozenset(
    """mso msonormal viewport generator originator progid description keywords robots theme color scheme supported
    responsive container wrapper wrap row rows col cols column columns table cell inner outer content main body header
    footer section top bottom left right center middle image img icon logo avatar photo name title subtitle headline
    text link btn button cta hide show hidden mobile phone desktop tablet dark light mode full half width height block
    inline spacer divider line border padding margin bg background font small large bold white black grey gray blue red
    green yahoo gmail outlook apple external externalclass readmsgbody preheader preview card item list grid box banner
    hero social address quote attr sendername interchange newline signature blockquote divrplyfwdmsg appendonsend
    format detection telephone date telephoneno ms normal para div span""".split()  # noqa: SIM905
)
"""Words that pages call their parts by."""
_CALLS = re.compile(
    r"(?P<mark>[.#])(?P<name>-?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]{0,200})"
    r"|(?P<open>\[\s{0,9}(?:class|id|name)\s{0,9}[~|^$*]?=\s{0,9}[\"']?)(?P<value>[^\]\"']{1,200})"
)
_STYLE_URL = re.compile(r"url\(\s*(['\"]?)([^)'\"]{1,4000})\1\s*\)", re.IGNORECASE)
_CONDITION = re.compile(r"<!--(\s*\[if[^\]]{0,200}\]>)(.*?)(<!\[endif\]-->)", re.DOTALL | re.IGNORECASE)
_CONDITIONAL = re.compile(r"<!--\[if [!\w\s()&|.]{1,60}\]><!-->|<!--<!\[endif\]-->", re.IGNORECASE)
"""What opens and closes a part that is shown to every other program."""
_LAYOUT_WORD = re.compile(r"[^\W\d_]{2,}")


class _Piece(NamedTuple):
    """Part of a page: text to be disguised, or markup that says already what it becomes."""

    text: str
    spoken: bool = False


def page(html: str, disguise: Disguise) -> str:
    """Linear: each character is looked at once."""
    pieces = list(_pieces(html, disguise))
    spoken = [piece.text for piece in pieces if piece.spoken]
    made = iter(_disguised(spoken, disguise))
    return "".join(next(made) if piece.spoken else piece.text for piece in pieces)


def _pieces(html: str, disguise: Disguise) -> Iterator[_Piece]:
    at = text_from = 0
    while (at := html.find("<", at)) >= 0:
        end, made = _markup(html, at, disguise)
        if end == at:
            at += 1  # a lone `<` is text
            continue
        if at > text_from:
            yield _Piece(html[text_from:at], spoken=True)
        yield from made()
        at = text_from = end
    if text_from < len(html):
        yield _Piece(html[text_from:], spoken=True)


def _markup(html: str, at: int, disguise: Disguise) -> tuple[int, Callable[[], Iterator[_Piece]]]:
    """(where the markup that begins here ends, what becomes of it); the place itself if none begins."""
    if html.startswith("<!--", at):
        end = html.find("-->", at + 4)
        end = len(html) if end < 0 else end + 3
        return end, lambda: iter((_Piece(_comment(html[at:end], disguise)),))
    if html.startswith(("<!", "<?"), at):
        end = html.find(">", at) + 1 or len(html)
        declared = html[at:end]
        known = re.match(r"<!doctype|<!\[|<\?xml", declared, re.IGNORECASE)
        return end, lambda: iter((_Piece(declared if known else _layout(disguise.text(declared), disguise)),))
    name = _NAME.match(html, at + 2 if html.startswith("</", at) else at + 1)
    if name is None:
        return at, lambda: iter(())
    end, tag = _tag(html, at, name.end(), disguise)
    if name[0].lower() in _RAW and html[at + 1] != "/":
        close = re.compile(rf"</{re.escape(name[0])}", re.IGNORECASE).search(html, end)
        stop = close.start() if close else len(html)
        inner = html[end:stop]
        return stop, lambda: _raw(tag, name[0].lower(), inner, disguise)
    return end, lambda: iter((_Piece(tag),))


def _raw(tag: str, name: str, inner: str, disguise: Disguise) -> Iterator[_Piece]:
    """Elements whose text is no markup: styles stay, scripts become filler of their size."""
    yield _Piece(tag)
    if name == "style":
        yield _Piece(_sheet(inner, disguise))
    elif name == "script":
        yield _Piece(re.sub(r"\w", "x", inner))
    else:
        yield _Piece(inner, spoken=True)


def _comment(text: str, disguise: Disguise) -> str:
    """What a mail program may read in a comment is a page of its own; any other comment is text."""
    found = _CONDITION.fullmatch(text)
    if found:
        return f"<!--{found[1]}{page(found[2], disguise)}{found[3]}"
    return text if _CONDITIONAL.fullmatch(text) else disguise.text(text)


# --- tags ---------------------------------------------------------------------------------------------------------


def _tag(html: str, at: int, place: int, disguise: Disguise) -> tuple[int, str]:
    """(where the tag ends, what it becomes), read as browsers do: a `>` in quotes ends no tag."""
    out = [_layout(html[at:place], disguise)]
    while place < len(html):
        char = html[place]
        if char == ">":
            return place + 1, "".join((*out, ">"))
        found = _ATTRIBUTE.match(html, place) or (_EQUALS.match(html, place) if char == "=" else None)
        if found is None:
            out.append(char)
            place += 1
            continue
        name, place = found[0], found.end()
        out.append(_named(name, disguise))
        equals = _EQUALS.match(html, place)
        if equals is None:
            continue
        place = equals.end()
        mark = html[place : place + 1]
        if mark in ("'", '"') and mark:
            close = html.find(mark, place + 1)
            close = len(html) if close < 0 else close
            value, place = html[place + 1 : close], min(close + 1, len(html))
        else:
            mark = ""
            bare = _BARE.match(html, place)
            value = bare[0] if bare else ""
            place += len(value)
        out.append(f"{equals[0]}{mark}{_attribute(name.lower(), value, mark, disguise)}{mark}")
    return len(html), "".join(out)


def _named(name: str, disguise: Disguise) -> str:
    """The name of an attribute; one that no page needs may hold anything."""
    lower = name.lower()
    known = lower in _LAYOUT | _LINKS | _SPOKEN or lower.startswith(("data-", "aria-", "xmlns", "on", "v:", "o:"))
    return name if known and not _is_personal(name, disguise) else disguise.text(name)


def _attribute(name: str, value: str, mark: str, disguise: Disguise) -> str:
    if name == "style":
        return _css(value, disguise)
    if name in _LINKS:
        said = unescape(value).strip()
        made = disguise.url(said) if re.match(r"\w+:|//|[/?#]", said) else disguise.text(said)
        made = "" if said.lower().startswith(("data:", "cid:")) else made
        if said.lower().startswith("cid:"):
            made = f"cid:{_cid(said[4:], disguise)}"
        return _like(made, value, mark)
    if name == "srcset":
        return ""
    if name.startswith("xmlns") or name in ("type", "charset", "http-equiv", "rel", "media"):
        return value
    if name in _CALLED:
        return _called(value, disguise)
    if name in _LAYOUT:
        return _layout(value, disguise)
    return _like(disguise.text(unescape(value)), value, mark)


def _cid(text: str, disguise: Disguise) -> str:
    local, at, domain = text.rpartition("@")
    return f"{disguise.stand_ins.code(local)}@{disguise.host(domain)}" if at else disguise.stand_ins.code(text)


def _like(made: str, before: str, mark: str) -> str:
    """A value as an attribute, with as much escaped as it was before."""
    if "&" not in before:
        return (
            made.replace("&", "&amp;").replace(mark, "&quot;" if mark == '"' else "&#39;")
            if mark
            else re.sub(r"[\s>]", "", made)
        )
    if "&amp;" not in before and "&" in made and not _ENTITY.search(before):
        return made.replace(mark, "&quot;") if mark else made
    return escape(made, quote=mark != "") if mark != "'" else escape(made, quote=False).replace("'", "&#39;")


def _css(text: str, disguise: Disguise) -> str:
    made = _STYLE_URL.sub(lambda found: f"url({found[1]}{disguise.url(found[2])}{found[1]})", text)
    return _layout(re.sub(r"/\*.*?\*/", "", made, flags=re.DOTALL), disguise)


def _sheet(text: str, disguise: Disguise) -> str:
    """A style sheet: what selectors call parts of the page, as these are called now."""
    out = []
    for number, piece in enumerate(re.split(r"([{}])", _css(text, disguise))):
        out.append(piece)
        if piece == "{" and number:
            out[-2] = _CALLS.sub(lambda found: _selected(found, disguise), out[-2])
    return "".join(out)


def _selected(found: re.Match[str], disguise: Disguise) -> str:
    if found["mark"]:
        return found["mark"] + _called(found["name"], disguise)
    return found["open"] + _called(found["value"], disguise)


def _called(value: str, disguise: Disguise) -> str:
    """Names of a page's parts: those of ordinary words of layout stay, any other becomes another, the same one."""

    def word(found: re.Match[str]) -> str:
        lower = found[0].lower()
        if (lower in STYLED or disguise.stays(found[0])) and not _is_personal(found[0], disguise):
            return found[0]
        return disguise.stand_ins.word(found[0])

    return _LAYOUT_WORD.sub(word, re.sub(r"\d{3,}", lambda found: disguise.stand_ins.number(found[0]), value))


def _layout(text: str, disguise: Disguise) -> str:
    """Markup as it is, but for the names of people."""
    return _LAYOUT_WORD.sub(
        lambda found: disguise.stand_ins.word(found[0]) if _is_personal(found[0], disguise) else found[0], text
    )


def _is_personal(text: str, disguise: Disguise) -> bool:
    words = [word.lower() for word in _LAYOUT_WORD.findall(text)]
    return any(word in disguise.personal.words and len(word) > 3 for word in words)


# --- text ---------------------------------------------------------------------------------------------------------


def _disguised(runs: list[str], disguise: Disguise) -> list[str]:
    """Runs of text as they stand in the markup, character references where they were."""
    read = [_read(run) for run in runs]
    made = disguise.texts(["".join(chars) for chars, _ in read])
    return [_written(text, chars, raw) for text, (chars, raw) in zip(made, read, strict=True)]


def _read(run: str) -> tuple[list[str], list[str]]:
    """(characters, each as it is spelled) of a run of text."""
    if "&" not in run:
        return list(run), list(run)
    chars: list[str] = []
    raw: list[str] = []
    at = 0
    for found in _ENTITY.finditer(run):
        said = unescape(found[0])
        if len(said) != 1 or said == found[0]:
            continue
        chars += run[at : found.start()]
        raw += run[at : found.start()]
        chars.append(said)
        raw.append(found[0])
        at = found.end()
    return chars + list(run[at:]), raw + list(run[at:])


def _written(made: str, chars: list[str], raw: list[str]) -> str:
    if len(made) != len(chars):  # a link or an address in it is longer or shorter now
        return escape(made, quote=False) if any(len(spelled) > 1 for spelled in raw) else made
    return "".join(
        spelled if new == old else f"&#{ord(new)};" if len(spelled) > 1 else new
        for new, old, spelled in zip(made, chars, raw, strict=True)
    )
