"""Whom the owner wrote to: an mbox or Maildir of sent mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.person import PeopleError, Person
from pipeline.sent_mail import MANY, is_machine, read_sent

AMY = frozenset({"amy@home.test"})


def mail(to: str, number: int = 1, author: str = "Amy <amy@home.test>", more: str = "") -> bytes:
    return (
        f"From: {author}\nTo: {to}\nMessage-ID: <{number}@home.test>\n{more}Subject: Lunch?\n\n"
        "Hello!\n\nFrom the sea I greet you.\n>From me\nTo: nobody@body.test\n\n"
    ).encode()


def mbox(folder: Path, *mails: bytes) -> Path:
    path = folder / "sent"
    path.write_bytes(b"".join(b"From amy@home.test Thu Nov 26 12:00:00 2026\n" + each for each in mails))
    return path


def sent(folder: Path, *mails: bytes, own: frozenset[str] = AMY, sure: bool = True) -> list[Person]:
    found, warnings = read_sent(mbox(folder, *mails), own, sure)
    assert warnings == ()
    return list(found)


def test_names_and_addresses_of_to_cc_and_bcc_are_read_with_the_mails_to_them(tmp_path: Path) -> None:
    mails = (
        mail("Mira Solberg <Mira@Fjellkraft.test>"),
        mail('"Solberg, Mira" <mira@fjellkraft.test>', 2, more="Cc: =?utf-8?q?J=C3=B8rn_Hale?= <jorn@hale.test>\n"),
        mail("undisclosed-recipients:;", 3, more="Bcc: eva@lie.test\n"),
        mail("mira@fjellkraft.test", 4),
    )
    assert sent(tmp_path, *mails) == [
        Person(("Mira Solberg", "Solberg, Mira"), ("mira@fjellkraft.test",), ("<1@home.test>", "<2@home.test>")),
        Person(("Jørn Hale",), ("jorn@hale.test",), ("<2@home.test>",)),
        Person((), ("eva@lie.test",), ("<3@home.test>",)),
    ]


def test_a_maildir_and_a_single_mail_are_read_too(tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    (tmp_path / "cur" / "1:2,S").write_bytes(mail("Eva Lie <eva@lie.test>").replace(b"\n", b"\r\n"))
    wanted = (Person(("Eva Lie",), ("eva@lie.test",), ("<1@home.test>",)),)
    assert read_sent(tmp_path, AMY, True) == (wanted, ())
    assert read_sent(tmp_path / "cur" / "1:2,S", AMY, True) == (wanted, ())


@pytest.mark.parametrize(
    "address",
    [
        "noreply@x.test", "no-reply@x.test", "do-not-reply@x.test", "amy-noreply@x.test", "bounces+17@x.test",
        "mailer-daemon@x.test", "reply+a8c7@reply.forge.test", "python-list@x.test", "dev-request@x.test",
        "friends@googlegroups.com", "choir@lists.parish.test", "announce@x.test", "unsubscribe@x.test", "all@x.test",
        "notifications@forge.test", f"{'a1' * 30}@unsub.test",
    ],
)  # fmt: skip
def test_lists_and_senders_that_want_no_answer_are_nobody(tmp_path: Path, address: str) -> None:
    assert is_machine(address)
    assert sent(tmp_path, mail(f"Mira Solberg <{address}>, Eva Lie <eva@lie.test>")) == [
        Person(("Eva Lie",), ("eva@lie.test",), ("<1@home.test>",))
    ]


@pytest.mark.parametrize(
    "address", ["noreen@x.test", "rep.lyons@x.test", "ali.st@x.test", "info@x.test", "allan@x.test"]
)
def test_people_whose_address_looks_alike_are_people(address: str) -> None:
    assert not is_machine(address)


def test_automatic_mail_and_mail_to_many_say_nothing(tmp_path: Path) -> None:
    many = ", ".join(f"p{n}@x.test" for n in range(MANY + 1))
    found, warnings = read_sent(
        mbox(
            tmp_path,
            mail("eva@lie.test", more="Auto-Submitted: auto-replied\n"),
            mail(many, 2),
            mail("ida@vik.test", 3, more="List-Id: <choir.parish.test>\n"),
        ),
        AMY,
        True,
    )
    assert found == ()
    assert warnings == (f"sent, To: 1 mail to more than {MANY} people left out",)


def test_mail_of_others_is_left_out_and_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    theirs = mail("amy@home.test, Eva Lie <eva@lie.test>", 2, "Jon Hale <jon@hale.test>")
    found, warnings = read_sent(mbox(tmp_path, mail("mira@x.test"), theirs), AMY, True)
    assert [person.addresses for person in found] == [("mira@x.test",)]
    assert warnings == ("sent, From: 1 mail left out, not written by you",)
    with pytest.raises(PeopleError, match="you wrote none of its 1 mails"):
        read_sent(mbox(tmp_path, theirs), AMY, True)


def test_where_the_owners_accounts_are_not_known_one_author_is_taken_for_the_owner(tmp_path: Path) -> None:
    alias = frozenset({"amy@salver.test"})
    assert sent(tmp_path, mail("amy@home.test, eva@lie.test"), own=alias, sure=False) == [
        Person((), ("eva@lie.test",), ("<1@home.test>",))
    ]
    with pytest.raises(PeopleError, match="several people wrote these mails"):
        read_sent(mbox(tmp_path, mail("a@x.test"), mail("b@x.test", 2, "jon@hale.test")), alias, False)


def test_a_folder_without_mail_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    with pytest.raises(PeopleError, match="there is no mail in it"):
        read_sent(tmp_path, AMY, True)


@given(
    st.one_of(
        st.binary(max_size=300), st.text(alphabet='From: \n,<>@"=?utf-8?q?é\x00\u202e', max_size=120).map(str.encode)
    )
)
@settings(max_examples=300, deadline=None)
def test_any_octets_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any-mail"
    path.write_bytes(mail("eva@lie.test") + b"\nFrom x@y Thu Nov 26 12:00:00 2026\nFrom: amy@home.test\nTo: " + raw)
    found, _ = read_sent(path, AMY, True)
    assert ("eva@lie.test",) in [person.addresses for person in found]
    path.write_bytes(raw)
    assert "any-mail" in attempt(path)


def attempt(path: Path) -> str:
    """Why it was refused, or its name."""
    try:
        read_sent(path, AMY, False)
    except PeopleError as error:
        return str(error)
    return path.name
