"""Every odd mail of the shared corpus is parsed without raising, and hardly any is left unread."""

from pathlib import Path

import pytest

from stages.events import Parsed
from stages.parse import parse
from stages.settings import Settings
from tests.builders.letters import received

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
FOLDERS = sorted(path for path in CORPUS.glob("*") if path.is_dir())

pytestmark = pytest.mark.skipif(not FOLDERS, reason="the shared corpus (../shared/corpus) is not here")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_mail_of_the_corpus_is_parsed_with_either_line_end(folder: Path) -> None:
    unread: dict[str, str] = {}
    mails = sorted(folder.glob("*.eml"))
    assert mails
    for path in mails:
        raw = path.read_bytes()
        for octets in (raw, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
            told = parse(octets, received("iris@sender.test"), Settings())
            assert Parsed.model_validate_json(told.model_dump_json().encode("utf-8")) == told
            if told.unread:
                unread[path.name] = told.unread
    assert len(unread) <= max(1, len(mails) // 20), unread
