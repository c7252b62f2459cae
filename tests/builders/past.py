"""Mails of the past as people have them: mboxes, Maildirs, folders, archives (also bad ones), and their imports."""

from __future__ import annotations

import gzip
import io
import os
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from tests.builders.server import ROOT

FROM = b"From 1482003911@xxx Mon Nov 16 12:00:00 +0000 2026\n"
DAY = 86_400_000


def mbox(mails: Iterable[bytes], manner: str = "rd", from_: bytes = FROM) -> bytes:
    """An mbox with Unix line ends. manner: rd quotes every >*From, o only From, none nothing."""
    quoted = {"rd": rb"(?m)^(>*From )", "o": rb"(?m)^(From )", "none": rb"((?!))"}[manner]
    return b"".join(
        from_ + re.sub(quoted, rb">\1", mail.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n") + b"\n" for mail in mails
    )


def other(number: int = 0, body: bytes = b"Shall we have lunch?\r\n") -> bytes:
    """A mail that has nothing to do with requests."""
    return (
        f"From: Ben <ben@else.test>\r\nTo: amy@salver.test\r\nSubject: Lunch {number}\r\n"
        f"Date: Mon, 16 Nov 2026 12:00:00 +0000\r\nMessage-ID: <{number}@else.test>\r\n\r\n"
    ).encode() + body


def maildir(folder: Path, mails: Iterable[bytes], part: str = "cur") -> Path:
    (folder / part).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        (folder / part / f"{1_700_000_000 + number}.M{number}.host:2,S").write_bytes(mail)
    return folder


def zipped(path: Path, files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def zip_bomb(path: Path, octets: int) -> Path:
    """A small zip whose only mbox unpacks to this much, and says so."""
    piece = b"0" * 60_000 + b"\n"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("Takeout/Mail/all.mbox", "w", force_zip64=True) as file,
    ):
        file.write(FROM + b"Subject: LinkedIn\n\n")
        for _ in range(octets // len(piece)):
            file.write(piece)
    return path


def lying_zip(path: Path, octets: int) -> Path:
    """The same, but its list of files claims that the file has ten octets."""
    raw = bytearray(zip_bomb(path, octets).read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<L", 10)
    path.write_bytes(raw)
    return path


def overlapping_zip(path: Path, times: int, octets: int) -> Path:
    """A zip whose list names one packed file many times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = FROM + b"Subject: LinkedIn\n\n" + os.urandom(octets // 8).hex().encode() * 4
    packed = packer.compress(content) + packer.flush()
    crc = zlib.crc32(content)
    sizes = struct.pack("<LLL", crc, len(packed), len(content))
    name = b"all.mbox"
    local = b"PK\x03\x04" + struct.pack("<5H", 20, 0, 8, 0, 0x21) + sizes + struct.pack("<HH", len(name), 0) + name
    entry = b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, 8, 0, 0x21) + sizes
    entry += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0) + name
    start = len(local) + len(packed)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, times, times, times * len(entry), start, 0)
    path.write_bytes(local + packed + entry * times + end)
    return path


def tar_bomb(path: Path, octets: int) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("all.mbox")
        info.size = octets
        archive.addfile(info, _Endless(octets))
    return path


def tar_with_a_large_header(path: Path, octets: int) -> Path:
    """A tar whose first header, the extended one with names, claims to be very long, and is."""
    info = tarfile.TarInfo("././@PaxHeader")
    info.type = tarfile.XHDTYPE
    info.size = octets
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(octets // 1_000_000):
            file.write(b"0" * 1_000_000)
    return path


class _Endless:
    def __init__(self, octets: int) -> None:
        self._left = octets

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return b"0" * size


def salver(*arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """A run of the real command; `code` is its exit code, None if any."""
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert code is None or done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done


def configured(folder: Path, more: str = "", resolver: str = "127.0.0.1:9") -> list[str]:
    """The arguments that name a configuration over `folder`, with no resolver that answers."""
    config = folder / "salver.toml"
    config.write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'[dns]\nresolvers = ["{resolver}"]\ntime = 1\n{more}\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{folder}/mail"\n',
        "utf-8",
    )
    return ["--config", str(config)]
