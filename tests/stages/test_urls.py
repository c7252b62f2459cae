"""Hosts, wrappers, look-alikes: where links lead."""

from __future__ import annotations

import time

import pytest

from stages import urls
from stages.letter import Item, Letter, Page


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("HTTPS://user@WWW.Example.ORG:8443/x", "www.example.org"),
        ("//cdn.example/x", "cdn.example"),
        ("mailto:a@b.example", ""),
        ("#top", ""),
        ("http://[broken/", ""),
        ("https://a@b:c@münchen.example/x", "münchen.example"),
        ("https://" + "linkedin.com" * 500 + "@evil.example", "evil.example"),
        ("https://" + "a" * 301 + "é.example/", ""),
        ("ftp://cdn.example/x", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_have_a_host(url: str, host: str) -> None:
    assert urls.host_of(url) == host


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://a.example/x?b=1&trk=one&trk=two", "one"),
        ("https://a.example/x?trk=&trk=two", "two"),
        ("https://a.example/x?trk=a%20b+c#trk=no", "a b c"),
        ("https://a.example/x?t%72k=encoded", "encoded"),
        ("https://a.example/x?t\nrk=fol\tded", "folded"),
        ("https://me:pw@a.example:8443?trk=unusual", "unusual"),
        ("/x?trk=relative", "relative"),
        ("https://a.example/trk=no", ""),
        ("http://[broken/?trk=no", ""),
        ("https://a.example/?" + "a=1&" * 200 + "trk=no", ""),
    ],
)
def test_a_parameter_is_its_first_value_decoded(url: str, value: str) -> None:
    assert urls.parameter(url, "trk") == value


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a.example/in/x?y#z", "/in/x"),
        ("https://a.example?y", ""),
        ("https://a.example:1/in/x", "/in/x"),
        ("http://[broken/in", ""),
    ],
)
def test_a_path_ends_before_query_and_fragment(url: str, path: str) -> None:
    assert urls.path_of(url) == path


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fx&sa=D",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx&data=05",
        "https://urldefense.com/v3/__https://a.example/x__;!!Abc!Def$",
        "https://urldefense.com/v3/__https:/a.example/x__;!!Abc!Def$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_x&d=Dw",
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.example%2fx&c=E",
    ],
)
def test_a_wrapped_link_leads_where_it_wraps(wrapped: str) -> None:
    assert urls.unwrap(wrapped) == "https://a.example/x"


@pytest.mark.parametrize(
    "plain", ["https://a.example/?url=https://b.example", "https://www.google.com/maps?q=http://b"]
)
def test_a_link_that_only_carries_an_address_is_no_wrapper(plain: str) -> None:
    assert urls.unwrap(plain) == plain


@pytest.mark.parametrize(
    "host",
    [
        "linnkedin.com",
        "1inkedin.com",
        "lnikedin.com",
        "linked-in.example",
        "linkedin.com.example",
        "secure-linkedin.example",
        "l\u0131nkedin.com",
        "xn--lnkedin-rfb.com",
        "\u217cinked\u0456n.com",
    ],
)
def test_look_alikes_are_told_by_letters_and_slips(host: str) -> None:
    assert urls.looks_like(host, "linkedin")


@pytest.mark.parametrize("host", ["example.com", "licdn.com", "lined.example", "kindled.example", "link.example"])
def test_other_hosts_are_no_look_alikes(host: str) -> None:
    assert not urls.looks_like(host, "linkedin")


def test_only_what_can_be_a_part_of_a_host_name_is_decoded() -> None:
    """RFC 1035 allows 63 octets; decoding takes quadratic time, so a long part must stay as it is."""
    for letters, seen in ((20, True), (400, False)):
        encoded = "xn--" + ("link\u00e9din" + "a" * letters).encode("punycode").decode()
        assert (len(encoded) <= 63) is seen
        assert urls.looks_like(f"{encoded}.example", "linkedin") is seen


def test_a_heap_of_accents_in_a_host_takes_no_time() -> None:
    accents = "\u0315\u0300" * 10_000
    start = time.process_time()
    for scheme in ("https:", "ftp:", "", f"{'x' * 99}:"):
        assert urls.host_of(f"{scheme}//a{accents}.example/") == ""
        assert urls.host_of(f"https://{accents}@é.example/{scheme}") == "é.example"
    assert time.process_time() - start < 0.5


def test_a_subdomain_lies_within_and_a_longer_name_does_not() -> None:
    assert urls.within("ae.linkedin.com", ("linkedin.com",))
    assert not urls.within("notlinkedin.com", ("linkedin.com",))


def test_the_footer_of_a_mailing_list_is_not_the_mails() -> None:
    text = f"see http://a.example/x.\n{'_' * 47}\nhttp://lists.example/info"
    assert urls.urls_in(text) == ("http://a.example/x",)


def test_what_the_person_wrote_is_no_link_of_the_frame() -> None:
    mail = Letter(text="my page: https://mine.example/a\n\nhttps://www.linkedin.com/x")
    assert urls.links(mail, ("linkedin.com",), "linkedin").foreign == ("mine.example",)
    assert urls.links(mail, ("linkedin.com",), "linkedin", ["my page: https://mine.example/a"]).foreign == ()


@pytest.mark.parametrize(
    ("text", "target", "disguised"),
    [
        ("https://bank.example/login", "https://evil.example/", True),
        ("linkedin.com", "https://evil.example/", True),
        ("www.bank.example", "https://login.bank.example/x", False),
        ("https://ae.linkedin.com/in/x", "https://www.linkedin.com/comm/in/x", False),
        ("Parcels.com", "https://www.linkedin.com/comm/company/1", False),
        ("View profile", "https://evil.example/", False),
    ],
)
def test_a_link_is_disguised_when_its_text_names_another_host(text: str, target: str, disguised: bool) -> None:
    page = Page(items=(Item(text=text, href=target, tag="a"),), hrefs=(target,))
    found = urls.links(Letter(page=page), ("linkedin.com",), "linkedin").disguised
    assert bool(found) is disguised
