"""`salver setup` on the forwarding road, against a running Salver: the provider's question, and the proof.

Google and LinkedIn are played by keys of our own in a DNS server of our own; the sockets, the signatures, the store
and both processes are real.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.settings import load
from tests.builders import forwards, handshakes, linkedin
from tests.builders.dialogue import Dialogue, Serving
from tests.builders.dns import DnsServer, in_turn, servfail, txt
from tests.builders.forwards import CANCEL, LINK, by_google, passed_on, question, sent
from tests.builders.handshakes import signed_other
from tests.builders.linkedin import MIRA
from tests.builders.server import free_port
from tests.builders.signing import rsa_key, sign
from tests.pipeline.test_setup import FORWARD, HOST, MAILBOX, NAME, ZONE, config_of, keeps, port, state_of

DOMAINS = ("google.com", "mail.google.com", "sender.test", "linkedin.com", "elsewhere.test")


@contextmanager
def at_work(folder: Path, dns: DnsServer, provider: str = "", wait: str = "60s") -> Iterator[tuple[Dialogue, Serving]]:
    """A dialogue that has come to the point where Salver runs, and that Salver."""
    number = free_port()
    with Dialogue(folder, resolver=dns.endpoint, wait=wait) as talk:
        who = ("Who keeps that mailbox?", provider)
        talk.answers(NAME, MAILBOX, who, FORWARD, HOST, port(number), keeps(folder), ZONE)
        talk.until("Enter when it runs")
        with Serving(config_of(folder), number, dns.endpoint) as serving:
            talk.write("")
            talk.until("and takes mail for")
            yield talk, serving


def address_of(folder: Path) -> str:
    return load(config_of(folder), environment={}).owner[0].addresses[0]


def token_of(folder: Path) -> str:
    return str(state_of(folder)["token"])


def test_from_nothing_to_a_forward_that_is_proven(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.until(f"Add a forwarding address: {address}")
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        serving.deliver(by_google(question(address, code="83610257")), address)
        at = talk.until(LINK)
        assert "Really Google." in talk.text[:at]
        assert "The code: 83610257" in talk.text[:at]
        talk.answers(("Test it now", ""))
        talk.until("with the token as its subject")
        raw, envelope = passed_on(sent(f"my test {token_of(tmp_path).upper()}"), address)
        serving.deliver(raw, address, envelope)
        talk.until("All is set")
        assert talk.ended() == 0
    assert CANCEL not in talk.text, "the link that takes the forward back is never offered"
    assert "sender.test's signature intact." in talk.text
    assert "Arrived in " in talk.text
    assert not (tmp_path / "salver.toml.setup.json").exists(), "nothing is left to do"
    assert dns.asked, "the signatures were checked against the keys"


def test_a_question_that_is_not_surely_googles_is_called_doubtful_and_its_link_is_not_shown(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", "yes"))
        talk.until("Waiting")
        genuine = by_google(question(address, code="1234567"))
        hostile = {
            "Google has not signed it": question(address, code="9000001"),
            "Google's signature does not hold": by_google(question(address, code="9000002")).replace(
                b"9000002", b"9000003"
            ),
            "does not come from forwarding-noreply@google.com": by_google(question(address, sender="ceo@google.com")),
            "it asks about the mail of mallory@gmail.com, who is not you": by_google(
                question(address, "mallory@gmail.com")
            ),
            "it was written to another address": by_google(question("old@elsewhere.test")),
            "leaves out what matters": by_google(question(address, code="9000004"), covers=["from", "date"]),
        }
        at = 0
        for doubt, raw in hostile.items():
            serving.deliver(raw, address)
            talk.until(doubt, at)
        other = sign(question(address, code="9000005"), rsa_key(), "elsewhere.test", signed=["from", "to", "subject"])
        serving.deliver(other, address)
        below = sign(question(address, code="9000006"), rsa_key(), "mail.google.com", signed=["from", "to", "subject"])
        serving.deliver(below, address)
        while talk.text.count("Doubtful") < 8:
            at = talk.until("Doubtful", at)
        assert "vf-" not in talk.text, "no link of theirs"
        assert "900000" not in talk.text, "no code of theirs"
        serving.deliver(genuine, address)
        at = talk.until(LINK)
        assert "The code: 1234567" in talk.text[:at]


def test_heaps_of_fakes_hide_not_the_genuine_question_and_fill_no_screen(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", "yes"))
        talk.until("Waiting")
        for number in range(14):
            serving.deliver(question(address, code=f"90000{number:02}"), address)
        serving.deliver(by_google(question(address, code="1234567")), address)
        talk.until(LINK)
    assert talk.text.count("Doubtful") == 10


def test_a_spoof_under_googles_address_is_not_called_the_question(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", "yes"))
        talk.until("Waiting")
        spoof = question(address).replace(b"Gmail Team", b"LinkedIn")
        serving.deliver(spoof, address)
        serving.deliver(by_google(question(address, code="1234567")), address)
        talk.until(LINK)
    assert "Doubtful" not in talk.text


def test_a_question_whose_key_cannot_be_had_just_now_is_shown_as_soon_as_it_can(tmp_path: Path) -> None:
    keys = forwards.keys(*DOMAINS)
    keys["key._domainkey.google.com"] = in_turn(servfail, servfail, txt(rsa_key().record))
    with DnsServer(keys) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        serving.deliver(by_google(question(address)), address)
        talk.until(LINK)
    assert "Doubtful" not in talk.text


def test_who_comes_back_after_a_kill_sees_at_once_what_came_meanwhile(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        talk.process.kill()
        talk.process.wait()
        serving.deliver(by_google(question(address)), address)
        with Dialogue(tmp_path, resolver=dns.endpoint) as again:
            again.answers(("Wait for its question", ""))
            again.until(LINK)
            again.answers(("Test it now", ""))
            again.until("with the token")
            token = token_of(tmp_path)
            again.process.kill()
            again.process.wait()
        with Dialogue(tmp_path, resolver=dns.endpoint) as third:
            third.answers(("Test it now", ""))
            third.until("with the token")
            assert token_of(tmp_path) == token, "a mail that is under way still counts"
            assert "Wait for its question" not in third.text


def test_what_does_not_come_is_told_with_what_did_come(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns, "fastmail", wait="1s") as (talk, _):
        talk.answers(("Test it now", ""))
        talk.until("It has not come within 1 s. Since")
        assert talk.ended() == 1
    assert f"nothing at all has come to {address_of(tmp_path)}" in talk.text
    assert "Wait for its question" not in talk.text, "Fastmail asks nothing"
    assert "Traceback" not in talk.text
    assert token_of(tmp_path), "the next run waits for the same mail"


NOT_AS_IT_SHOULD_BE = {
    "altered": "altered on the way",
    "straight": "straight to Salver, not through your provider",
    "anew": "your provider wrote it anew under your name",
    "own": "it says that you sent it from your own address",
    "unsigned": "has signed nothing that could be checked",
}


def arriving(case: str, token: str, address: str) -> tuple[bytes, str]:
    """The test mail as it comes in, and its reverse-path."""
    whole = sent(f"test {token}")
    by_rule = b"X-MS-Exchange-Inbox-Rules-Loop: amy@gmail.com\r\n"
    return {
        "altered": (whole.replace(b"Subject: ", b"Subject: [EXTERNAL] "), "x+srs@gmail.com"),
        "straight": (sent(token, to=address), "iris@sender.test"),
        "anew": (by_rule + sent(token, sender="amy@gmail.com"), ""),
        "own": (sent(token, sender="amy@gmail.com"), ""),
        "unsigned": (whole[whole.index(b"From: ") :], ""),
    }[case]


def test_a_forward_that_is_not_as_it_should_be_is_not_called_proven(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS, "gmail.com")) as dns, at_work(tmp_path, dns, "outlook") as (first, serving):
        address, tokens = address_of(tmp_path), set()
        first.process.kill()
        for case, told in NOT_AS_IT_SHOULD_BE.items():
            with Dialogue(tmp_path, resolver=dns.endpoint) as talk:
                talk.answers(("Test it now", ""))
                talk.until("with the token")
                tokens.add(token_of(tmp_path))
                raw, envelope = arriving(case, token_of(tmp_path), address)
                serving.deliver(raw, address, envelope)
                talk.until(told)
                assert talk.ended() == 1
                assert "All is set" not in talk.text
    assert len(tokens) == len(NOT_AS_IT_SHOULD_BE), "each attempt has a token of its own"


def test_the_networks_own_mail_proves_it_as_well(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns, "fastmail") as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Test it now", "no"), ("LinkedIn's next mail now?", "yes"))
        talk.until("Waiting")
        raw, envelope = passed_on(sign(linkedin.invitation_modern(MIRA), rsa_key(), "linkedin.com"), address)
        serving.deliver(sent("no token in it"), address)
        serving.deliver(raw, address, envelope)
        talk.until("LinkedIn's signature intact.")
        assert talk.ended() == 0


def test_another_providers_question_is_told_of_without_its_text(tmp_path: Path) -> None:
    with DnsServer(forwards.keys(*DOMAINS)) as dns, at_work(tmp_path, dns, "zoho") as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        unsigned = sent("=?utf-8?q?Confirm_=1B=5B31mforwarding=E2=80=AE?=", to=address)
        serving.deliver(unsigned[unsigned.index(b"From: ") :].replace(b"<t@s", b"<u@s"), address)
        at = talk.until("nothing proves who sent it")
        serving.deliver(sent("Confirm forwarding", to=address), address)
        talk.until("sender.test signed it", at)
        talk.until("Test it now")
    assert not {"\x1b", "\u202e"} & set(talk.text)
    assert "Just a test." not in talk.text


def test_another_providers_question_that_is_surely_theirs_is_shown_with_its_link(tmp_path: Path) -> None:
    keys = forwards.keys(*handshakes.signing_domains())
    with DnsServer(keys) as dns, at_work(tmp_path, dns, "yahoo") as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        serving.deliver(signed_other("yahoo", address, "mallory@yahoo.com"), address)
        at = talk.until("it asks about the mail of mallory@yahoo.com, who is not you")
        assert "crumb=" not in talk.text
        serving.deliver(signed_other("yahoo", address, "amy@gmail.com"), address)
        talk.until("Yahoo asks whether mail of amy@gmail.com may be forwarded here. Really Yahoo.", at)
        talk.until(handshakes.OTHERS["yahoo"][4], at)
        talk.until("Test it now")


def test_who_waits_for_googles_question_goes_on_waiting_when_another_asks(tmp_path: Path) -> None:
    keys = forwards.keys(*handshakes.signing_domains())
    with DnsServer(keys) as dns, at_work(tmp_path, dns) as (talk, serving):
        address = address_of(tmp_path)
        talk.answers(("Wait for its question", ""))
        talk.until("Waiting")
        serving.deliver(signed_other("proton", address, "amy@gmail.com"), address)
        at = talk.until("Really Proton.")
        serving.deliver(by_google(question(address)), address)
        talk.until(LINK, at)
        talk.until("Test it now", at)
    assert talk.text.index("Really Proton.") < talk.text.index("Really Google.")


def test_something_else_on_the_port_is_not_taken_for_our_salver(tmp_path: Path) -> None:
    number = free_port()
    config = tmp_path / "other.toml"
    config.write_text(
        f'[smtp]\nlisten = "127.0.0.1:{number}"\n[store]\nurl = "sqlite:///{tmp_path}/other.db"\n'
        f'[[owner]]\naddresses = ["bea@example.org"]\nmailbox = "maildir:{tmp_path}/bea"\n',
        "utf-8",
    )
    with Serving(config, number), Dialogue(tmp_path) as talk:
        talk.answers(
            NAME, MAILBOX, ("Who keeps", ""), FORWARD, HOST, port(number), keeps(tmp_path), ZONE, ("Enter when", "")
        )
        talk.until("does not know the new address")
        assert talk.ended() == 1
