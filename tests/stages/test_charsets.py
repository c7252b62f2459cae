"""Whatever character set a mail names, its words are read: nobody can hide a note from us that a mail program shows."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from encodings.aliases import aliases

import pytest

from stages.events import Parsed
from stages.fields import decode, known_charset, text_of
from stages.letter import Letter, read_letter
from stages.parse import parse
from stages.settings import Limits, Settings
from tests.builders import linkedin
from tests.builders.letters import in_base64, mail, multipart, part, received

NOTE = "Would you look at my plans for the tea house in Bergen? C:\\u0041"
ASKING = replace(linkedin.MIRA, note=NOTE)
TRANSFORMATIONS = ["base64", "rot13", "zlib", "bz2", "hex", "quopri", "uu"]
NO_CHARSETS = ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs"]
EBCDIC = ["cp037", "IBM037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140"]
UNKNOWN = ["x-unknown", "unknown-8bit", "aliases", "../fields", "x" * 300, "utf-8\x01", "''", "*", "\u00fctf-8"]
LIES = ["utf-16", "utf-16le", "utf-32", "us-ascii"]


def read(raw: bytes) -> Letter:
    return read_letter(raw, "", (), Limits())


def parsed(raw: bytes) -> Parsed:
    return parse(raw, received(), Settings())


def invitation(charset: str, person: linkedin.Person = ASKING) -> bytes:
    """An invitation whose text and page are said to be in this character set."""
    return linkedin.invitation_modern(person).replace(b"charset=UTF-8", b"charset=" + charset.encode())


# --- bodies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", [*UNKNOWN, *TRANSFORMATIONS, *NO_CHARSETS, *EBCDIC, *LIES])
def test_a_note_is_read_whatever_its_part_calls_its_character_set(charset: str) -> None:
    told = parsed(invitation(charset))
    (notice,) = told.notices
    assert told.unread is None
    assert (told.network, told.claims, told.layout_known) == ("linkedin", "invitation", True)
    assert (notice.name.value, notice.note.value) == (ASKING.name, NOTE)


@pytest.mark.parametrize("charset", ["x-unknown", "rot13", "punycode", "cp037"])
@pytest.mark.parametrize("written", ["utf-8", "windows-1252"])
def test_what_has_no_known_character_set_is_utf8_else_windows_1252(charset: str, written: str) -> None:
    words = "Blåbær på brygga – “når som helst”?"
    assert read(mail(words.encode(written), content_type=f"text/plain; charset={charset}")).text == words
    page = read(mail(f"<p>{words}</p>".encode(written), content_type=f"text/html; charset={charset}")).page
    assert page.text == words


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_under_no_name_that_python_knows_can_plain_words_be_hidden(encoding: str) -> None:
    words = "Would you join us?\n"
    body = in_base64(words) if encoding == "base64" else words
    for charset in {*aliases, *aliases.values(), *NO_CHARSETS}:
        raw = mail(body, content_type=f"text/plain; charset={charset}", content_transfer_encoding=encoding)
        assert (charset, read(raw).text) == (charset, words)


@pytest.mark.parametrize(
    "charset", ["iso-2022-jp", "utf-7", "shift_jis", "euc-jp", "utf-8", "utf-16", "utf-16le", "utf-32"]
)
def test_a_text_is_read_in_the_character_set_that_it_names_rightly(charset: str) -> None:
    words = "東京で茶室を始めます。\nAmy さん、ご意見をいただけますか。\n"
    in_it = words.encode(charset)
    if b"\n\0" not in in_it and b"\0\n" not in in_it:  # else its line ends are no line ends of a mail
        assert read(mail(in_it, content_type=f"text/plain; charset={charset}")).text == words
    coded = mail(
        base64.encodebytes(in_it), content_type=f"text/plain; charset={charset}", content_transfer_encoding="base64"
    )
    assert read(coded).text == words


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "shift_jis", "x-unknown"])
def test_one_damaged_octet_does_not_make_the_rest_unreadable(charset: str) -> None:
    written = "utf-8" if charset == "x-unknown" else charset
    damaged = "東京".encode(written) + b"\xff " + "茶室".encode(written, "ignore") * 9
    assert "茶" in read(mail(damaged, content_type=f"text/plain; charset={charset}")).text


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_accents_are_joined_to_their_letters_and_a_heap_of_them_takes_no_time(kind: str) -> None:
    start = time.process_time()
    letter = read(mail("u\u0308ber " + "\u0315\u0300" * 40_000, content_type=f"text/{kind}; charset=utf-8"))
    assert letter.words.startswith("\u00fcber ")
    assert time.process_time() - start < 1


def test_a_page_does_not_change_its_character_set_by_its_own_words() -> None:
    for said in ("x-unknown", "utf-16", "ibm037", "utf-7"):
        page = f'<html><head><meta charset="{said}"></head><p>Blåbær</p>'
        assert read(mail(page, content_type="text/html; charset=utf-8")).page.text == "Blåbær"


def test_attached_text_that_is_the_only_body_is_read_in_a_set_that_nobody_knows_too() -> None:
    for charset in ("x-unknown", "rot13", "cp037", "idna"):
        raw = mail("Words.", content_type=f"text/plain; charset={charset}; name=a", content_disposition="attachment")
        assert read(raw).text == "Words."


# --- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["idna", "undefined", "rot13", "punycode", "x-unknown", "utf-8"])
def test_no_parameter_of_a_mime_field_is_decoded_with_what_it_names(codec: str) -> None:
    plain = f"text/plain; charset*={codec}''utf-8; name*={codec}''a%FF.txt"
    raw = multipart(part("A few words.", plain, content_disposition=f"inline; filename*={codec}''%FF.txt"))
    raw = raw.replace(b'boundary="frontier"', f"boundary*={codec}''fronti%65r".encode())
    assert read(raw).unread is None
    assert read(raw).text == "A few words."


def test_a_note_is_read_beside_a_file_whose_name_is_in_no_character_set() -> None:
    raw = linkedin.invitation_modern(ASKING)
    raw = raw.replace(b"Content-ID:", b"Content-Disposition: inline; filename*=undefined''%FF\r\nContent-ID:")
    told = parsed(raw)
    assert (told.unread, told.notices[0].note.value) == (None, NOTE)


def test_a_container_without_its_boundary_is_shown_as_text_whatever_its_character_set() -> None:
    for charset in ("undefined", "punycode", "base64", "cp037"):
        letter = read(mail("lonely-words\n", content_type=f"multipart/mixed; boundary=never; charset={charset}"))
        assert letter.text == "lonely-words\n"


def test_punycode_takes_no_time_where_it_is_no_character_set() -> None:
    start = time.process_time()
    body = "a" * 20_000 + "-" + "b9z" * 40_000
    assert read(mail(body, content_type="multipart/mixed; boundary=never; charset=punycode")).unread is None
    assert read(mail(body, content_type="text/html; charset=punycode")).unread is None
    assert time.process_time() - start < 1


# --- header fields ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", [*TRANSFORMATIONS, *NO_CHARSETS, *EBCDIC, "x-unknown"])
def test_an_encoded_word_in_no_character_set_leaves_the_mail_readable(charset: str) -> None:
    raw = linkedin.invitation_modern(ASKING, subject="I want to connect")
    raw = raw.replace(b"Subject: I want", f"Subject: =?{charset}?q?I_want?=".encode())
    raw = raw.replace(b"From: ", f"X-Odd: =?{charset}?b?AAAA/w==?=\r\nFrom: =?{charset}?q?Dr=2E?= ".encode())
    told = parsed(raw)
    assert told.unread is None
    assert (told.subject, told.from_address) == ("I want to connect", "invitations@linkedin.com")
    assert told.from_name.startswith("Dr.")
    assert told.notices[0].note.value == NOTE


def test_only_text_encodings_are_character_sets() -> None:
    assert [known_charset(name) for name in (*TRANSFORMATIONS, *NO_CHARSETS, *EBCDIC)] == [None] * 21
    assert known_charset("ISO-8859-1*en") == "iso8859_1"
    assert known_charset("'UTF-8'") == "utf_8"
    assert known_charset("koi8-u") == "koi8_u"


def test_text_never_holds_lone_surrogates_but_scrubbing_it_is_left_to_who_shows_it() -> None:
    assert text_of(b"+2AA- \0", "utf-7").encode()
    assert text_of(b"+2AA- \xff", "utf-7").encode()
    assert (text_of(b"a\0b"), decode(b"a\0b")) == ("a\0b", "a b")
    assert text_of(b"") == text_of(b"", "utf-16") == text_of(b"", "base64") == ""
