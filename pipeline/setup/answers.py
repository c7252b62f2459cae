"""What was answered so far, in a small file beside the configuration until the set-up is done."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.setup.talk import SetupError
from pipeline.setup.writing import put
from stages.values import Value


class State(Value):
    """How far the dialogue has come."""

    answers: dict[str, str] = Field(default_factory=dict)
    address: str = Field(default="", description="unguessable, to forward to")
    written: bool = Field(default=False, description="the configuration is there")
    asked_at: int = Field(default=0, description="when the steps at the provider were shown, ms")
    confirmed: bool = Field(default=False, description="the provider's question was shown, or there is none")
    token: str = Field(default="", description="stands in the subject of the test mail")
    token_at: int = Field(default=0, description="when it was told, ms")


def place_of(config: Path) -> Path:
    return config.with_name(f"{config.name}.setup.json")


def load(config: Path) -> State | None:
    """None: nothing was begun. Raises SetupError."""
    place = place_of(config)
    try:
        return State.model_validate_json(place.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise SetupError(f"{place} cannot be understood; remove it, and the questions begin anew") from None
    except OSError as error:
        raise SetupError(f"{place} cannot be read: {error.strerror}") from None


def keep(config: Path, state: State) -> State:
    """On the disk when this returns. Raises SetupError."""
    put(place_of(config), state.model_dump_json(indent=2).encode() + b"\n")
    return state


def forget(config: Path) -> None:
    place_of(config).unlink(missing_ok=True)
