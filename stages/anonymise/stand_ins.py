"""A word, number or token -> another of the same shape: the same one for the same one in one mail, by a key in no mail.

Letters become letters of their script and case, digits digits. Times move together by one span, so that they agree.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvz"
_CLASSES = (
    "áâäçéëíîóôöúüý",
    "àãåæèêìïñòõøùû",
    "ąćčďęěľłńňőřśšťůűźžż",
    "абвгдежзиклмнопрстуфхцчшщыэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん",
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
    "一人大小中上下山川天日月水火木金土田生年本文方心手目口力女子白石林森村町花草竹犬牛馬魚",
    "가나다라마바사아자차카타파하고노도로모보소오조구누두루무부수우주기니디리미비시이지",
)
"""Letters that stand in one another's place; each row can be spelled in the character sets that its script is sent in.
"""
_RANGES = (
    (0x400, 0x4FF, 3), (0x370, 0x3FF, 4), (0x1F00, 0x1FFF, 4), (0x5D0, 0x5EA, 5), (0x620, 0x6FF, 6),
    (0x3041, 0x3096, 7), (0x30A1, 0x30FA, 8), (0x3400, 0x9FFF, 9), (0xF900, 0xFAFF, 9), (0x20000, 0x3FFFF, 9),
    (0xAC00, 0xD7A3, 10),
)  # fmt: skip
_ROW = {letter: row for row in _CLASSES for letter in row}
_BEST = 40
"""times that another stand-in is tried where one is taken"""
_SPAN = 3 * 366 * 86_400_000
"""How far from the mail's date a number may be and still be taken for a time, ms."""
_YEARS = (1_041_379_200_000, 4_102_444_800_000)
"""2003 to 2100, ms"""
MAIL_ID = re.compile(r"(?<![A-Za-z0-9])([a-z0-9]{3,9})([-~])([a-z0-9]{8})\2([a-z0-9]{1,4})(?![A-Za-z0-9])")
"""An id with the time it was made, in base 36, in its midst."""
_PIECE = re.compile(r"\d+|[^\W\d_]+|[\W_]+")
_ID36 = "0123456789abcdefghijklmnopqrstuvwxyz"


class StandIns:
    """What stands for what in one mail."""

    def __init__(self, key: bytes, taken: Iterable[str], date: int | None, shift: int) -> None:
        """`taken`: words and numbers that may stand for nothing, in lower case. `shift`: of every time, ms."""
        self._key = key
        self._taken = frozenset(taken)
        self._date = date
        self.shift = shift
        self._made: dict[str, str] = {}
        self._given: set[str] = set()

    def word(self, word: str) -> str:
        """Letters (and digits) in the same case; `Mira` and `MIRA` become one another's likeness."""
        lower = word.lower()
        if len(lower) != len(word):
            lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in word)
        made = self._of(lower)
        return "".join(_cased(new, old) for new, old in zip(made, word, strict=True))

    def number(self, digits: str) -> str:
        """A time is moved; an id that begins with a time, too; anything else becomes other digits."""
        value = int(digits) if len(digits) <= 20 and digits.isascii() else 0
        if len(digits) == 13 and self._is_time(value):
            return str(value + self.shift)
        if len(digits) == 10 and self._is_time(value * 1000):
            return str(value + self.shift // 1000)
        if 15 <= len(digits) <= 20 and digits[0] != "0" and value:
            low = int.from_bytes(self._bytes(f"id {digits}", 4), "big") & 0x3FFFFF
            moved = str((((value >> 22) + self.shift) << 22) | low)
            if len(moved) == len(digits):
                return moved
        return self._of(digits)

    def hour(self, digits: str) -> str:
        """Another hour of the same half of the day, so that its AM or PM stays true."""
        told = int(digits)
        low, many = (0, 12) if told < 12 and digits[0] == "0" else (12, 12) if told > 12 else (1, 12)
        return f"{(told - low + 1 + self._bytes('hour', 1)[0] % 11) % many + low:0{len(digits)}}"

    def minute(self, digits: str) -> str:
        """Another minute or second."""
        return f"{(int(digits) + 1 + self._bytes('minute', 1)[0] % 59) % 60:02}"

    def code(self, text: str) -> str:
        """An id, a token, a slug: each run of letters or digits for itself, ids that hold a time as such."""
        out, at = [], 0
        for found in MAIL_ID.finditer(text):
            moved = self.moved(found[3])
            if moved is None:
                continue
            out += [self._plain(text[at : found.start()]), self._run(found[1]), found[2], moved, found[2]]
            out.append(self._run(found[4]))
            at = found.end()
        return "".join((*out, self._plain(text[at:])))

    def hexadecimal(self, text: str) -> str:
        """As many other digits of base 16."""
        return "".join("0123456789abcdef"[octet % 16] for octet in self._bytes(f"hex {text}", len(text))[: len(text)])

    def moved(self, base36: str) -> str | None:
        """The time it says in base 36, moved; None if it says none."""
        value = int(base36, 36)
        told = self._is_time(value) or (_YEARS[0] < value < _YEARS[1] and not base36.isalpha())
        return _base36(value + self.shift) if told else None

    def noise(self, text: str) -> str:
        """As many other characters of base64: a signature that holds nothing any more."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        drawn = iter(self._bytes(f"noise {text}", len(text)))
        return "".join(alphabet[next(drawn) % 62] if char.isalnum() or char in "+/" else char for char in text)

    def _is_time(self, value: int) -> bool:
        if self._date is None:
            return _YEARS[0] < value < 2_051_222_400_000  # 2035
        return abs(value - self._date) < _SPAN

    def _plain(self, text: str) -> str:
        return "".join(self._run(piece) for piece in _PIECE.findall(text))

    def _run(self, piece: str) -> str:
        if piece.isdigit() and piece.isascii():
            return self.number(piece)
        return self.word(piece) if piece[:1].isalnum() else piece

    def _of(self, lower: str) -> str:
        made = self._made.get(lower)
        if made is None:
            for again in range(_BEST):
                drawn = self._drawn(lower, again)
                made = drawn if made is None or made == lower else made
                if drawn != lower and drawn not in self._taken and drawn not in self._given:
                    made = drawn
                    break
            assert made is not None
            self._made[lower] = made
            self._given.add(made)
        return made

    def _drawn(self, lower: str, again: int) -> str:
        drawn = self._bytes(f"{again} {lower}", 2 * len(lower))
        return "".join(
            _letter(char, drawn[2 * at] << 8 | drawn[2 * at + 1], first=not at) for at, char in enumerate(lower)
        )

    def _bytes(self, text: str, most: int) -> bytes:
        out = b""
        count = 0
        while len(out) < most:
            told = f"{count} {text}".encode("utf-8", "surrogatepass")
            out += hashlib.blake2b(told, key=self._key).digest()
            count += 1
        return out


def _letter(char: str, drawn: int, first: bool) -> str:
    if "a" <= char <= "z":
        row = _VOWELS if char in _VOWELS else _CONSONANTS
    elif "0" <= char <= "9":
        row = "123456789" if first and char != "0" else "0123456789"
    elif (row := _ROW.get(char, "")) == "":
        point = ord(char)
        named = next((_CLASSES[of] for low, high, of in _RANGES if low <= point <= high), "")
        if not char.isalpha() or unicodedata.category(char) == "Lm":
            return char  # an accent, a mark of length: no letter
        row = named or _neighbours(point)
    return row[drawn % len(row)]


def _neighbours(point: int) -> str:
    """Letters of the same block, where the script is none of those above."""
    low = point & ~0x3F
    category = unicodedata.category(chr(point))
    return "".join(chr(at) for at in range(low, low + 64) if unicodedata.category(chr(at)) == category)


def _cased(new: str, old: str) -> str:
    if old.isupper() and len(new.upper()) == 1:
        return new.upper()
    return new


def _base36(number: int) -> str:
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = _ID36[rest] + out
    return out or "0"
