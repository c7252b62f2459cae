"""A real Dovecot that takes mail by LMTP and files it with Sieve (Pigeonhole): no root, ended by its process id.

Debian: `dovecot-lmtpd` and `dovecot-sieve` beside `dovecot-imapd` (2.3).
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders import dovecot
from tests.builders.certificates import Certificate
from tests.builders.dovecot import Dovecot

_CONFIGURATION = """
protocols = imap lmtp
auth_username_format = %Ln
recipient_delimiter = +
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = {address}
    port = {port}
  }}
  unix_listener lmtp {{
    mode = 0600
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
"""
_TLS = """
ssl = yes
ssl_cert = <{certificate.certificate}
ssl_key = <{certificate.key}
"""


class Lmtp(NamedTuple):
    """A running server."""

    server: Dovecot
    port: int

    @property
    def home(self) -> Path:
        return self.server.root.parent

    @property
    def socket(self) -> Path:
        return self.home / "run" / "lmtp"

    @property
    def target(self) -> str:
        return f"lmtp://127.0.0.1:{self.port}/amy@salver.test"

    def script(self, text: str) -> None:
        """Make this the active Sieve script of everybody here."""
        path = self.home / "home" / ".dovecot.sieve"
        path.unlink(missing_ok=True)
        (self.home / "home" / ".dovecot.svbin").unlink(missing_ok=True)
        if text:
            path.write_text(text)
            os.chown(path, self.server.uid, self.server.gid)

    def empty(self) -> None:
        """Take away every mail, and what is remembered of those that came."""
        for path in [*self.server.root.rglob("*"), *(self.home / "home").rglob(".dovecot.lda-dupes*")]:
            if path.is_file():
                path.unlink()

    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")


def require() -> None:
    """Skip where a part is missing; fail where it must not be (CI=true)."""
    dovecot.require()
    libraries = ("/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot")
    if any(Path(folder, "lmtp").exists() for folder in libraries) and shutil.which("sievec"):
        return
    word = "Dovecot's LMTP or Sieve is missing: apt-get install dovecot-lmtpd dovecot-sieve"
    if os.environ.get("CI") == "true":
        pytest.fail(word)
    pytest.skip(word)


@contextlib.contextmanager
def running(
    *,
    script: str = "",
    quota: int = 0,
    certificate: Certificate | None = None,
    address: str = "127.0.0.1",
    more: str = "",
) -> Iterator[Lmtp]:
    """Dovecot with LMTP. `script`: the Sieve script; `quota` in kB; `certificate`: STARTTLS; `more`: configuration."""
    require()
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    port = dovecot._free_port()
    told = _CONFIGURATION.format(user=user, port=port, address=address)
    told += _TLS.format(certificate=certificate) if certificate else ""
    with dovecot.running(quota=quota, more=told + more) as server:
        found = Lmtp(server, port)
        found.script(script)
        yield found


def compiles(script: str, folder: Path) -> str:
    """What Dovecot's own compiler has to say against a script; nothing, if it is sound."""
    (folder / "script.sieve").write_text(script)
    done = subprocess.run(
        ["sievec", "-D", str(folder / "script.sieve"), str(folder / "script.svbin")],
        capture_output=True, text=True, env={**os.environ, "USER": getpass.getuser(), "HOME": str(folder)},
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr
