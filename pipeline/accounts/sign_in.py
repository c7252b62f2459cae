"""Signs in as the owner's own app: by browser (RFC 6749 4.1, RFC 7636, RFC 8252) or by device code (RFC 8628).

Everything blocks. Raises AccountTrouble (weather) and SignInRefused (a person has to act); no text tells a secret.
"""

from __future__ import annotations

import contextlib
import hmac
import importlib
import threading
import time
import webbrowser
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from pipeline.accounts.loopback import waiting
from pipeline.accounts.oauth import (
    HTTP_SECONDS,
    Registration,
    Token,
    in_words,
    object_in,
    plain,
    said_no,
    secure,
    session_for,
    token_in,
)
from pipeline.accounts.providers import Endpoints
from pipeline.accounts.session import SignInRefused

PATIENCE_SECONDS = 600.0
"""How long a person may take in the browser."""

Tell = Callable[[str], None]


def by_browser(
    endpoints: Endpoints, app: Registration, user: str, tell: Tell, *, browser: bool = True, seconds: float = 0
) -> Token:
    """Sign in with the browser; without `browser` the person opens the address, and may paste the one it ends at."""
    with waiting(paste=not browser) as redirect:
        session = session_for(
            app, redirect_uri=f"{endpoints.redirect}:{redirect.port}", scope=endpoints.scope, pkce="S256"
        )
        address, state = session.authorization_url(
            secure(endpoints.authorize), login_hint=user, **dict(endpoints.extra)
        )
        if browser:
            threading.Thread(target=_open, args=(address,), daemon=True).start()  # a text browser comes back at its end
            tell(f"Your browser opens. If it does not, open this address on this computer:\n\n  {address}\n")
        else:
            tell(f"Open this address:\n\n  {address}\n")
            tell("On another computer the last page cannot be shown: paste its address (http://...) here.")
        answer = redirect.answer(seconds or PATIENCE_SECONDS)
    host = urlsplit(endpoints.authorize).hostname or ""
    if answer is None:
        raise SignInRefused("nobody signed in within 10 minutes; begin again")
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise SignInRefused("the browser's answer belongs to another sign-in (its state differs); begin again")
    if "error" in answer:
        raise said_no(host, answer["error"], answer.get("error_description", ""), app)
    session.scope = None  # providers tell scopes in other words than they were asked for, which the library refuses
    with in_words(host, app, answer["code"]):
        found = session.fetch_token(
            secure(endpoints.token),
            code=answer["code"],
            include_client_id=True,
            client_secret=app.client_secret or None,
            timeout=HTTP_SECONDS,
        )
        return token_in(found, endpoints, app)


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


def by_device(
    endpoints: Endpoints, app: Registration, tell: Tell, sleep: Callable[[float], None] = time.sleep
) -> Token:
    """Sign in on another device: the person types a short code there, we ask until it is done."""
    host = urlsplit(endpoints.token).hostname or ""
    client = importlib.import_module("oauthlib.oauth2").DeviceClient(app.client_id)
    session = session_for(app, client=client)
    with in_words(host, app):
        asked = {"client_id": app.client_id, "scope": endpoints.scope}
        answer = session.post(secure(endpoints.device), data=asked, withhold_token=True, timeout=HTTP_SECONDS)
        told = object_in(answer, host)
        if "error" in told:
            raise said_no(host, str(told["error"]), str(told.get("error_description", "")), app)
        page = told.get("verification_uri") or told["verification_url"]  # the latter is Google's older name
        tell(f"On any device open {plain(str(page))} and type the code {plain(str(told['user_code']))}")
        until, pause = time.monotonic() + float(told["expires_in"]), float(told.get("interval", 5))
        while time.monotonic() < until:
            sleep(pause)
            found = _poll(session, endpoints.token, told["device_code"], app)
            if not isinstance(found, str):
                return token_in(found, endpoints, app)
            pause += 5 if found == "slow_down" else 0
    raise said_no(host, "expired_token", "", app)


def _poll(session: Any, url: str, code: str, app: Registration) -> Any:
    """The token, or "slow_down" or "authorization_pending"."""
    errors = importlib.import_module("oauthlib.oauth2")
    try:
        return session.fetch_token(
            secure(url),
            device_code=code,
            include_client_id=True,
            client_secret=app.client_secret or None,
            timeout=HTTP_SECONDS,
        )
    except errors.OAuth2Error as error:
        if error.error in ("slow_down", "authorization_pending"):
            return error.error
        raise
