"""One client's dialogue with the stand-in for Gmail: commands in, answers out. What is known of it: see `gmail`."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
from typing import Any

from imapclient.imap_utf7 import decode

from tests.builders.gmail import (
    APP_PASSWORD,
    BEFORE,
    CHALLENGE,
    OWN_PASSWORD,
    TOKEN,
    USER,
    WANTS_APP_PASSWORD,
    WRONG,
    Gmail,
    Letter,
)
from tests.builders.gmail_grammar import AT, Known, matches, nested, part, quoted, shown, uid_set, words_of

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_SECTION = re.compile(r"BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?")
_SYSTEM = r"\Answered \Flagged \Draft \Deleted \Seen $NotPhishing $Phishing"


class Dialogue:
    """A connection. What went away or came in the selected folder is told with the next answer, or in IDLE."""

    def __init__(self, gmail: Gmail, line: socket.socket) -> None:
        self._gmail = gmail
        self._line = line
        self._asks = line.makefile("rb")
        self._path = ""
        self._writable = False
        self._known: Known = []
        self._able = BEFORE
        self._over = False

    def run(self) -> None:
        with contextlib.suppress(OSError, EOFError), self._line, self._asks:
            self._say("* OK Gimap ready for requests from 127.0.0.1 k2if6111336rvb")
            while not self._over:
                tag, name, words = self._ask()
                with self._gmail.changed:
                    self._answer(tag, name, words)

    # --- reading and writing ---

    def _say(self, *lines: str | bytes) -> None:
        self._line.sendall(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines))

    def _read(self) -> bytes:
        line = self._asks.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        return line

    def _ask(self) -> tuple[str, str, list[Any]]:
        tokens: list[Any] = []
        while True:
            line = self._read()
            literal = _LITERAL.search(line)
            tokens += words_of(line[: literal.start()] if literal else line)
            if literal is None:
                break
            if b"+}" not in literal[0]:
                self._say("+ go ahead")
            tokens.append(self._asks.read(int(literal[1])))
        tag, name, *words = tokens
        if name.upper() == "UID":
            name, words = f"UID {words[0]}", words[1:]
        return tag, name.upper(), nested(words)

    def _answer(self, tag: str, name: str, words: list[Any]) -> None:
        gmail = self._gmail
        secret = name in ("LOGIN", "AUTHENTICATE")
        flat = "" if secret else " ".join(shown(word) for word in words)
        gmail.commands.append(f"{self._path}: {name} {flat}".rstrip())
        told = gmail.refusal(f"{name} {flat}".rstrip())
        if told is None:
            method = getattr(self, "_" + name.lower().replace(" ", "_"), None)
            told = ("BAD Unknown command",) if method is None else method(*words)
        gmail.settle()
        for line in told:
            self._over |= line.startswith("BYE")
            if line.startswith(("OK", "NO", "BAD")):
                self._tell_changes()
                self._say(f"{tag} {line}")
            else:
                self._say(line if line.startswith("*") else f"* {line}")

    def _tell_changes(self) -> bool:
        """EXPUNGE and EXISTS of the selected folder. Whether there was anything to tell."""
        if not self._path:
            return False
        now = [(uid, letter) for uid, letter in self._gmail.uids(self._path).items() if letter.number]
        gone = [number for number, one in enumerate(self._known, 1) if one not in now]
        came = any(one not in self._known for one in now)
        for number in reversed(gone):
            self._say(f"* {number} EXPUNGE")
        if came:
            self._say(f"* {len(now)} EXISTS")
        self._known = now
        return bool(gone) or came

    # --- signing in ---

    def _capability(self) -> tuple[str, ...]:
        return f"CAPABILITY {self._able}", "OK Thats all she wrote! k2if6111336rvb"

    def _login(self, user: str, password: str) -> tuple[str, ...]:
        if (user, password) == (USER, APP_PASSWORD):
            return self._signed_in()
        return (WANTS_APP_PASSWORD if password == OWN_PASSWORD else WRONG,)

    def _authenticate(self, mechanism: str) -> tuple[str, ...]:
        self._say("+ ")
        told = base64.b64decode(self._read())
        if mechanism == "XOAUTH2" and told == f"user={USER}\1auth=Bearer {TOKEN}\1\1".encode():
            return self._signed_in()
        self._say(f"+ {CHALLENGE}")
        self._read()
        return (WRONG,)

    def _signed_in(self) -> tuple[str, ...]:
        self._able = self._gmail.capabilities
        return f"CAPABILITY {self._able}", f"OK {USER} authenticated (Success)"

    def _logout(self) -> tuple[str, ...]:
        self._over = True
        return "* BYE LOGOUT Requested", "OK 73 good day (Success)"

    def _noop(self) -> tuple[str, ...]:
        return ("OK Success",)

    # --- folders ---

    def _namespace(self) -> tuple[str, ...]:
        return 'NAMESPACE (("" "/")) NIL NIL', "OK Success"

    def _list(self, _: str, pattern: str) -> tuple[str, ...]:
        wanted = decode(pattern.encode())
        found = self._gmail.folders().items()
        rows = [(path, uses) for path, uses in found if wanted == "*" or path == wanted]
        return *(f'LIST ({" ".join(uses)}) "/" {quoted(path)}' for path, uses in rows), "OK Success"

    def _create(self, name: str) -> tuple[str, ...]:
        path = decode(name.encode())
        if path in self._gmail.folders() and path in self._gmail.labels:
            return ("NO [ALREADYEXISTS] Duplicate folder name (Failure)",)
        self._gmail.labels.add(path)
        return ("OK Success",)

    def _subscribe(self, _: str) -> tuple[str, ...]:
        return ("OK Success",)

    def _select(self, name: str, writable: bool = True) -> tuple[str, ...]:
        path = decode(name.encode())
        if "\\Noselect" in self._gmail.folders().get(path, ["\\Noselect"]):
            self._path = ""
            return (f"NO [NONEXISTENT] Unknown Mailbox: {name} (Failure)",)
        self._path, self._writable = path, writable
        self._known = [(uid, letter) for uid, letter in self._gmail.uids(path).items() if letter.number]
        kept = f"{_SYSTEM} \\*" if writable else ""
        return (
            f"FLAGS ({_SYSTEM})",
            f"* OK [PERMANENTFLAGS ({kept})] Flags permitted.",
            f"* OK [UIDVALIDITY {self._gmail.validity(path)}] UIDs valid.",
            f"{len(self._known)} EXISTS",
            "0 RECENT",
            f"* OK [UIDNEXT {len(self._gmail.uids(path)) + 1}] Predicted next UID.",
            f"OK [{'READ-WRITE' if writable else 'READ-ONLY'}] {name} selected. (Success)",
        )

    def _examine(self, name: str) -> tuple[str, ...]:
        return self._select(name, writable=False)

    def _idle(self) -> tuple[str, ...]:
        self._say("+ idling")
        self._line.settimeout(0.02)
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    if not self._line.recv(1, socket.MSG_PEEK):
                        raise EOFError
                    break
                self._gmail.changed.wait(0.02)  # lets others in meanwhile
                if (told := self._gmail.refusal("IDLING")) is not None:
                    self._over = True
                    self._say(*told)
                    raise EOFError
                self._tell_changes()
        finally:
            self._line.settimeout(None)
        self._read()  # DONE
        return ("OK IDLE terminated (Success)",)

    # --- mails ---

    def _append(self, name: str, *words: Any) -> tuple[str, ...]:
        path, raw = decode(name.encode()), words[-1]
        if path not in self._gmail.folders():
            return (f"NO [TRYCREATE] No folder {name} (Failure)",)
        self._gmail.put(raw, self._gmail.label_of(path))
        uid = self._gmail.uid_in(path, self._gmail.letters[-1])
        return (f"OK [APPENDUID {self._gmail.validity(path)} {uid}] (Success)",)

    def _uid_search(self, *words: Any) -> tuple[str, ...]:
        found = [uid for uid, letter in self._known if matches(list(words), uid, letter, self._known)]
        return f"SEARCH {' '.join(map(str, found))}".rstrip(), "OK SEARCH completed (Success)"

    def _uid_fetch(self, uids: str, items: list[str]) -> tuple[str, ...]:
        for number, (uid, letter) in enumerate(self._known, 1):
            if uid in uid_set(uids, self._known):
                if self._writable and any(item.startswith("BODY[") for item in items):
                    letter.flags = letter.flags | {"\\Seen"}
                parts = [b"UID %d" % uid, *(self._item(item, letter) for item in items)]
                self._say(b"* %d FETCH (%s)" % (number, b" ".join(parts)))
        return ("OK Success",)

    def _item(self, item: str, letter: Letter) -> bytes:
        if item == "FLAGS":
            return f"FLAGS ({' '.join(sorted(letter.flags))})".encode()
        if item == "RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(letter.raw)
        if item == "INTERNALDATE":
            return f'INTERNALDATE "{AT}"'.encode()
        if item == "X-GM-LABELS":
            told = letter.labels - {self._gmail.label_of(self._path)}
            return f"X-GM-LABELS ({' '.join(quoted(label) for label in sorted(told))})".encode()
        section = _SECTION.fullmatch(item)
        assert section is not None, item
        content = part(letter.raw, section[1])
        if section[2] is not None:
            content = content[int(section[2]) :][: int(section[3])]
        start = "" if section[2] is None else f"<{section[2]}>"
        return f"BODY[{section[1]}]{start} {{{len(content)}}}\r\n".encode() + content

    def _uid_store(self, uids: str, what: str, values: list[str]) -> tuple[str, ...]:
        if not self._writable:
            return ("NO [READ-ONLY] STORE attempt on READ-ONLY folder (Failure)",)
        gmail, own = self._gmail, self._gmail.label_of(self._path)
        for letter in [letter for uid, letter in self._known if uid in uid_set(uids, self._known)]:
            change = set.union if what[0] == "+" else set.difference
            if "X-GM-LABELS" in what:
                labels = {decode(value.encode()) for value in values}
                gmail.labels |= {label for label in labels if not label.startswith("\\")}
                letter.labels = change(letter.labels, labels - {own} if gmail.own_label_stays else labels)
            elif what[0] == "+" and "\\Deleted" in values:
                letter.labels = letter.labels - {own}  # Auto-Expunge is on unless its owner turned it off
            else:
                letter.flags = change(letter.flags, set(values))
        return ("OK Success",)

    def _uid_copy(self, uids: str, name: str, away: bool = False) -> tuple[str, ...]:
        aim, gmail = decode(name.encode()), self._gmail
        if "\\Noselect" in gmail.folders().get(aim, ["\\Noselect"]):
            return (f"NO [TRYCREATE] No folder {name} (Failure)",)
        for uid, letter in [one for one in self._known if one[0] in uid_set(uids, self._known)]:
            labels = letter.labels | ({gmail.label_of(aim)} - {""})
            letter.labels = labels - {gmail.label_of(self._path)} if away else labels
            gmail.settle()
            self._say(f"* OK [COPYUID {gmail.validity(aim)} {uid} {gmail.uid_in(aim, letter)}] (Success)")
        return ("OK (Success)",)

    def _uid_move(self, uids: str, name: str) -> tuple[str, ...]:
        return self._uid_copy(uids, name, away=True)

    def _uid_expunge(self, _: str) -> tuple[str, ...]:
        return ("OK Success",)
