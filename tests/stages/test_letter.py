"""Any bytes become a Letter: fields, addresses, texts, attached mails; what is too complex stays unread."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st

from stages.attached import cut
from stages.letter import Letter, Page, read_letter
from stages.settings import Limits
from tests.builders.letters import in_base64, mail, multipart, part

LIMITS = Limits()


def read(raw: bytes) -> Letter:
    return read_letter(raw, "", (), LIMITS)


# --- header fields ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_fields_and_text_are_read_with_either_line_end(line_end: str) -> None:
    letter = read(mail("One.\nTwo.\n", line_end=line_end))
    assert (letter.from_name, letter.from_address, letter.from_count) == ("Iris Calloway", "iris@sender.test", 1)
    assert letter.to == ("amy@owner.test",)
    assert letter.subject == "A few words"
    assert letter.date == 1_772_532_000_000
    assert letter.message_id == "<one@sender.test>"
    assert letter.text == "One.\nTwo.\n"
    assert letter.unread is None


def test_a_folded_field_is_one_line_and_encoded_words_share_a_split_character() -> None:
    letter = read(mail(subject="=?utf-8?B?R3LDvMM=?=\n =?UTF-8?B?n2U=?= from\n\tBern"))
    assert letter.first("subject") == letter.subject == "Grüße from Bern"


def test_an_encoded_word_is_decoded_inside_quotes_too() -> None:
    assert read(mail(**{"from": '"=?iso-8859-1?q?J=F6rg?= Maas" <j@sender.test>'})).from_name == "Jörg Maas"


def test_a_raw_eight_bit_name_is_read_as_utf8_else_as_windows_1252() -> None:
    assert read(mail(**{"from": "Zoë Fäh <z@sender.test>".encode()})).from_name == "Zoë Fäh"
    assert read(mail(**{"from": "Zoë Fäh <z@sender.test>".encode("latin-1")})).from_name == "Zoë Fäh"


def test_two_from_fields_are_counted_and_the_lowest_is_taken_because_signatures_cover_it() -> None:
    letter = read(b"From: Above <above@evil.test>\n" + mail())
    assert letter.from_count == 2
    assert letter.from_address == "iris@sender.test"


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.org)bob@evil.test",
        "a@one.test, b@two.test",
        "<a@one.test> <b@two.test>",
        "LinkedIn <a@one.test>, <b@two.test>",
        "<a@one.test> trailing",
        "(unclosed <a@one.test>",
        "a@one.test (unclosed",
        '"unclosed <a@one.test>',
        "a@one.test:b@two.test",
        "Undisclosed recipients:;",
        "no address at all",
        "",
    ],
)
def test_an_ambiguous_sender_has_no_address_rather_than_a_wrong_one(value: str) -> None:
    assert read(mail(**{"from": value})).from_address == ""


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("bare@one.test", "", "bare@one.test"),
        ('"Doe, Ann" <Ann@One.Test>', "Doe, Ann", "ann@one.test"),
        ("Doe, Ann <ann@one.test>", "Doe, Ann", "ann@one.test"),
        ("Ann (via Somewhere) <ann@one.test>", "Ann (via Somewhere)", "ann@one.test"),
        ("ann@one.test (Ann Doe)", "Ann Doe", "ann@one.test"),
        ("ann@other.test <ann@one.test>", "ann@other.test", "ann@one.test"),
        ('"Ann \\"Q\\" Doe" <ann@one.test>', 'Ann "Q" Doe', "ann@one.test"),
        ("=?utf-8?q?=3Cfake=40good=2Etest=3E?= <real@one.test>", "<fake@good.test>", "real@one.test"),
    ],
)
def test_a_sender_is_read_as_people_write_it(value: str, name: str, address: str) -> None:
    letter = read(mail(**{"from": value}))
    assert (letter.from_name, letter.from_address) == (name, address)


def test_of_a_repeated_field_the_topmost_and_the_lowest_can_be_had() -> None:
    letter = read(b"X-Mark: added\nFrom: a@b.test\nX-Mark: signed\n\nhi\n")
    assert (letter.first("x-mark"), letter.last("x-mark"), letter.last("x-other")) == ("added", "signed", "")


def test_controls_bidi_overrides_and_lone_surrogates_never_get_in() -> None:
    raw = mail(
        b"body \x00 \xed\xa0\x80\n",
        subject="=?utf-8?q?a=00b=1Bc=0D=0ABcc:_x=40y?= \u202egpj",
        **{"from": b"N\x00ul\xff\xfe <n@sender.test>"},
    )
    letter = read(raw)
    shown = letter.subject + letter.from_name + letter.text
    assert not set(shown) & set("\x00\x1b\r\u202e")
    json.dumps([letter.subject, letter.from_name, letter.text], ensure_ascii=False).encode("utf-8")
    assert letter.subject.startswith("a b c")


def test_a_character_set_that_hides_a_lone_surrogate_leaves_none() -> None:
    letter = read(mail("+2AA-\n", subject="=?utf-7?q?+2AA-?=", content_type="text/plain; charset=utf-7"))
    (letter.subject + letter.text).encode("utf-8")


def test_a_bare_carriage_return_in_a_field_neither_makes_a_field_nor_ends_the_header() -> None:
    raw = mail("the real body\n", subject="x\rFrom: b@evil.test\r\rfake body")
    letter = read(raw)
    assert letter.from_count == 1
    assert letter.text == "the real body\n"


def test_a_missing_or_broken_date_is_none() -> None:
    assert read(mail(date=None)).date is None
    assert read(mail(date="some day")).date is None
    assert read(mail(date="Tue, 99 Mar 99999 10:00:00 +9999")).date is None


# --- bodies -----------------------------------------------------------------------------------------------------


def test_a_file_without_fields_is_a_body_html_if_it_begins_with_a_tag() -> None:
    page = read(b"\n <html lang='de'><body><p>Guten Tag</p></body></html>").page
    assert (page.lang, page.text) == ("de", "Guten Tag")
    letter = read(b"some words have come\n\nand more: of them\n")
    assert letter.page == Page()
    assert letter.text.startswith("some words have come\n\nand more")
    assert letter.fields == ()


def test_an_mbox_line_on_top_is_passed_over() -> None:
    letter = read(b"From iris@sender.test Tue Mar  3 10:00:00 2026\n" + mail())
    assert letter.from_address == "iris@sender.test"
    assert letter.from_count == 1


def test_alternatives_are_both_read_in_their_own_encodings() -> None:
    raw = multipart(
        part("Gr=C3=BC=C3=9Fe", content_transfer_encoding="quoted-printable"),
        part(in_base64("<p>Grüße &amp; mehr</p>"), "text/html; charset=utf-8", content_transfer_encoding="base64"),
    )
    letter = read(raw)
    assert letter.text == "Grüße"
    assert letter.page.text == "Grüße & mehr"


def test_a_truncated_multipart_is_read_as_far_as_it_came() -> None:
    whole = multipart(part("the words"), part("<p>lost</p>", "text/html"))
    letter = read(whole[: whole.index(b"--frontier\nContent-Type: text/html")])
    assert letter.text.strip() == "the words"
    assert letter.page == Page()


def test_a_boundary_that_never_comes_leaves_the_raw_text() -> None:
    assert "lonely" in read(mail("lonely\n", content_type="multipart/mixed; boundary=never")).text


@pytest.mark.parametrize("charset", ["latin-1", "no-such-charset", "punycode", "idna", "utf-7", "undefined", "x" * 300])
def test_no_character_set_makes_it_raise(charset: str) -> None:
    assert read(mail(b"caf\xe9 +2AA-\n", content_type=f"text/plain; charset={charset}")).unread is None


def test_latin_1_text_is_read() -> None:
    assert read(mail(b"caf\xe9\n", content_type="text/plain; charset=iso-8859-1")).text == "café\n"


def test_named_html_is_found_only_where_there_is_no_other_body() -> None:
    alone = read(mail("<p>named</p>", content_type="text/html; name=a.html"))
    assert alone.page.text == "named"
    beside = read(multipart(part("body"), part("<p>named</p>", "text/html; name=a.html"), kind="mixed"))
    assert (beside.text.strip(), beside.page) == ("body", Page())


def test_an_attached_mail_is_cut_out_byte_for_byte_and_its_text_is_not_the_letters() -> None:
    original = mail(b"inner \xff words\r\nend", subject="inner")
    raw = multipart(part("outer words"), part(original, "message/rfc822"), kind="mixed")
    letter = read(raw)
    assert cut(raw, letter.attached) == original
    assert letter.text.strip() == "outer words"
    assert letter.subject == "A few words"


def test_an_attached_mail_in_base64_is_decoded() -> None:
    original = mail("inner", subject="inner")
    attached = part(in_base64(original.decode()), "message/rfc822", content_transfer_encoding="base64")
    raw = multipart(part("outer"), attached, kind="mixed")
    assert cut(raw, read(raw).attached) == original


def test_of_two_content_types_the_lowest_counts() -> None:
    letter = read(b"Content-Type: text/html\n" + mail("<p>plain</p>", content_type="text/plain"))
    assert letter.page == Page()
    attached = multipart(part("outer"), part(mail("inner"), "message/rfc822"), kind="mixed")
    assert len(read(b"Content-Type: text/plain\n" + attached).attached) == 1


def test_a_mail_whose_parts_mail_parser_cannot_find_is_unread_and_keeps_its_fields() -> None:
    inner = "--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\n--x\n\n--x\n"
    letter = read(
        mail("--x\nContent-Type: multipart/mixed; boundary=x\n\n" + inner, content_type="multipart/mixed; boundary=x")
    )
    assert letter.from_address == "iris@sender.test"
    assert letter.unread == "its parts could not be read"


def test_what_stands_below_the_end_of_its_container_is_no_text_of_the_mail() -> None:
    raw = multipart(part("shown")) + b"--frontier\nContent-Type: text/html\n\n<p>smuggled</p>\n--frontier--\n"
    letter = read(raw)
    assert (letter.text.strip(), letter.page) == ("shown", Page())


def test_of_repeated_mime_fields_the_first_counts_in_a_part_and_the_lowest_in_the_mail() -> None:
    twice = b"Content-Type: text/html\nContent-Type: text/plain\n"
    inside = read(multipart(twice + b"\n<p>words</p>"))
    alone = read(b"From: a@b.test\n" + twice + b"\n<p>words</p>")
    assert (inside.text, inside.page.text) == ("", "words")
    assert (alone.text.strip(), alone.page.text) == ("<p>words</p>", "")


# --- limits -----------------------------------------------------------------------------------------------------


def test_a_header_block_over_the_limit_is_not_parsed_but_its_first_fields_are() -> None:
    letter = read(mail(x_padding="a" * 50_000 + "\n " + "b" * 60_000))
    assert letter.unread == "its header block is larger than 100 kB"
    assert letter.from_address == "iris@sender.test"
    assert letter.text == ""


def test_too_many_parts_are_not_parsed() -> None:
    few = multipart(*[part("x")] * 900, kind="mixed")
    many = multipart(*[part("x")] * 1_100, kind="mixed")
    assert read(few).unread is None
    assert read(many).unread == "it has more than 1,000 MIME parts"


def nested(depth: int) -> bytes:
    inside = part("words")
    for level in range(depth):
        inside = part(b"--b%d\n" % level + inside + b"\n--b%d--\n" % level, f"multipart/mixed; boundary=b{level}")
    return b"From: a@b.test\n" + inside


@pytest.mark.parametrize("kind", [b"rfc822", b"global"])
def test_too_deep_parts_are_not_parsed(kind: bytes) -> None:
    assert read(nested(45)).text.strip() == "words"
    assert read(nested(60)).unread == "its MIME parts lie more than 50 levels deep"
    attached = b"From: a@b.test\n" + b"Content-Type: message/%s\n\n" % kind * 60 + b"words"
    assert read(attached).unread == "its MIME parts lie more than 50 levels deep"


def test_sixty_attached_mails_beside_each_other_are_not_deep() -> None:
    letter = read(multipart(*[part(multipart(part("x"), boundary=f"in{n}"), "message/rfc822") for n in range(60)]))
    assert letter.unread is None
    assert len(letter.attached) == 60


def test_a_flood_of_parameters_is_not_parsed() -> None:
    assert read(mail(content_type="text/plain" + ";" * 60_000)).unread == "a MIME field in it is far too long"


@pytest.mark.parametrize("inside", [False, True])
def test_more_than_a_hundred_parameters_of_a_mime_field_are_not_parsed(inside: bool) -> None:
    def with_parameters(count: int) -> Letter:
        kind = "text/plain" + "".join(f"; a{number}=b" for number in range(count))
        return read(multipart(part("hello", kind)) if inside else mail("hello", content_type=kind))

    assert with_parameters(100).text.strip() == "hello"
    assert with_parameters(101).unread == "a MIME field in it has far too many parameters"


def test_overlong_html_is_not_parsed_and_overlong_text_is_cut() -> None:
    assert read(mail("<p>word</p>" * 100_000, content_type="text/html")).unread == "its HTML is larger than 512 kB"
    letter = read(mail("word " * 1_000_000))
    assert letter.unread is None
    assert 1_000 < len(letter.text) <= 200_001


def test_much_text_between_the_parts_is_not_parsed() -> None:
    raw = mail("-- \n" * 2_000_000, content_type="multipart/mixed; boundary=b")
    assert read(raw).unread == "the text between its MIME parts is too long"


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    read(raw)
    letter = read(b"Content-Type: multipart/mixed; boundary=b\nFrom: " + raw + b"\n\n--b\n" + raw)
    json.dumps([letter.text, letter.from_name, letter.fields], ensure_ascii=False).encode("utf-8")


FRAGMENTS = (
    *("\r", "\n", "\r\n\r\n", "--b", "--b--", ": ", "Content-Type: ", "message/rfc822", "text/html", "multipart/mixed"),
    *("; boundary=b", "; charset=", "utf-7", "<p>", "=?utf-8?q?", "?=", '"', "(", "<a@b.c>", "From", "\0", "é", " "),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_heap_of_mail_fragments_makes_it_raise(fragments: list[str]) -> None:
    read("".join(fragments).encode())
