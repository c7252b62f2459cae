"""vCards of three versions as phones and programs write them, and how mistakes in them are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.person import PeopleError, Person
from pipeline.vcards import read_vcards


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> bytes:
    return end.join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", "")).encode()


def people(*cards: bytes) -> list[Person]:
    found, warnings = read_vcards("a.vcf", b"".join(cards))
    assert warnings == ()
    return list(found)


def refused(raw: bytes) -> str:
    with pytest.raises(PeopleError) as error:
        read_vcards("a.vcf", raw)
    return str(error.value)


MIRA = Person(("Mira Solberg",), ("mira@fjellkraft.test",))


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_name_and_addresses_are_read_in_every_version(version: str, end: str) -> None:
    raw = card("N:Solberg;Mira;;;", "FN:Mira Solberg", "item1.EMAIL;TYPE=INTERNET,pref:Mira@Fjellkraft.test",
               "TEL;CELL:+47 1", version=version, end=end)  # fmt: skip
    assert people(raw, raw) == [MIRA, MIRA]


def test_a_mark_at_the_start_and_utf_16_make_no_difference() -> None:
    raw = card("FN:Mira Sølberg", "EMAIL:mira@fjellkraft.test")
    for each in (raw, b"\xef\xbb\xbf" + raw, raw.decode().encode("utf-16")):
        assert people(each) == [Person(("Mira Sølberg",), ("mira@fjellkraft.test",))]


def test_quoted_printable_over_several_lines_as_phones_write_it() -> None:
    raw = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:S=C3=B8lberg;=4D=69=\r\n=72=61;;;",
        "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=4D=69=72=61=20=\r\n=53=C3=\r\n=B8lberg",
        "ADR;WORK;QUOTED-PRINTABLE:;;=65=66=\r\n=31;;;;",
        version="2.1",
    )
    assert people(raw) == [Person(("Mira Sølberg",))]


def test_folded_lines_are_joined_as_their_version_says_also_within_a_letter() -> None:
    raw = card("FN:Mir\r\n a Sølb\r\n\terg").replace("ø".encode(), b"\xc3\r\n \xb8")
    assert people(raw) == [Person(("Mira Sølberg",))]
    assert people(card("FN:Mira\r\n Solberg", version="2.1")) == [Person(("Mira Solberg",))]


def test_other_character_sets_are_read_where_they_are_named() -> None:
    raw = card("FN;CHARSET=ISO-8859-1:Mira S\xf8lberg", version="2.1").decode().encode("latin-1")
    assert people(raw) == [Person(("Mira Sølberg",))]


def test_escapes_stand_for_what_they_stand_for() -> None:
    assert people(card(r"N:Sol\;berg;Mira\, Eva", r"FN:Mira\, Eva\nSolberg")) == [
        Person(("Mira, Eva Solberg", "Mira, Eva Sol;berg"))
    ]


def test_photos_notes_and_a_card_inside_a_card_are_passed_over() -> None:
    raw = card(
        "FN:Mira Solberg", 'X-PLACE;X-TITLE="Oslo: S";X="a;b":geo:1,2',
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ", "SkZJRgABAQ==", "",
        "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Somebody Else", "END:VCARD",
        "EMAIL:mira@fjellkraft.test", version="2.1",
    )  # fmt: skip
    assert people(raw) == [MIRA]


def test_companies_groups_and_empty_cards_are_nobody() -> None:
    cards = (
        card("FN:Fjellkraft AS", "X-ABShowAs:COMPANY"),
        card("FN:All Friends", "KIND:group", version="4.0"),
        card("FN:", "TEL:1"),
    )
    assert people(*cards) == []


def test_an_address_that_is_none_is_left_out_and_told() -> None:
    found, warnings = read_vcards("a.vcf", card("FN:Mira Solberg", "EMAIL:not an address"))
    assert found == (Person(("Mira Solberg",)),)
    assert warnings == ("a.vcf, line 4, EMAIL: left out, it is no e-mail address",)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (card("FN:A B") + b"BEGIN:VCARD\r\nFN:C D\r\n", "a.vcf, line 5, BEGIN: the card that begins here has no END"),
        (card("FN:A B") + b"FN:C D\r\n", "a.vcf, line 5, FN: it stands in no card"),
        (b"END:VCARD\n", "a.vcf, line 1, END: no card begins before it"),
        (card("FN:A B", "this is nothing"), 'a.vcf, line 4: "this is nothing" is no field'),
        (card("FN:A \xf8").decode().encode("latin-1"), "a.vcf, line 3, FN: this is no UTF-8"),
        (card("FN;CHARSET=KLINGON:A B"), 'a.vcf, line 3, FN: we know no CHARSET "KLINGON"'),
        (card("FN;CHARSET=ROT13:A B"), "we know no CHARSET"),
        (card("FN;ENCODING=b:%%%%a"), "line 3, FN: this is no UTF-8"),
        (b"\xff\xfe\x00\xd8\x00", "line 1: it begins like UTF-16 and is none"),
    ],
)
def test_what_is_broken_is_refused_with_file_line_and_field(raw: bytes, told: str) -> None:
    assert told in refused(raw)


PIECES = st.sampled_from(
    ["BEGIN:VCARD\n", "END:VCARD\n", "VERSION:2.1\n", "FN:", "N:", "EMAIL:", ";ENCODING=QUOTED-PRINTABLE",
     ";CHARSET=", "UTF-8",
     "=\n", "=C3", "\n ", "\n", "\r", ":", ";", "\\", '"', "Ada Lie", "a@b", "\u200b", "\u202e",
     "👩‍🚀", "ø", "\x00", "PHOTO;B:"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode())))
@settings(max_examples=500, deadline=None)
def test_anything_is_read_or_refused_with_its_line(raw: bytes) -> None:
    told = attempt(raw)
    if isinstance(told, str):
        assert told.startswith("a.vcf, line ")
    else:
        assert all(person.names or person.addresses for person in told)


def attempt(raw: bytes) -> tuple[Person, ...] | str:
    """The people, or why it was refused; no other end is known."""
    try:
        return read_vcards("a.vcf", raw)[0]
    except PeopleError as error:
        return str(error)


@given(name=st.text(min_size=1, max_size=30), version=st.sampled_from(["2.1", "3.0", "4.0"]))
@settings(max_examples=200, deadline=None)
def test_a_name_of_any_letters_comes_back_on_one_line(name: str, version: str) -> None:
    escaped = name.encode("utf-8", "replace").decode().replace("\\", "").replace("\r", " ").replace("\n", " ")
    found, _ = read_vcards("a.vcf", card(f"FN:{escaped}", "EMAIL:a@b.test", version=version))
    assert len(found) == 1
    assert all(len(each.splitlines()) == 1 for each in found[0].names)
