"""Google's own description of the Sheets API, version 4: its methods, and what each body may hold.

It is the discovery document that google-api-python-client carries. It does not say which fields are required, that a
request has one key, or where a grid ends: the stand-in says that itself.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


class Invalid(Exception):
    """What Google answers with INVALID_ARGUMENT."""


@dataclass(frozen=True)
class Method:
    """A method of the API. request: the name of its body's schema, None without one."""

    name: str
    verb: str
    path: re.Pattern[str]
    parameters: frozenset[str]
    request: str | None


@cache
def document() -> dict[str, Any]:
    spec = importlib.util.find_spec("googleapiclient")
    assert spec is not None
    assert spec.origin is not None
    place = Path(spec.origin).parent / "discovery_cache" / "documents" / "sheets.v4.json"
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


@cache
def methods() -> list[Method]:
    """Every method, as the document names it and routes to it."""
    everywhere = frozenset(document()["parameters"])
    return [
        Method(
            one["id"].removeprefix("sheets.spreadsheets."),
            one["httpMethod"],
            re.compile("/" + re.sub(r"\{\+?(\w+)\}", _placeholder, one["path"])),
            frozenset(one["parameters"]) | everywhere,
            one.get("request", {}).get("$ref"),
        )
        for one in _every(document())
    ]


def _placeholder(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+?' if found[1] == 'range' else '[^/:]+'})"


def _every(part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from part.get("methods", {}).values()
    for below in part.get("resources", {}).values():
        yield from _every(below)


def check(value: Any, schema: str, at: str) -> None:
    """Raises Invalid, in Google's words, for what a body of that schema cannot hold."""
    _check(value, {"$ref": schema}, at)


def _check(value: Any, schema: Mapping[str, Any], at: str) -> None:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    kind = schema.get("type")
    if kind == "object":
        _object(value, schema, at)
    elif kind == "array":
        if not isinstance(value, list):
            raise Invalid(f"Invalid value at '{at}' (type list), {json.dumps(value)}")
        for place, one in enumerate(value):
            _check(one, schema["items"], f"{at}[{place}]")
    elif kind == "string":
        if not isinstance(value, str):
            raise Invalid(f"Invalid value at '{at}' (TYPE_STRING), {json.dumps(value)}")
        if "enum" in schema and value not in schema["enum"]:
            raise Invalid(f"Invalid value at '{at}' (TYPE_ENUM), {json.dumps(value)}")
    elif kind in ("integer", "number"):
        whole = kind == "integer"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise Invalid(f"Invalid value at '{at}' (TYPE_{'INT32' if whole else 'DOUBLE'}), {json.dumps(value)}")
    elif kind == "boolean" and not isinstance(value, bool):
        raise Invalid(f"Invalid value at '{at}' (TYPE_BOOL), {json.dumps(value)}")


def _object(value: Any, schema: Mapping[str, Any], at: str) -> None:
    if not isinstance(value, dict):
        raise Invalid(f"Invalid value at '{at}' (type object), {json.dumps(value)}")
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    for name, one in value.items():
        if name in known:
            if known[name].get("readOnly"):
                raise Invalid(f"Invalid value at '{at}.{name}': the field is read-only")
            _check(one, known[name], f"{at}.{name}" if at else name)
        elif more:
            _check(one, more, f"{at}.{name}")
        else:
            raise Invalid(f"Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field.")


def masked(fields: str, schema: str) -> dict[str, Any]:
    """A field mask as a tree, checked: `sheets(properties,data.rowData)` -> what is kept below each name; {} is all."""
    tree, rest = _mask(fields, 0)
    if rest != len(fields):
        raise Invalid(f"Invalid field selection {fields[rest:]}")
    _known(tree, {"$ref": schema}, fields)
    return tree


def _mask(fields: str, at: int) -> tuple[dict[str, Any], int]:
    tree: dict[str, Any] = {}
    while True:
        found = re.compile(r"[\w*]+(?:[./][\w*]+)*").match(fields, at)
        if found is None:
            raise Invalid(f"Invalid field selection {fields[at:]}")
        below = tree
        for name in re.split(r"[./]", found[0]):
            below = below.setdefault(name, {})
        at = found.end()
        if fields[at : at + 1] == "(":
            inside, at = _mask(fields, at + 1)
            below.update(inside)
            if fields[at : at + 1] != ")":
                raise Invalid(f"Invalid field selection {fields}")
            at += 1
        if fields[at : at + 1] != ",":
            return tree, at
        at += 1


def _known(tree: Mapping[str, Any], schema: Mapping[str, Any], said: str) -> None:
    while "$ref" in schema or schema.get("type") == "array":
        schema = document()["schemas"][schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, below in tree.items():
        if name == "*":
            continue
        if name not in schema.get("properties", {}):
            raise Invalid(f"Invalid field selection {name} in {said}")
        _known(below, schema["properties"][name], said)


def kept(value: Any, tree: Mapping[str, Any]) -> Any:
    """What a field mask leaves of an answer."""
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [kept(one, tree) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: kept(one, tree[name]) for name, one in value.items() if name in tree}
