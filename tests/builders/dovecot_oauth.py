"""A real Dovecot that takes tokens: XOAUTH2, each asked about at a token server (RFC 7662), and TLS if told so."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.builders import dovecot
from tests.builders.certificates import Certificate
from tests.builders.dovecot import Dovecot

_AT_ONCE = """
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""
"""No delay after a refused sign-in, neither for the connection nor for the address."""
_TOKENS = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""
_INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
"""
_TLS = """
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
service imap-login {{
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
"""


@contextlib.contextmanager
def running(
    introspection: str = "", tls: Certificate | None = None, tls_port: int = 0, **options: Any
) -> Iterator[Dovecot]:
    """With `tls`, implicit TLS on `tls_port` and STARTTLS on the server's own port. `options`: of dovecot.running."""
    with tempfile.TemporaryDirectory(prefix="do") as name:
        folder = Path(name)
        more = _AT_ONCE
        if introspection:
            (folder / "oauth2.conf").write_text(_INTROSPECTION.format(url=introspection))
            more += _TOKENS.format(folder=folder)
        if tls is not None:
            for source in tls:
                (folder / source.name).write_bytes(source.read_bytes())
            more += _TLS.format(certificate=folder / tls.certificate.name, key=folder / tls.key.name, port=tls_port)
        if os.geteuid() == 0:  # read by the unprivileged user that the server runs as
            for path in (folder, *folder.iterdir()):
                os.chmod(path, 0o755 if path.is_dir() else 0o644)
        with dovecot.running(more=more, **options) as server:
            yield server
