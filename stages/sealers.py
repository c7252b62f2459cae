"""Whose seals (ARC, RFC 8617) count beside a network's own signature: the setting."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from stages.values import Value

_DOMAIN = re.compile(r"(?!.{254})(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")


class AuthenticitySettings(Value):
    """Whose word counts on where a mail comes from, where the network's own signature no longer holds."""

    sealers: tuple[str, ...] = Field(
        default=("google.com", "microsoft.com"),
        description="domains whose seals (ARC) are believed: what such a server reports of a mail's signature when it "
        "came counts as long as the mail is unchanged since. Name only servers that you would trust with forging a "
        "mail; empty: nobody's",
    )

    @field_validator("sealers")
    @classmethod
    def _domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(domain.strip().lower().rstrip(".") for domain in value)
        wrong = [f'"{written}"' for domain, written in zip(found, value, strict=True) if not _DOMAIN.fullmatch(domain)]
        if wrong:
            named = f"{', '.join(wrong)} {'is no domain' if len(wrong) == 1 else 'are no domains'}"
            raise ValueError(f'{named}; write the one in d= of its seals, such as "google.com"')
        return tuple(dict.fromkeys(found))
