"""Reads TOML over the defaults; refuses unknown keys, naming file, line and the nearest known key."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.configuration import Configuration
from pipeline.learning.file import load_lessons
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.mailboxes.targets import account_named_by, whose_place
from pipeline.rules.file import load_rules as load_rules
from pipeline.shadow.file import with_shadow
from pipeline.toml_file import (
    ConfigError as ConfigError,
    explain,
    line_of,
    named_file,
    nearest,
    shipped as shipped,
    text_of,
    toml_of,
)
from pipeline.weights_file import WeightsError, load_weights
from stages.settings import Owner, Profile, Settings
from stages.signals import SIGNALS
from stages.texts import Mails, Question, Texts
from stages.weights import Weights

MOST_POINTS = 100


def load(
    path: Path | None, overrides: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None
) -> Configuration:
    """The configuration: command line (`overrides`, dotted keys) over SALVER_... variables over the file over defaults.

    Raises ConfigError.
    """
    text = text_of(path) if path is not None else ""
    tree = toml_of(text, path)
    environment = os.environ if environment is None else environment
    known = dict(_keys(Configuration))
    variables = {"SALVER_" + key.upper().replace(".", "_"): key for key in known}
    for variable, value in environment.items():
        if variable in variables:
            _put(tree, variables[variable], value, known[variables[variable]])
        elif variable.startswith("SALVER_"):
            near = nearest(variable, variables)
            raise ConfigError(f"environment: {variable} is no variable of ours; did you mean {near}?")
    for key, value in (overrides or {}).items():
        if key not in known:
            raise ConfigError(f'--set {key}: there is no such key; did you mean "{nearest(key, known)}"?')
        _put(tree, key, value, known[key])
    try:
        found = Configuration.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(explain(error, text, path or Path("the defaults"), Configuration)) from None
    _check_owners(found.owner, path, text)
    _check_accounts(found, path)
    _check_points(found.points, path, text)
    return found


def stage_settings(found: Configuration) -> Settings:
    """What the stages are told; reads the profile files and the rules file. Raises ConfigError."""
    profiles = {owner.id: load_profile(named_file(owner.profile, "profile")) for owner in found.owner if owner.profile}
    mails = load_mails(named_file(found.texts, "texts") if found.texts else None)
    live = Settings(
        owners=tuple(owner.model_copy(update={"sender": found.outgoing.sender}) for owner in found.owner),
        profiles=profiles,
        limits=found.limits,
        authenticity=found.authenticity,
        requests=found.requests,
        follow_up=found.follow_up,
        ugly_after=found.filing.ugly_after,
        points=found.points,
        rules=load_rules(
            named_file(found.rules, "rules") if found.rules else shipped("rules.toml"),
            found.filing.folders,
            tuple(owner.id for owner in found.owner),
        ).but(lessons=load_lessons(found.lessons, found.filing.folders)),
        folders=found.filing.folders,
        weights=_weights(named_file(found.weights, "weights") if found.weights else shipped("weights.toml")),
        texts=mails.texts,
        questions=mails.questions,
    )
    return with_shadow(found, live)


def told_settings(found: Configuration) -> tuple[Settings, str]:
    """The same for what judges nothing, and why that is not all: whose files cannot be used, their Salver still runs.

    Without rules, points and profiles then; the mistake is empty where everything loads. Raises ConfigError: texts.
    """
    try:
        return stage_settings(found), ""
    except ConfigError as error:
        mails = load_mails(named_file(found.texts, "texts") if found.texts else None)
        rest = Settings(
            owners=tuple(owner.model_copy(update={"sender": found.outgoing.sender}) for owner in found.owner),
            limits=found.limits,
            authenticity=found.authenticity,
            requests=found.requests,
            follow_up=found.follow_up,
            ugly_after=found.filing.ugly_after,
            folders=found.filing.folders,
            texts=mails.texts,
            questions=mails.questions,
        )
        return with_shadow(found, rest), str(error)


def _weights(path: Path) -> Weights:
    try:
        return load_weights(path)
    except WeightsError as error:
        raise ConfigError(str(error)) from None


def load_mails(path: Path | None = None) -> Mails:
    """The texts of our own mails; those of the file instead of the shipped ones where it has some. Raises ConfigError.

    The file's tables begin with a language, or with `questions`: `[de.reminder]`, `[questions.fr]`.
    """
    tree: dict[str, Any] = {}
    for name, field in Mails.model_fields.items():
        file = shipped(f"mails/{name}.toml")
        text = text_of(file)
        tree[name] = toml_of(text, file)
        try:
            TypeAdapter[Any](Any if field.annotation is None else field.annotation).validate_python(tree[name])
        except ValidationError as error:
            raise ConfigError(explain(error, text, file, Question if name == "questions" else Texts)) from None
    text = text_of(path) if path is not None else ""
    try:
        return Mails.model_validate(_over(tree, toml_of(text, path)))
    except ValidationError as error:  # ours are sound, so these mistakes are the file's
        raise ConfigError(explain(error, text, path or Path("the texts"), Mails)) from None


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of both; where both have one, that of `above`, and of two tables the same."""
    both = {key: _over(below[key], value) for key, value in above.items() if _tables(below.get(key), value)}
    return {**below, **above, **both}


def _tables(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)


def load_profile(path: Path) -> Profile:
    """An owner's profile, TOML or JSON. Raises ConfigError."""
    text = text_of(path)
    try:
        tree = json.loads(text) if path.suffix == ".json" else toml_of(text, path)
        found = Profile.model_validate(tree)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}, line {error.lineno}: this is no JSON ({error.msg})") from None
    except RecursionError:
        raise ConfigError(f"{path}: brackets lie too deep inside each other; a profile needs three levels") from None
    except ValidationError as error:
        raise ConfigError(explain(error, text, path, Profile)) from None
    for field, value in found.model_dump().items():
        # JSON can write half of a surrogate pair, and what holds one can neither be stored nor logged.
        if re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)):
            line = line_of(text, (field,))
            at = f"{path}, line {line}" if line else str(path)
            raise ConfigError(f"{at}: {field}: a \\u escape is half of a character; write it whole")
    return found


def _keys(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted key that one value can be given for, with its annotation."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _keys(kind, f"{before}{field.alias or name}.")
        elif name == "points":
            yield from ((f"points.{signal}", float) for signal in SIGNALS)
        elif name not in ("owner", "account"):
            yield f"{before}{field.alias or name}", kind


def _put(tree: dict[str, Any], key: str, value: str, kind: Any) -> None:
    """Set a dotted key; a list is written with commas."""
    *tables, last = key.split(".")
    for table in tables:
        tree = tree.setdefault(table, {})
    listed = tuple in (kind, getattr(kind, "__origin__", None))
    tree[last] = [part.strip() for part in value.split(",") if part.strip()] if listed else value


def _check_owners(owners: tuple[Owner, ...], path: Path | None, text: str) -> None:
    if not owners:
        raise ConfigError(f'{path}: no [[owner]]; write one with addresses = ["you@your.domain"]')
    ids = [owner.id for owner in owners]
    taken: dict[str, str] = {}
    for at, owner in enumerate(owners):
        if ids.count(owner.id) > 1:
            raise ConfigError(f'{path}: two owners have the id "{owner.id}"; set `id` for one of them')
        for address in owner.addresses:
            if taken.setdefault(address, owner.id) != owner.id:
                raise ConfigError(f"{path}: {address} belongs to two owners; keep it for one of them")
        for target in owner.targets:
            try:
                place = whose_place(target)
            except ValueError as error:
                line = line_of(text, ("owner", at, "mailboxes" if owner.mailboxes else "mailbox"))
                where = f"{path}, line {line}" if line else str(path)
                raise ConfigError(f"{where}: mailbox of {owner.id}: {error}") from None
            if taken.setdefault(place, owner.id) != owner.id:
                raise ConfigError(f"{path}: {target} is the mailbox of two owners; give each their own")


def _check_accounts(found: Configuration, path: Path | None) -> None:
    names = [account.name for account in found.account]
    owners = [owner.id for owner in found.owner]
    for account in found.account:
        if names.count(account.name) > 1:
            raise ConfigError(f'{path}: two accounts have the name "{account.name}"; give each its own')
        if account.owner and account.owner not in owners:
            near = nearest(account.owner, owners)
            raise ConfigError(
                f'{path}: account {account.name}: no owner has the id "{account.owner}"; did you mean {near}?'
            )
    for owner in found.owner:
        for target in owner.targets:
            wanted = account_named_by(target)
            if wanted is not None and wanted not in names:
                known = f"did you mean imap://{nearest(wanted, names)}?" if names else "write that [[account]] first"
                raise ConfigError(f"{path}: mailbox of {owner.id}: {target} names no [[account]]; {known}")
            place = lmtp_place(target)
            if place is not None and place.where in (found.smtp.lmtp, found.smtp.listen):
                raise ConfigError(f"{path}: mailbox of {owner.id}: at {place.where} Salver itself takes mail")


def _check_points(points: Mapping[str, float], path: Path | None, text: str) -> None:
    for name, value in points.items():
        line = line_of(text, ("points", name))
        where = f"{path}, line {line}" if line else str(path)
        if name not in SIGNALS:
            raise ConfigError(f'{where}: there is no signal "{name}"; did you mean "{nearest(name, SIGNALS)}"?')
        if not abs(value) <= MOST_POINTS or value * 4 != int(value * 4):
            bounds = f"from -{MOST_POINTS} to {MOST_POINTS} in steps of 0.25"
            raise ConfigError(f"{where}: points of {name} go {bounds}, so that sums are exact")
