"""An authorisation server on loopback, over real HTTPS: OAuth 2.0 with PKCE and device codes, written from the RFCs.

RFC 6749 (code, refresh), 7636 (PKCE), 7009 (revoke), 7662 (introspection, by plain HTTP for the IMAP server),
8252 (loopback redirect), 8414 (its own description), 8628 (device). Refresh tokens rotate; one that is used twice ends
the whole sign-in, as RFC 9700 4.14.2 asks. `browse` is the person with a browser.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.builders.certificates import Certificate

CLIENT = "an-app-of-amys"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class No(Exception):
    """An error answer: RFC 6749 5.2."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


@dataclass
class TokenServer:
    """What it was told to do, and what it saw. Change the first group to have it behave otherwise."""

    user: str = "amy"
    client_secret: str = ""
    consent: str = "given"
    """given; denied; wrong_state; none (the page is never answered)"""
    code_life: float = 60
    """seconds a code may be redeemed; below zero: it has run out at once"""
    access_life: int = 3600
    rotate: bool = True
    pending: list[str] = field(default_factory=list)
    """answers to the first polls of a device code: authorization_pending, slow_down, access_denied, expired_token"""
    says: tuple[int, bytes] | None = None
    """a raw answer of the token endpoint, instead of a right one"""
    delay: float = 0
    """seconds the token endpoint takes over a refresh, so that others meet it"""

    url: str = ""
    introspection: str = ""
    access: dict[str, dict[str, Any]] = field(default_factory=dict)
    """token -> sign-in, user, end"""
    refresh: dict[str, str] = field(default_factory=dict)
    """refresh token -> sign-in"""
    spent: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """sign-ins that were revoked, or whose refresh token was used twice"""
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """(path, parameters) of every request"""
    lock: Any = field(default_factory=threading.RLock)

    def asked(self, path: str) -> list[dict[str, str]]:
        return [parameters for where, parameters in self.seen if where == path]

    def grants(self, kind: str) -> list[dict[str, str]]:
        return [parameters for parameters in self.asked("/token") if parameters.get("grant_type") == kind]

    def given_out(self) -> set[str]:
        """Everything that was ever handed out and must never be seen in a text."""
        return {*self.access, *self.refresh, *self.spent, *self.codes, *filter(None, [self.client_secret])}

    def end_all(self) -> None:
        """As when the person withdraws access on the provider's page."""
        self.ended.update(self.refresh.values())

    # --- endpoints

    def authorize(self, told: dict[str, str]) -> str:
        """Where the browser is sent."""
        redirect = urlsplit(told["redirect_uri"])
        assert redirect.scheme == "http", told
        assert redirect.hostname in ("127.0.0.1", "localhost"), told
        assert told["response_type"] == "code", told
        assert told["code_challenge_method"] == "S256", told
        assert told["client_id"] == CLIENT, told
        state = told["state"] if self.consent != "wrong_state" else "another"
        if self.consent == "denied":
            answer = {"error": "access_denied", "error_description": "The person said no", "state": state}
        else:
            code = secrets.token_urlsafe(24)
            self.codes[code] = {**told, "end": time.monotonic() + self.code_life}
            answer = {"code": code, "state": state}
        return f"{told['redirect_uri']}?{urlencode(answer)}"

    def token(self, told: dict[str, str]) -> dict[str, Any]:
        if told.get("client_id") != CLIENT or told.get("client_secret", "") != self.client_secret:
            raise No("invalid_client", f"what came was {told.get('client_secret')}", 401)
        kind = told.get("grant_type")
        if kind == "authorization_code":
            return self._by_code(told)
        if kind == "refresh_token":
            time.sleep(self.delay)
            return self._by_refresh(told)
        if kind == DEVICE_GRANT:
            return self._by_device(told)
        raise No("unsupported_grant_type")

    def _by_code(self, told: dict[str, str]) -> dict[str, Any]:
        with self.lock:
            known = self.codes.get(told["code"])
            if known is None or known.pop("used", False) or time.monotonic() > known["end"]:
                raise No("invalid_grant", f"code {told['code']} has run out")
            known["used"] = True
        digest = hashlib.sha256(told["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != known["code_challenge"] or told["redirect_uri"] != known["redirect_uri"]:
            raise No("invalid_grant", "PKCE or redirect differs")
        return self._issue(secrets.token_hex(8))

    def _by_refresh(self, told: dict[str, str]) -> dict[str, Any]:
        given = told["refresh_token"]
        with self.lock:
            if given in self.spent:
                self.ended.add(self.spent[given])
            whose = self.refresh.get(given)
            if whose is None or whose in self.ended:
                raise No("invalid_grant", f"{given} is void")
            if self.rotate:
                self.spent[given] = self.refresh.pop(given)
            return self._issue(whose, given)

    def _by_device(self, told: dict[str, str]) -> dict[str, Any]:
        assert told["device_code"] in self.codes, told
        if self.pending:
            raise No(self.pending.pop(0))
        return self._issue(secrets.token_hex(8))

    def _issue(self, whose: str, old: str = "") -> dict[str, Any]:
        with self.lock:
            access, fresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            self.access[access] = {"whose": whose, "user": self.user, "end": time.time() + self.access_life}
            told = {"access_token": access, "token_type": "Bearer", "expires_in": self.access_life}
            # As Microsoft does: other words than were asked for.
            told["scope"] = "https://mail.test/IMAP.AccessAsUser.All profile"
            if self.rotate or not old:
                self.refresh[fresh] = whose
                told["refresh_token"] = fresh
            return told

    def device(self, told: dict[str, str]) -> dict[str, Any]:
        assert told["client_id"] == CLIENT, told
        code = secrets.token_urlsafe(24)
        self.codes[code] = {}
        return {
            "device_code": code, "user_code": "WDJB-MJHT", "verification_uri": f"{self.url}/activate",
            "expires_in": 900, "interval": 1,
        }  # fmt: skip

    def revoke(self, told: dict[str, str]) -> dict[str, Any]:
        known = self.refresh.get(told["token"]) or self.access.get(told["token"], {}).get("whose")
        if known is None:
            raise No("invalid_token")  # as Google does; RFC 7009 would say 200
        self.ended.add(known)
        return {}

    def introspect(self, told: dict[str, str]) -> dict[str, Any]:
        known = self.access.get(told["token"])
        if known is None or known["whose"] in self.ended or time.time() > known["end"]:
            return {"active": False}
        return {"active": True, "username": known["user"], "exp": int(known["end"]), "token_type": "Bearer"}

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "device_authorization_endpoint": f"{self.url}/device",
            "revocation_endpoint": f"{self.url}/revoke",
        }  # fmt: skip


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            told = {name: values[0] for name, values in parse_qs(parts.query).items()}
            server.seen.append((parts.path, told))
            if parts.path == "/.well-known/openid-configuration":
                self._json(200, server.description())
            elif parts.path == "/authorize" and server.consent != "none":
                self.send_response(302)
                self.send_header("Location", server.authorize(told))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._json(200 if parts.path == "/authorize" else 404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            server.seen.append((self.path, told))
            if self.path == "/token" and server.says is not None:
                status, raw = server.says
                self._raw(status, raw)
                return
            ends = {
                "/token": server.token, "/device": server.device, "/revoke": server.revoke,
                "/introspect": server.introspect,
            }  # fmt: skip
            try:
                self._json(200, ends[self.path](told))
            except No as no:
                self._json(no.status, {"error": no.error, "error_description": no.description})

        def _json(self, status: int, told: dict[str, Any]) -> None:
            self._raw(status, json.dumps(told).encode())

        def _raw(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status == 307:  # asks for the same once more, elsewhere
                self.send_header("Location", f"{server.url}/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    return Handler


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that does not trust the certificate hangs up."""


@contextlib.contextmanager
def running(certificate: Certificate) -> Iterator[TokenServer]:
    """HTTPS for people and programs; plain HTTP beside it for the IMAP server's introspection."""
    server = TokenServer()
    with contextlib.ExitStack() as stack:
        for secure in (True, False):
            http = stack.enter_context(_Http(("127.0.0.1", 0), _handler(server)))
            where = f"127.0.0.1:{http.server_address[1]}"
            if secure:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate.certificate, certificate.key)
                http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
                server.url = f"https://{where}"
            else:
                server.introspection = f"http://{where}/introspect"
            threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(http.shutdown)
        yield server


def browse(address: str) -> str:
    """What a browser does with an address: follow it to the end. Returns where it ended."""
    try:
        with urllib.request.urlopen(address, timeout=20) as page:
            page.read()
            return str(page.url)
    except urllib.error.HTTPError as error:
        return str(error.url)


if __name__ == "__main__":  # BROWSER="python -m tests.builders.token_server %s"
    browse(sys.argv[1])
