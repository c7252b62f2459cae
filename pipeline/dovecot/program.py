"""Where Dovecot's programs are, and of which version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.dovecot.configuration import version_of
from pipeline.dovecot.trouble import Trouble

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/sbin", "/opt/homebrew/bin")


def found(program: str) -> tuple[str, tuple[int, int]]:
    """Dovecot and its version; `program` is what the configuration names. Raises Trouble."""
    path = program or _which("dovecot")
    if path is None:
        raise Trouble(f"Dovecot is not installed. Get it: {_how()}. All else works without it")
    try:
        done = subprocess.run((path, "--version"), capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)  # noqa: S603
    except FileNotFoundError:
        raise Trouble(f"there is no program {path}; look at program in [imap]") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        why = getattr(error, "strerror", None) or "it does not answer"
        raise Trouble(f"{path} cannot be run ({why}); look at program in [imap]") from None
    version = version_of(done.stdout)
    if done.returncode or version is None:
        raise Trouble(f"{path} is no Dovecot; look at program in [imap]")
    if version < (2, 3):
        raise Trouble(f"{path} is Dovecot {version[0]}.{version[1]}; Salver needs 2.3 or later")
    return path, version


def helper(program: str) -> tuple[str, tuple[int, int]]:
    """doveadm, which belongs to it, and the version. Raises Trouble."""
    path, version = found(program)
    beside = Path(path).resolve().parent
    near = os.pathsep.join((str(beside), str(beside.parent / "bin")))
    doveadm = (shutil.which("doveadm", path=near) if program else None) or _which("doveadm")
    if doveadm is None:
        raise Trouble(f"doveadm is missing, which belongs to {path}. Get it: {_how()}")
    return doveadm, version


def _which(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *_PLACES)))


def _how() -> str:
    if sys.platform == "darwin":
        return "brew install dovecot"
    return "apt-get install dovecot-imapd (or as your system calls it), and its own service may stay off"
