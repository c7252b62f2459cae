"""A token (OAuth 2.0, RFC 6749): refreshed, revoked (RFC 7009), and what a provider's answers mean for a person.

The library is requests-oauthlib, loaded when first needed. Everything blocks. Errors are AccountTrouble (weather) and
SignInRefused (a person has to act); no text tells a secret.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.accounts.providers import Endpoints
from pipeline.accounts.session import AccountTrouble, SignInRefused
from stages.events import Value

HTTP_SECONDS = 30
_EARLY_SECONDS = 300
"""A token is refreshed this long before it ends, or in the last quarter of a short life."""
_MEANS = {
    "access_denied": "access was not given",
    "invalid_grant": "the sign-in has run out or was revoked",
    "expired_token": "the code has run out",
    "invalid_client": "it does not know this client id, or its client secret is wrong or missing",
    "unauthorized_client": "this client id may not sign in this way",
    "invalid_scope": "this client id may not ask for access to mail",
    "missing_token": "it answered with something else than was asked",
    "unsupported_grant_type": "this client id may not sign in this way",
}
_WEATHER = ("temporarily_unavailable", "server_error", "missing_token")
"""The last is what the library calls an answer it cannot read, such as the page of a proxy in between."""


class Registration(NamedTuple):
    """An app registration at the provider: the owner's own."""

    client_id: str
    client_secret: str = ""


class Token(Value):
    """What a sign-in gave, and all that is needed to refresh and revoke it. Kept as JSON where the secret lies."""

    client_id: str
    client_secret: str = Field(default="", repr=False)
    token_url: str
    revoke_url: str = ""
    issuer: str = ""
    access_token: str = Field(repr=False)
    refresh_token: str = Field(default="", repr=False)
    got_at: int
    """seconds since 1970"""
    expires_at: int = 0
    """seconds since 1970; 0: it was not told"""

    @property
    def host(self) -> str:
        return urlsplit(self.token_url).hostname or ""

    def holds(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return not self.expires_at or time.time() < self.expires_at

    def lasts(self) -> bool:
        """Whether it need not be refreshed yet."""
        early = min(_EARLY_SECONDS, (self.expires_at - self.got_at) / 4)
        return not self.expires_at or time.time() < self.expires_at - early


def refresh(token: Token) -> Token:
    """A token with a longer life; its refresh token may be another one, and the old one void."""
    if not token.refresh_token:
        raise SignInRefused(f"{token.host} gave nothing to refresh the sign-in with, and it has run out")
    app = Registration(token.client_id, token.client_secret)
    secret = {"client_secret": app.client_secret} if app.client_secret else {}
    with in_words(token.host, app, token.refresh_token, token.access_token):
        found = session_for(app).refresh_token(
            secure(token.token_url),
            refresh_token=token.refresh_token,
            client_id=app.client_id,
            timeout=HTTP_SECONDS,
            **secret,
        )
        endpoints = Endpoints("", token.token_url, "", revoke=token.revoke_url, issuer=token.issuer)
        return token_in(found, endpoints, app)


def revoke(token: Token) -> bool:
    """End the sign-in at the provider. False: it has no endpoint for that."""
    if not token.revoke_url:
        return False
    host, app = urlsplit(token.revoke_url).hostname or "", Registration(token.client_id, token.client_secret)
    secret = {"client_secret": app.client_secret} if app.client_secret else {}
    given = token.refresh_token or token.access_token
    with in_words(host, app, given):
        answer = session_for(app).post(
            secure(token.revoke_url),
            data={"token": given, "client_id": app.client_id, **secret},
            withhold_token=True,
            timeout=HTTP_SECONDS,
        )
        if answer.status_code >= 500:
            raise AccountTrouble(f"{host} has trouble (HTTP {answer.status_code})")
        error = "" if answer.ok else str(object_in(answer, host).get("error", answer.status_code))
    if error not in ("", "invalid_token"):  # that one was revoked before, or has ended
        raise said_no(host, error, "", app)
    return True


def discover(issuer: str) -> Endpoints:
    """The endpoints of an OpenID provider, as it tells them itself (OpenID Connect Discovery 1.0)."""
    host, app = urlsplit(issuer).hostname or issuer, Registration("")
    with in_words(host, app):
        url = f"{secure(issuer).rstrip('/')}/.well-known/openid-configuration"
        told = object_in(session_for(app).get(url, withhold_token=True, timeout=HTTP_SECONDS), host)
        if str(told["issuer"]).rstrip("/") != issuer.rstrip("/"):
            raise SignInRefused(f"{host} says it is another issuer; write the address as it calls itself")
        return Endpoints(
            authorize=secure(str(told["authorization_endpoint"])),
            token=secure(str(told["token_endpoint"])),
            scope="openid email offline_access",
            device=str(told.get("device_authorization_endpoint", "")),
            revoke=str(told.get("revocation_endpoint", "")),
            issuer=issuer,
        )


# --- the library, and what it raises


def session_for(app: Registration, **more: Any) -> Any:
    client_id = {} if "client" in more else {"client_id": app.client_id}
    session = importlib.import_module("requests_oauthlib").OAuth2Session(**client_id, **more)
    session.max_redirects = 0  # what is sent here is secret: to the address named, to no other
    return session


def secure(url: str) -> str:
    if not url.startswith("https://"):
        raise SignInRefused(f"{url or 'an empty address'} is no https:// address; secrets are sent to such only")
    return url


def object_in(answer: Any, host: str) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise AccountTrouble(f"{host} answered with something else than was asked (HTTP {answer.status_code})")
    return found


def plain(text: str) -> str:
    """What a provider sent, as it may be shown in a terminal."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


@contextlib.contextmanager
def in_words(host: str, app: Registration, *secrets: str) -> Iterator[None]:
    """What the library and the network raise, for a person."""
    requests: Any = importlib.import_module("requests.exceptions")
    library: Any = importlib.import_module("oauthlib.oauth2")
    try:
        yield
    except AccountTrouble:
        raise
    except library.OAuth2Error as error:
        raise said_no(host, str(error.error), str(error.description), app, *secrets) from None
    except requests.SSLError:
        raise AccountTrouble(f"the certificate of {host} is not valid") from None
    except requests.Timeout:
        raise AccountTrouble(f"{host} did not answer in time") from None
    except requests.ConnectionError:
        raise AccountTrouble(f"{host} cannot be reached; is this computer online?") from None
    except (requests.RequestException, KeyError, TypeError, ValueError, AttributeError):
        # The library trusts that what comes is JSON of the right shape.
        raise AccountTrouble(f"{host} answered with something else than was asked") from None


def said_no(host: str, error: str, description: str, app: Registration, *secrets: str) -> AccountTrouble:
    """The provider's error code in our words, and its own words behind, without what is secret."""
    for secret in (app.client_secret, *secrets):
        if secret:
            error, description = error.replace(secret, "***"), description.replace(secret, "***")
    words = _MEANS.get(error, plain(error)[:80])
    said = "" if error == "missing_token" else plain(description)[:160]
    text = f"{host}: {words}{f' ({said})' if said else ''}"
    return AccountTrouble(text) if error in _WEATHER else SignInRefused(text)


def token_in(found: Any, endpoints: Endpoints, app: Registration) -> Token:
    now = int(time.time())
    lives = found.get("expires_in")
    return Token(
        client_id=app.client_id,
        client_secret=app.client_secret,
        token_url=endpoints.token,
        revoke_url=endpoints.revoke,
        issuer=endpoints.issuer,
        access_token=found["access_token"],
        refresh_token=found.get("refresh_token") or "",
        got_at=now,
        expires_at=now + int(lives) if lives else 0,
    )
