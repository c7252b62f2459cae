"""Reads TOML over the defaults; refuses unknown keys, naming file, line and the nearest known key."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from pipeline.configuration import Configuration
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.mailboxes.targets import account_named_by, whose_place
from pipeline.weights_file import WeightsError, load_weights
from stages.settings import Owner, Profile, Rules, Settings
from stages.signals import SIGNALS
from stages.texts import Mails, Question, Texts
from stages.weights import Weights

MOST_POINTS = 100
_NEAR = 60
"""of 100: a key that is less like the one that was written was not meant"""
_LISTED = 24
"""keys that are named where none is near"""


class ConfigError(Exception):
    """The configuration cannot be used; the text says where, what, and what to do."""


def shipped(name: str) -> Path:
    """A file of `config/`, as installed or in the checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "config"
    return (inside if inside.is_dir() else here.parent / "config") / name


def load(
    path: Path | None, overrides: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None
) -> Configuration:
    """The configuration: command line (`overrides`, dotted keys) over SALVER_... variables over the file over defaults.

    Raises ConfigError.
    """
    text = _text(path) if path is not None else ""
    tree = _toml(text, path)
    environment = os.environ if environment is None else environment
    known = dict(_keys(Configuration))
    variables = {"SALVER_" + key.upper().replace(".", "_"): key for key in known}
    for variable, value in environment.items():
        if variable in variables:
            _put(tree, variables[variable], value, known[variables[variable]])
        elif variable.startswith("SALVER_"):
            near = _nearest(variable, variables)
            raise ConfigError(f"environment: {variable} is no variable of ours; did you mean {near}?")
    for key, value in (overrides or {}).items():
        if key not in known:
            raise ConfigError(f'--set {key}: there is no such key; did you mean "{_nearest(key, known)}"?')
        _put(tree, key, value, known[key])
    try:
        found = Configuration.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(_explain(error, text, path or Path("the defaults"), Configuration)) from None
    _check_owners(found.owner, path, text)
    _check_accounts(found, path)
    _check_points(found.points, path, text)
    return found


def stage_settings(found: Configuration) -> Settings:
    """What the stages are told; reads the profile files and the rules file. Raises ConfigError."""
    profiles = {owner.id: load_profile(Path(owner.profile)) for owner in found.owner if owner.profile}
    mails = load_mails(Path(found.texts) if found.texts else None)
    return Settings(
        owners=tuple(owner.model_copy(update={"sender": found.outgoing.sender}) for owner in found.owner),
        profiles=profiles,
        limits=found.limits,
        authenticity=found.authenticity,
        requests=found.requests,
        follow_up=found.follow_up,
        ugly_after=found.filing.ugly_after,
        points=found.points,
        rules=load_rules(Path(found.rules) if found.rules else shipped("rules.toml")),
        weights=_weights(Path(found.weights) if found.weights else shipped("weights.toml")),
        texts=mails.texts,
        questions=mails.questions,
    )


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
        text = _text(file)
        tree[name] = _toml(text, file)
        try:
            TypeAdapter[Any](Any if field.annotation is None else field.annotation).validate_python(tree[name])
        except ValidationError as error:
            raise ConfigError(_explain(error, text, file, Question if name == "questions" else Texts)) from None
    text = _text(path) if path is not None else ""
    try:
        return Mails.model_validate(_over(tree, _toml(text, path)))
    except ValidationError as error:  # ours are sound, so these mistakes are the file's
        raise ConfigError(_explain(error, text, path or Path("the texts"), Mails)) from None


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of both; where both have one, that of `above`, and of two tables the same."""
    both = {key: _over(below[key], value) for key, value in above.items() if _tables(below.get(key), value)}
    return {**below, **above, **both}


def _tables(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)


def load_rules(path: Path) -> Rules:
    """A rules file, with where each rule stands. Raises ConfigError."""
    text = _text(path)
    try:
        rules = Rules.model_validate(_toml(text, path))
    except ValidationError as error:
        raise ConfigError(_explain(error, text, path, Rules)) from None
    for rule in rules.rule:
        for condition in (*rule.all, *rule.any, *rule.none):
            if condition.signal is not None and condition.signal not in SIGNALS:
                near = _nearest(condition.signal, SIGNALS)
                raise ConfigError(
                    f'{path}: rule "{rule.name}" asks for a signal "{condition.signal}"; did you mean "{near}"?'
                )
    lined = (rule.model_copy(update={"line": _line_of(rule.name, at, text)}) for at, rule in enumerate(rules.rule))
    ours = path == shipped(path.name)  # where we are installed is nobody's name for a file
    return rules.model_copy(
        update={
            "rule": tuple(lined),
            "file": f"{path.name} (shipped)" if ours else str(path),
            "version": hashlib.sha256(text.encode()).hexdigest()[:8],
        }
    )


def _line_of(rule: str, at: int, text: str) -> int:
    """The line on which a rule is given its name, which no other rule has; `at` counts the rules from 0."""
    named = re.compile(rf"""^[^#]*?(?:^|[\s{{,])(["']?)name\1\s*=\s*(["']){re.escape(rule)}\2""")
    found = (number for number, line in enumerate(text.splitlines(), 1) if named.search(line))
    return next(found, None) or _line(text, ("rule", at, "name")) or 1


def load_profile(path: Path) -> Profile:
    """An owner's profile, TOML or JSON. Raises ConfigError."""
    text = _text(path)
    try:
        tree = json.loads(text) if path.suffix == ".json" else _toml(text, path)
        found = Profile.model_validate(tree)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}, line {error.lineno}: this is no JSON ({error.msg})") from None
    except RecursionError:
        raise ConfigError(f"{path}: brackets lie too deep inside each other; a profile needs three levels") from None
    except ValidationError as error:
        raise ConfigError(_explain(error, text, path, Profile)) from None
    for field, value in found.model_dump().items():
        # JSON can write half of a surrogate pair, and what holds one can neither be stored nor logged.
        if re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)):
            line = _line(text, (field,))
            at = f"{path}, line {line}" if line else str(path)
            raise ConfigError(f"{at}: {field}: a \\u escape is half of a character; write it whole")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; name one that exists, or leave the option out") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None


def _toml(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is no TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: this is no TOML of ours: brackets lie too deep inside each other") from None


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
                line = _line(text, ("owner", at, "mailboxes" if owner.mailboxes else "mailbox"))
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
            near = _nearest(account.owner, owners)
            raise ConfigError(
                f'{path}: account {account.name}: no owner has the id "{account.owner}"; did you mean {near}?'
            )
    for owner in found.owner:
        for target in owner.targets:
            wanted = account_named_by(target)
            if wanted is not None and wanted not in names:
                known = f"did you mean imap://{_nearest(wanted, names)}?" if names else "write that [[account]] first"
                raise ConfigError(f"{path}: mailbox of {owner.id}: {target} names no [[account]]; {known}")
            place = lmtp_place(target)
            if place is not None and place.where in (found.smtp.lmtp, found.smtp.listen):
                raise ConfigError(f"{path}: mailbox of {owner.id}: at {place.where} Salver itself takes mail")


def _check_points(points: Mapping[str, float], path: Path | None, text: str) -> None:
    for name, value in points.items():
        line = _line(text, ("points", name))
        where = f"{path}, line {line}" if line else str(path)
        if name not in SIGNALS:
            raise ConfigError(f'{where}: there is no signal "{name}"; did you mean "{_nearest(name, SIGNALS)}"?')
        if not abs(value) <= MOST_POINTS or value * 4 != int(value * 4):
            bounds = f"from -{MOST_POINTS} to {MOST_POINTS} in steps of 0.25"
            raise ConfigError(f"{where}: points of {name} go {bounds}, so that sums are exact")


def _explain(error: ValidationError, text: str, path: Path, model: type[BaseModel]) -> str:
    """Each mistake with its line, in words."""
    lines = []
    for mistake in error.errors():
        where = tuple(mistake["loc"])
        line = _line(text, where)
        key = ".".join(str(part) for part in where if not isinstance(part, int)) or "the file"
        at = f"{path}, line {line}" if line else str(path)
        if mistake["type"] == "extra_forbidden":
            last = str(where[-1])
            known = _siblings(model, where[:-1])
            near = process.extractOne(last, known, scorer=fuzz.ratio, score_cutoff=_NEAR)
            listed = f"known here are {', '.join(known)}" if len(known) <= _LISTED else "nothing here is called so"
            hint = f'did you mean "{near[0]}"?' if near else listed
            if last in _siblings(model, ()) and len(where) > 1:
                hint = f'"{last}" stands at the top of the file, above the first [section]'
            lines.append(f'{at}: unknown key "{key}"; {hint}')
        else:
            lines.append(f"{at}: {key}: {_in_words(mistake)}")
    return "\n".join(dict.fromkeys(lines))


def _in_words(mistake: ErrorDetails) -> str:
    """pydantic's message for people who do not know pydantic."""
    kind = mistake["type"]
    if kind == "tuple_type" and str(mistake["loc"][-1]) == "owner":
        return "write [[owner]], with two brackets: there may be several"
    if kind == "tuple_type":
        return 'this is a list; write it in brackets, such as ["one", "two"]'
    if kind == "missing":
        return "this is missing, and has no default"
    if kind == "string_pattern_mismatch":
        allowed = str(mistake.get("ctx", {}).get("pattern", "")).strip("^$()").replace("|", ", ")
        return f'"{mistake["input"]}" will not do; it must be of the form {allowed}'
    if kind == "too_long":
        most = mistake.get("ctx", {}).get("max_length", "fewer")
        return f"at most {most} entries are compared with every note; people belong into `salver people add`"
    if kind in ("int_type", "int_parsing", "int_from_float"):
        return f'"{mistake["input"]}" is no whole number; write one, such as 2023'
    if kind in ("model_type", "model_attributes_type"):
        return "this is a table with keys of its own; see config/default.toml"
    return mistake["msg"].removeprefix("Value error, ")


def _siblings(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """The keys a table at this place can have."""
    for part in where:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        inner = [
            kind for kind in _unfold(fields.get(str(part))) if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        if not inner:
            break
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items() if not field.exclude]


def _unfold(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _unfold(part)


def _nearest(key: str, known: Any) -> str:
    found = process.extractOne(key, list(known))
    return str(found[0]) if found else ""


def _line(text: str, where: tuple[int | str, ...]) -> int | None:
    """The line of a key: tables are followed by their headers, lists of tables by counting. None if not found."""
    names = [str(part) for part in where if not isinstance(part, int)]
    if not names:
        return None
    count = next((part for part in where if isinstance(part, int)), 0)
    table, seen, last_seen = "", -1, None
    wanted = ".".join(names[:-1])
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$", line)
        if header:
            table = header[1].replace('"', "").replace(" ", "")
            if line.lstrip().startswith("[[") and table == names[0]:
                seen += 1
            if table == ".".join(names) and (not line.lstrip().startswith("[[") or seen == count):
                return number
            continue
        listed = seen >= 0 and table == names[0]
        if table not in (wanted, names[0], "") or (listed and seen != count):
            continue
        if re.search(rf'(^|[\s{{,."]){re.escape(names[-1])}("?\s*=|"\s*:)', line):  # the colon: JSON
            return number
        begins = re.match(rf'\s*"?{re.escape(names[0])}("?\s*=|"\s*:)', line)
        if begins or (listed and len(names) > 1 and names[1] in line):
            last_seen = number
    return last_seen
