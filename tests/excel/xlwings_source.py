"""The names that xlwings' engines for Windows and the Mac have, read from their source: each imports on its own system
only."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable
from pathlib import Path

# What the stand-in calls otherwise, and what the front end lays on any range itself.
_CALLED = {"Rules": "ConditionalFormats", "Rule": "ConditionalFormat", "Filters": "AutoFilter"}
_FRONT_END = {("Range", "options")}


def missing_names(asked: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Class and name of what was asked for, by the engine that lacks it; empty when both have all."""
    wanted = {(_CALLED.get(kind, kind), name.removesuffix("=")) for kind, name in asked} - _FRONT_END
    base = _members("base_classes")
    found = {}
    for engine in ("_xlwindows", "_xlmac"):
        there = _members(engine)
        missing = sorted(
            (kind, name) for kind, name in wanted
            if name not in there.get(kind, set()) | base.get(kind, set()) | there.get("Collection", set())
        )  # fmt: skip
        if missing:
            found[engine] = missing
    return found


def _members(module: str) -> dict[str, set[str]]:
    """Names that each class of a module of xlwings defines, read from its source: it imports on its own system only."""
    spec = importlib.util.find_spec("xlwings")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / f"{module}.py").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for one in ast.parse(source).body:
        if not isinstance(one, ast.ClassDef):
            continue
        names = {part.name for part in one.body if isinstance(part, ast.FunctionDef)}
        names |= {
            target.id for part in one.body if isinstance(part, ast.Assign)
            for target in part.targets if isinstance(target, ast.Name)
        }  # fmt: skip
        names |= {
            node.attr for node in ast.walk(one)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name) and node.value.id == "self"
        }  # fmt: skip
        found[one.name] = names
    return found
