"""Mails of one template in a row, and how they were read, kept in the plainest way."""

from __future__ import annotations

from collections import Counter

from stages.drift import FIELDS, LATELY, drift, shown_and_absent
from stages.events import ABSENT, Notice, Parsed, shown
from stages.fill_rates import Drift, LayoutPast, LayoutPasts, Rate, Told
from stages.settings import Owner, Settings

AT = 1_794_830_400_000
AMY = Settings(owners=(Owner(addresses=("amy@salver.test",), mailbox="maildir:x"),))
KNOWN, OTHER = "p" + "1" * 15, "p" + "2" * 15
WHOLE = {
    "name": shown("Zoë Okonjo"),
    "headline": shown("Buyer at Tidewater Rope"),
    "location": shown("Lagos"),
    "profile_url": shown("https://www.linkedin.com/in/zoe"),
    "photo_url": shown("https://media.licdn.com/x"),
    "note": ABSENT,
    "invitation_id": shown("7"),
    "default_text": "attested",
}


def mail(layout: str = KNOWN, without: tuple[str, ...] = (), **changes: object) -> Parsed:
    """A mail that shows the usual fields, but for these."""
    notice = Notice.model_validate({name: value for name, value in WHOLE.items() if name not in without})
    told = {
        "mail": "m", "owner": "amy", "received_at": AT, "network": "linkedin", "claims": "invitation",
        "template": "single", "notices": (notice,), "layout": layout, "layout_known": "layout_known" not in without,
    }  # fmt: skip
    return Parsed.model_validate({**told, **changes})


def counts(readings: list[frozenset[str]]) -> Counter[str]:
    return Counter(name for fields in readings for name in fields)


class Kept:
    """What the store would tell, kept in the plainest way: every reading of one template, in order."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, bool, frozenset[str]]] = []
        self.told: dict[str, Told] = {}
        self.told_after: dict[str, int] = {}

    def past(self, layout: str) -> LayoutPast:
        lately = [fields for _, strange, fields in self.rows if not strange][-LATELY + 1 :]
        here = [row for row in self.rows if row[0] == layout]
        others = [fields for its, strange, fields in self.rows if its != layout and not strange]
        read, here_read = counts(others), counts([fields for _, _, fields in here])
        rates = []
        for name in FIELDS:
            since = self.told_after.get(name, 0)
            came = [fields for _, strange, fields in self.rows[since:] if not strange] if since else None
            before, before_of = (counts(came)[name], len(came)) if came is not None else self._came(name)
            letters = "".join("1" if name in fields else "0" for fields in lately)
            rates.append(
                Rate(
                    field=name, read=read[name], here=here_read[name], lately=letters,
                    before=max(0, before - letters.count("1")), before_of=max(0, before_of - len(letters)),
                )
            )  # fmt: skip
        return LayoutPast(
            mails=len(others), rates=tuple(rates), told=tuple(self.told.values()),
            seen=sum(not strange for _, strange, _ in here), strange=sum(strange for _, strange, _ in here),
        )  # fmt: skip

    def _came(self, name: str) -> tuple[int, int]:
        sound = [fields for _, strange, fields in self.rows if not strange]
        return sum(name in fields for fields in sound), len(sound)

    def read(self, parsed: Parsed) -> Drift | None:
        found = drift(parsed, LayoutPasts(proven=self.past(parsed.layout), ever_proven=True), proven=True)
        fields, absent = shown_and_absent(parsed)
        read = frozenset(fields) | ({"note"} & set(absent))
        self.rows.append((parsed.layout, found is not None and found.unknown_layout, read))
        for doubt in found.tell if found else ():
            self.told[doubt.what] = Told(
                what=doubt.what, number=doubt.number + 1, at=parsed.received_at, layout=doubt.layout,
                read=doubt.before, of=doubt.before_of,
            )  # fmt: skip
            self.told_after[doubt.what] = len(self.rows)
        return found


def after(count: int, **changes: object) -> Kept:
    kept = Kept()
    for _ in range(count):
        assert kept.read(mail(**changes)) is None  # type: ignore[arg-type]
    return kept


def known(count: int = 60) -> LayoutPast:
    return after(count).past(OTHER)
