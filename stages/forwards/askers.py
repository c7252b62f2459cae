"""Which providers ask before they forward, and by what a mail is known to be really theirs. Data only.

Gmail's question is known from mails, Cloudflare's from what several public projects quote of it. That Yahoo, Zoho,
Proton and OpenSRS ask at all is told by their help pages; from where they do is a careful guess, and a mail that does
not fit is no question for us: it lies in the INBOX like any other.
"""

from __future__ import annotations

from typing import NamedTuple

from stages.urls import within

NOBODY = frozenset({"no-reply", "noreply", "no_reply", "do-not-reply", "donotreply", "do_not_reply"})
"""Local parts that no provider gives to a customer."""


class Asker(NamedTuple):
    """One provider. `writes` and `may_sign` say which mails are its own."""

    name: str
    title: str
    signers: tuple[str, ...]
    """d= of its signatures"""
    senders: tuple[str, ...] = ()
    """where this is given: it writes from these addresses and no others, and signs as exactly `signers`"""
    services: tuple[str, ...] = ()
    """domains from which nobody but the provider writes"""
    shared: tuple[str, ...] = ()
    """domains from which its customers or its people write, too"""
    links: tuple[str, ...] = ()
    """domains to which its own links lead"""
    names_account: bool = True
    """False: the account that it names is whatever the person who asks wants it to be called"""

    def writes(self, address: str) -> bool:
        """Whether only the provider can have a mail signed that comes from this address (lower case)."""
        if self.senders:
            return address in self.senders
        local, _, domain = address.rpartition("@")
        return within(domain, self.services) or (local in NOBODY and within(domain, self.shared))

    def may_sign(self, signer: str, address: str) -> bool:
        """Whether a signature of this domain says that the mail from this address is the provider's."""
        if self.senders:
            return signer in self.signers
        domain = address.rpartition("@")[2]
        return within(signer, self.signers) and (within(domain, (signer,)) or within(signer, (domain,)))


GOOGLE = Asker(
    "google",
    "Google",
    ("google.com",),
    senders=("forwarding-noreply@google.com",),
    links=("mail-settings.google.com", "mail.google.com", "isolated.mail.google.com"),
)
CLOUDFLARE = Asker(
    "cloudflare",
    "Cloudflare",
    ("cloudflare.com",),
    services=("notify.cloudflare.com",),
    shared=("cloudflare.com",),
    links=("dash.cloudflare.com",),
    names_account=False,
)
YAHOO = Asker(
    "yahoo",
    "Yahoo",
    ("yahoo.com", "yahoo-inc.com"),
    services=("cc.yahoo-inc.com",),
    shared=("yahoo.com",),
    links=("yahoo.com",),
)
ZOHO = Asker(
    "zoho",
    "Zoho",
    ("zoho.com", "zoho.eu", "zoho.in", "zohomail.com", "zohoaccounts.com"),
    services=("zohoaccounts.com",),
    shared=("zoho.com", "zoho.eu", "zoho.in", "zohomail.com"),
    links=("zoho.com", "zoho.eu", "zoho.in", "zohomail.com"),
)
PROTON = Asker(
    "proton",
    "Proton",
    ("proton.me", "protonmail.com"),
    services=("notify.proton.me",),
    shared=("proton.me", "protonmail.com"),
    links=("proton.me", "protonmail.com"),
)
OPENSRS = Asker(
    "opensrs",
    "OpenSRS",
    ("opensrs.com", "opensrs.net", "hostedemail.com"),
    shared=("opensrs.com", "opensrs.net", "hostedemail.com"),
    links=("opensrs.com", "opensrs.net", "hostedemail.com"),
)
ASKERS = {asker.name: asker for asker in (GOOGLE, CLOUDFLARE, YAHOO, ZOHO, PROTON, OPENSRS)}


def asker_of(address: str) -> Asker | None:
    """The provider that writes from this address (lower case)."""
    return next((asker for asker in ASKERS.values() if asker.writes(address)), None)


def title_of(name: str) -> str:
    """For a person; of a provider that we no longer know, its name."""
    return ASKERS[name].title if name in ASKERS else name
