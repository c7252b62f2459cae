"""What is known of each provider's forwarding: menus, what it asks before, what it leaves out. Data only.

Menu names as of November 2026; providers move them. Only Gmail's question is known from mails; what the others send
is told by their help pages.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from stages.sources import SOURCES

Handshake = Literal["gmail", "unknown", "none"]
"""What comes to the new address first: a question we can read; one we cannot; nothing"""


class Provider(NamedTuple):
    """One provider. In the steps {address} is where to forward to and {senders} whose mail; {domains}, for Sieve."""

    key: str
    title: str
    domains: tuple[str, ...]
    connect: str
    """what `salver connect` calls this kind of account"""
    steps: tuple[str, ...]
    handshake: Handshake
    confirm: str
    """what it sends to the new address, and what to do with that"""
    kept_back: tuple[str, ...]
    """what does not get forwarded, or not whole"""
    test_rule: str
    """how a rule for one subject is made there"""


_GMAIL_FILTER = (
    "Back on the page leave Disable forwarding chosen: a filter is wanted, not all of your mail. Save Changes.",
    "Filters and Blocked Addresses, Create a new filter. From: {senders}. Create filter.",
    "Tick Forward it to and choose {address}; tick Never send it to Spam. Nothing more. Create filter.",
)
_GMAIL_TEST = "Create a new filter, Subject: {token}; Forward it to {address}; Never send it to Spam."
_GMAIL_CONFIRM = (
    "Google asks {address} first, and forwards nothing before it has an answer. The mail has a code, a link, or both: "
    "enter the code beside Verify on that page, or open the link and press its button."
)
_OUTLOOK_TEST = "Add new rule, Subject includes {token}; Redirect to {address}."

GMAIL = Provider(
    "gmail",
    "Gmail",
    ("gmail.com", "googlemail.com"),
    "gmail",
    (
        "On a computer, mail.google.com: the gear, See all settings, Forwarding and POP/IMAP.",
        "Add a forwarding address: {address}. Next, Proceed, OK.",
        "Wait for Google's question, which is shown below as soon as it comes, and answer it.",
        *_GMAIL_FILTER,
    ),
    "gmail",
    _GMAIL_CONFIRM,
    (
        "Spam is not forwarded, hence Never send it to Spam.",
        "A filter works on mail that comes from now on. `salver import` reads what came before.",
    ),
    _GMAIL_TEST,
)
WORKSPACE = Provider(
    "workspace",
    "Google Workspace (your own domain at Google)",
    (),
    "gmail",
    (
        "If Forwarding and POP/IMAP offers no forwarding, your administrator has switched it off: Admin console, Apps, "
        "Google Workspace, Gmail, End User Access, Automatic forwarding.",
        *GMAIL.steps,
    ),
    "gmail",
    _GMAIL_CONFIRM + " Between addresses of one Workspace it does not ask.",
    GMAIL.kept_back,
    _GMAIL_TEST,
)
OUTLOOK = Provider(
    "outlook",
    "Outlook.com, Hotmail, Live",
    ("outlook.com", "hotmail.com", "live.com", "msn.com"),
    "outlook",
    (
        "On a computer, outlook.live.com: the gear, Mail, Rules, Add new rule. Give it a name.",
        "Add a condition: Sender address includes, {senders}.",
        "Add an action: Redirect to, {address}. Not Forward to: that writes a new mail under your name, and the proof "
        "that it came from the network is lost.",
        "Save.",
    ),
    "none",
    "Outlook.com asks the new address nothing. It may ask you to prove who you are before the rule is kept.",
    ("What lies in Junk Email is not redirected: make the sender safe under Mail, Junk email, Safe senders.",),
    _OUTLOOK_TEST,
)
MICROSOFT_365 = Provider(
    "microsoft365",
    "Microsoft 365 (work or school)",
    (),
    "outlook",
    (
        "Ask your administrator first: redirecting to the outside is off unless somebody has allowed it. "
        "security.microsoft.com, Email & collaboration, Policies & rules, Threat policies, Anti-spam, an outbound "
        "policy, Automatic forwarding rules: On - Forwarding is enabled. For you alone is enough.",
        "outlook.office.com: the gear, Mail, Rules, Add new rule. Give it a name.",
        "Add a condition: Sender address includes, {senders}.",
        "Add an action: Redirect to, {address}. Not Forward to: that writes a new mail under your name, and the proof "
        "that it came from the network is lost.",
        "Save.",
    ),
    "none",
    "Microsoft 365 asks the new address nothing.",
    (
        "Where it is forbidden you get a report with 5.7.520, or nothing comes at all.",
        "Many companies mark mail from outside, such as with [EXTERNAL] in the subject: that breaks the network's "
        "signature. Ask to have the mark left out for {senders}, or let Salver read your account instead.",
        "What was redirected to you by another rule is not redirected again.",
    ),
    _OUTLOOK_TEST,
)
FASTMAIL = Provider(
    "fastmail",
    "Fastmail",
    ("fastmail.com", "fastmail.fm"),
    "imap",
    (
        "Settings, Filters & Rules, Create rule.",
        "The sender's email contains {senders}. Continue.",
        "Send a copy to {address}. Save.",
    ),
    "none",
    "Fastmail asks the new address nothing.",
    ("What was taken for spam is not sent on.",),
    "Create rule: Subject contains {token}; Send a copy to {address}.",
)
ICLOUD = Provider(
    "icloud",
    "iCloud",
    ("icloud.com", "me.com", "mac.com"),
    "imap",
    (
        "icloud.com/mail in a browser (rules of the Mail app work only while it runs): the gear, Rules, Add Rule.",
        "If a message: is from, {senders}.",
        "Then: Forward to, {address}. Add. It may take a quarter of an hour to begin.",
        "Not Forward my email to under Mail Forwarding: that sends all of your mail.",
    ),
    "none",
    "iCloud asks the new address nothing, as far as its help says.",
    (
        "In some years iCloud changed mails on the way, so that the network's signature broke. The test at the end "
        "shows how it is today; if it breaks, let Salver read your account instead.",
        "Junk is not forwarded.",
    ),
    "Add Rule: Subject contains {token}; Forward to {address}.",
)
YAHOO = Provider(
    "yahoo",
    "Yahoo",
    ("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "ymail.com", "rocketmail.com"),
    "imap",
    (
        "Forwarding is for paying accounts only (since 2021). Without one, let Salver read your account instead.",
        "Settings, More Settings, Mailboxes; choose your mailbox.",
        "Forwarding: {address}. Verify.",
        "Yahoo forwards all of your mail, not only the network's. What is no request lies untouched in the INBOX here.",
    ),
    "unknown",
    "Yahoo sends {address} a mail with a link to open.",
    ("Spam is not forwarded.",),
    "",
)
PROTON = Provider(
    "proton",
    "Proton",
    ("proton.me", "protonmail.com", "pm.me", "protonmail.ch"),
    "imap",
    (
        "Forwarding is for paying accounts only.",
        "Settings, All settings, Proton Mail, Auto-reply and forward, Forward emails, Add forwarding rule.",
        "Forward to: {address}. Add condition: the sender contains {senders}.",
        "Next, and let the request be sent. Proton says what becomes of encryption: read that.",
    ),
    "unknown",
    "Proton sends {address} a mail with a link to accept.",
    ("What came to you encrypted by Proton is sent on without that.",),
    "Add a second rule of that kind: the subject contains {token}.",
)
ZOHO = Provider(
    "zoho",
    "Zoho",
    ("zoho.com", "zohomail.com", "zohomail.eu", "zoho.eu"),
    "imap",
    (
        "Settings, Mail Accounts, your address, Forwards: add {address}, and answer the mail that comes there.",
        "Then take it out of Forwards again, which sends all of your mail: a filter cannot use the same address.",
        "Settings, Filters, Add Filter: Sender contains {senders}; action Forward to {address}. Save.",
        "If the filter does not take the address, leave it in Forwards: what is no request lies in the INBOX.",
    ),
    "unknown",
    "Zoho sends {address} a mail with a link; behind it you sign in to Zoho once more.",
    (
        "Zoho switches a forward off after one mail that was refused for good, or about ten that could not come. "
        "If Salver was down for long, look there.",
        "What was forwarded to you by somebody's rule is not forwarded again.",
    ),
    "Add Filter: Subject contains {token}; action Forward to {address}.",
)
OTHER = Provider(
    "other",
    "another provider, or a server of your own",
    (),
    "imap",
    (
        "Look for Rules or Filters in your provider's settings, and make one: From contains {senders}.",
        "Its action is called Redirect, Send a copy or Forward; take Redirect where there is a choice, since Forward "
        "often writes a new mail under your name. Send it to {address}, and keep your own copy.",
        'With Sieve: if address :domain :matches "from" [{domains}] '
        '{ redirect :copy "{address}"; }  (and at the top: require "copy";)',
    ),
    "unknown",
    "Some providers first ask {address} with a mail.",
    ("Spam is mostly not forwarded.",),
    "the same again, for a Subject that contains {token}.",
)
PROVIDERS = (GMAIL, WORKSPACE, OUTLOOK, MICROSOFT_365, FASTMAIL, ICLOUD, YAHOO, PROTON, ZOHO, OTHER)


def guessed(address: str) -> Provider | None:
    """By the address's domain; None for a domain that says nothing, such as one's own."""
    domain = address.rpartition("@")[2].lower()
    return next((provider for provider in PROVIDERS if domain in provider.domains), None)


def named(key: str) -> Provider:
    return next(provider for provider in PROVIDERS if provider.key == key)


def filled(text: str, address: str, token: str = "") -> str:
    """A sentence of a provider with the owner's address in it."""
    whose = [source.DOMAINS[0] for source in SOURCES.values() if source.REQUESTS]
    domains = ", ".join(f'"{domain}", "*.{domain}"' for domain in whose)
    told = text.replace("{address}", address).replace("{senders}", " OR ".join(whose)).replace("{domains}", domains)
    return told.replace("{token}", token)
