"""Every mail of the corpus, sent over SMTP with CRLF line ends, is filed whole, and no child is lost."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from stages.fingerprint import fingerprint
from tests.builders.running import below, deliver, filed, running, settled
from tests.conftest import ROOT

CORPUS = ROOT / ".." / "shared" / "corpus"


@pytest.mark.timeout(300)
async def test_every_mail_of_the_corpus_is_filed_whole_and_no_child_is_lost(tmp_path: Path) -> None:
    if not CORPUS.is_dir():
        pytest.skip("../shared/corpus is not here: a user's machine")
    names = [json.loads(line)["file"] for line in (CORPUS / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert len(names) >= 800
    mails = [re.sub(rb"(?<!\r)\n", b"\r\n", (CORPUS / name).read_bytes()) for name in names]
    mails = [raw if raw.endswith(b"\r\n") else raw + b"\r\n" for raw in mails]
    first = {fingerprint(raw): raw for raw in reversed(mails)}  # the same mail again is one file
    async with running(tmp_path, '[log]\nlevel = "error"') as app:
        children = [child.pid for child in app.reader.children]
        for raw in mails:
            assert (await deliver(app, raw)).startswith("250")
        await settled(app, 240)
        assert [child.pid for child in app.reader.children] == children, "a child was lost"
        dead = await app.store.read("SELECT kind, error FROM events WHERE state = 'dead'")
        assert [tuple(row) for row in dead] == []
        reminders = await app.store.read("SELECT count(*) FROM events WHERE kind = 'ReminderFiled'")
    contents = [below(content) for folder in filed(tmp_path).values() for content in folder]
    assert Counter(contents) == Counter(first.values())
    assert reminders[0][0] == 0, "nothing in the corpus is a request"
