"""What is known of mail providers: where their IMAP server is and how one signs in. Facts only; nothing is asked here.

State of November 2026. Endpoints after Google's "OAuth 2.0 for desktop apps" and Microsoft's identity platform v2.0.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Endpoints(NamedTuple):
    """Where an authorisation server (RFC 6749) is asked for what, and with which scope."""

    authorize: str
    token: str
    scope: str
    device: str = ""
    """RFC 8628; empty: it has none, or none that gives access to mail"""
    revoke: str = ""
    """RFC 7009; empty: access is withdrawn on a page of the provider's only"""
    redirect: str = "http://127.0.0.1"
    """loopback redirect (RFC 8252 7.3) without its port"""
    extra: tuple[tuple[str, str], ...] = ()
    """further parameters of the authorisation request"""
    issuer: str = ""
    """the OpenID provider that told these"""


class Provider(NamedTuple):
    """One provider."""

    key: str
    title: str
    host: str
    domains: tuple[str, ...]
    app_passwords: str = ""
    """where app passwords are made, or "your password ..." where that will do; empty: it takes none"""
    endpoints: Endpoints | None = None
    registration: tuple[str, ...] = ()
    """how to make an app registration of one's own, step by step"""
    consents: str = ""
    """where access that was given is seen and withdrawn"""
    note: str = ""
    """what has to be switched on first"""
    tls: Literal["implicit", "starttls"] = "implicit"
    local_part: bool = False
    """the sign-in name is the address up to the @"""
    client_id_like: str = ""
    """a pattern: what else is pasted for a client id may be a secret, and would stand in an address"""
    client_secret: bool = False
    """its registrations for desktop apps have a secret, which must be sent along"""


_MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"

GMAIL = Provider(
    "gmail",
    "Gmail",
    "imap.gmail.com",
    ("gmail.com", "googlemail.com"),
    app_passwords="https://myaccount.google.com/apppasswords (2-Step Verification must be on)",
    endpoints=Endpoints(
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scope="https://mail.google.com/",
        revoke="https://oauth2.googleapis.com/revoke",
        extra=(("access_type", "offline"), ("prompt", "consent")),  # else a second consent brings no refresh token
    ),
    registration=(
        "At https://console.cloud.google.com make a project (any name), then open Google Auth Platform.",
        "Branding: an app name and your address. Audience: External (Internal, if all are in your own Workspace).",
        'Audience: "Publish app". Left in testing, Google ends every sign-in after 7 days.',
        "Data Access: add the scope https://mail.google.com/ by hand. It needs no review for your own use.",
        "Clients: Create client, Desktop app. Copy the client id and the client secret.",
        "When you sign in, Google warns that the app is not verified. It is your own: Advanced, then go on.",
    ),
    consents="https://myaccount.google.com/connections",
    client_id_like=r"[\w-]+\.apps\.googleusercontent\.com",
    client_secret=True,
)
OUTLOOK = Provider(
    "outlook",
    "Outlook and Microsoft 365",
    "outlook.office365.com",
    ("outlook.com", "hotmail.com", "live.com", "msn.com"),
    endpoints=Endpoints(
        authorize=f"{_MICROSOFT}/authorize",
        token=f"{_MICROSOFT}/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        device=f"{_MICROSOFT}/devicecode",
        redirect="http://localhost",  # the only host for which Microsoft lets the port be any
        extra=(("prompt", "select_account"),),
    ),
    registration=(
        "At https://entra.microsoft.com (with an Azure or work account): App registrations, New registration.",
        'Account types: "any organizational directory and personal Microsoft accounts".',
        'Redirect URI: "Public client/native (mobile & desktop)", http://localhost',
        "API permissions: Microsoft Graph, Delegated: IMAP.AccessAsUser.All and offline_access.",
        'Authentication: "Allow public client flows": Yes (only --device needs it).',
        "Overview: copy the Application (client) ID. There is no client secret.",
    ),
    consents="https://account.live.com/consent/Manage (private) or https://myapps.microsoft.com (work, school)",
    client_id_like=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    note="Outlook.com: Settings, Mail, Forwarding and IMAP must let devices and apps use IMAP. "
    "Microsoft 365: the administrator may have to allow IMAP and the app.",
)
PROVIDERS: tuple[Provider, ...] = (
    GMAIL,
    OUTLOOK,
    Provider(
        "fastmail",
        "Fastmail",
        "imap.fastmail.com",
        ("fastmail.com", "fastmail.fm"),
        "Settings, Privacy & Security, Manage app passwords (access: Mail, IMAP)",
    ),
    Provider(
        "icloud",
        "iCloud",
        "imap.mail.me.com",
        ("icloud.com", "me.com", "mac.com"),
        "https://account.apple.com, Sign-In and Security, App-Specific Passwords",
        local_part=True,
    ),
    Provider(
        "yahoo",
        "Yahoo",
        "imap.mail.yahoo.com",
        ("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "ymail.com", "rocketmail.com"),
        "https://login.yahoo.com/account/security, Generate app password",
    ),
    Provider(
        "aol", "AOL", "imap.aol.com", ("aol.com",), "https://login.aol.com/account/security, Generate app password"
    ),
    Provider(
        "zoho",
        "Zoho",
        "imap.zoho.com",
        ("zoho.com", "zohomail.com"),
        "https://accounts.zoho.com, Security, App Passwords",
        note="Settings, Mail Accounts, IMAP Access must be on. In the EU the host is imap.zoho.eu; "
        "with a domain of your own imappro.zoho.com or imappro.zoho.eu.",
    ),
    Provider(
        "zoho-eu",
        "Zoho (EU)",
        "imap.zoho.eu",
        ("zohomail.eu", "zoho.eu"),
        "https://accounts.zoho.eu, Security, App Passwords",
        note="Settings, Mail Accounts, IMAP Access must be on.",
    ),
    Provider(
        "gmx",
        "GMX",
        "imap.gmx.net",
        ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
        "your password; with two-factor sign-in an application-specific one: My Account, Security",
        note="E-Mail, Settings, POP3 & IMAP must allow access from outside.",
    ),
    Provider(
        "gmx-com",
        "GMX (international)",
        "imap.gmx.com",
        ("gmx.com", "gmx.us", "gmx.co.uk"),
        "your password; with two-factor sign-in an application-specific one: My Account, Security",
        note="E-Mail, Settings, POP3 & IMAP must allow access from outside.",
    ),
    Provider(
        "webde",
        "WEB.DE",
        "imap.web.de",
        ("web.de",),
        "your password; with two-factor sign-in an application-specific one: My Account, Security",
        note="E-Mail, Settings, POP3/IMAP must allow access from outside.",
    ),
    Provider(
        "mailbox-org",
        "mailbox.org",
        "imap.mailbox.org",
        ("mailbox.org",),
        "your password, or an application password: Settings, Security",
    ),
    Provider("posteo", "Posteo", "posteo.de", ("posteo.de", "posteo.net", "posteo.org"), "your password"),
    Provider(
        "yandex",
        "Yandex",
        "imap.yandex.com",
        ("yandex.com", "yandex.ru", "ya.ru"),
        "https://id.yandex.com/security, App passwords",
        note="Settings, Email clients must allow IMAP.",
    ),
)


def provider_of(address: str) -> Provider | None:
    """By the address's domain; None where it says nothing, such as a domain of one's own."""
    domain = address.rpartition("@")[2].lower()
    return next((provider for provider in PROVIDERS if domain in provider.domains), None)


def provider_at(host: str) -> Provider | None:
    """By the IMAP host, with or without a port."""
    name = host.partition(":")[0].lower()
    return next((provider for provider in PROVIDERS if provider.host == name), None)
