"""Values that say how a network's mails were read before, and what has drifted since. Names of fields, never values."""

from __future__ import annotations

from pydantic import Field

from stages.values import Value

LAYOUT = "layout"
"""What drifted where it is not one field: mails are laid out in a way that we do not know."""


class Rate(Value):
    """How often one field could be read: `lately` in the latest mails, `before` in `before_of` of those before them.

    These two are of mails that came in, not of imported ones; after an announcement only what came since counts.
    """

    field: str
    read: int = Field(description="in how many of the template's mails that are laid out otherwise than this one")
    here: int = Field(default=0, description="in how many of those that are laid out as this one is")
    before: int = 0
    before_of: int = 0
    lately: str = Field(default="", description="1: it could be read, 0: not; the newest mail last")


class Told(Value):
    """What was announced last, and how often in all."""

    what: str = Field(description="a field, or `layout`")
    number: int = Field(description="how many announcements there were")
    at: int
    layout: str = Field(default="", description="the fingerprint, where that is what drifted")
    read: int = Field(default=0, description="before it fell: in how many mails it could be read")
    of: int = 0


class LayoutPast(Value):
    """How mails of one template were read before. Proven mails and others are counted apart, so are
    pages and texts."""

    mails: int = Field(default=0, description="in a known layout that is not this one's; imported ones too")
    seen: int = Field(default=0, description="laid out as this one is, and read in full")
    strange: int = Field(default=0, description="laid out as this one is, of which too little was read to know it")
    rates: tuple[Rate, ...] = ()
    lately_since: int = Field(default=0, description="when the first of the latest mails came (ms); 0: none did")
    told: tuple[Told, ...] = ()
    alike: tuple[int, ...] = Field(
        default=(), description="for each notice: how many other people's notes say the same, names aside"
    )


class LayoutPasts(Value):
    """The past of a mail's template, among mails that prove where they come from and among those that do not.

    Only mails to the owner count, and of each person the latest.
    """

    proven: LayoutPast = LayoutPast()
    unproven: LayoutPast = LayoutPast()
    ever_proven: bool = Field(default=False, description="the owner has had a proven mail of this network")
    told_at: int = Field(default=0, description="when a drift of this network was announced last; 0: never")


class Doubt(Value):
    """One thing that drifted: `read` in `of` of the latest mails, `before` in `before_of` of those before them."""

    what: str
    layout: str = Field(default="", description="the fingerprint, where that is what drifted")
    read: int
    of: int
    before: int
    before_of: int
    number: int = Field(default=0, description="how often it was announced before")


class Drift(Value):
    """How a mail differs from those of its template. Nothing in it is a guess: what may be misread is unknown."""

    unknown_layout: bool = Field(default=False, description="of a proven one counts only what is certain anywhere")
    lost: tuple[str, ...] = Field(
        default=(), description="fields that these mails always show, and this layout does not"
    )
    fallen: tuple[str, ...] = Field(default=(), description="fields that these mails showed, and lately do not")
    tell: tuple[Doubt, ...] = Field(default=(), description="what the owner is to hear of")
    since: int = Field(default=0, description="mails since then (ms) may be read less; 0: since this one")

    @property
    def doubted(self) -> frozenset[str]:
        """Fields whose absence proves nothing."""
        return frozenset((*self.lost, *self.fallen))
