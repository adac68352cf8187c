"""Imports go one way: addin -> sheets -> connectors; the engine is pure; modules and functions stay small.

The engine imports pandas, numpy, the standard library, connectors.frames and itself. It needs no other module of
connectors: what it raises, FrameWrong, is defined beside the frames.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("connectors", "sheets", "addin")
DOING = {
    "asyncio", "fileinput", "ftplib", "glob", "http", "httpx", "io", "logging", "multiprocessing", "openpyxl", "os",
    "pathlib", "random", "requests", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile",
    "threading", "time", "tomllib", "urllib", "uuid", "xlsxwriter", "zipfile",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "time_ns", "perf_counter", "monotonic"}
WRITERS = {"to_csv", "to_excel", "to_sql", "to_parquet", "to_pickle", "to_json", "to_clipboard", "to_feather"}
READERS = {"open", "input", "print", "exec", "eval", "__import__"}


def parsed(*folders: str) -> dict[str, ast.Module]:
    """Every module below these folders by its path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module, path: str) -> Iterator[str]:
    """Every module that a module imports, wherever in it, by its full name."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from sheets import surfaces` imports a module, too.
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)


def crossing(folder: str, *refused: str) -> list[str]:
    """The imports below a folder that reach into one of the refused packages."""
    return [
        f"{path} imports {name}"
        for path, tree in parsed(folder).items()
        for name in imported(tree, path)
        if any(name == package or name.startswith(f"{package}.") for package in refused)
    ]


def test_there_are_modules_to_look_at():
    """The rules below are about modules that are there."""
    for folder in ("connectors", "sheets", "sheets/engine", "sheets/tabs", "sheets/surfaces"):
        assert len(parsed(folder)) > 5, folder


def test_connectors_import_nothing_of_sheets_or_addin():
    """A connector knows its system and the frames, never what is made of them."""
    assert crossing("connectors", "sheets", "addin") == []


def test_sheets_import_nothing_of_addin():
    """What is computed does not know which way in asked for it."""
    assert crossing("sheets", "addin") == []


def test_the_engine_imports_only_arithmetic_and_the_frames():
    """pandas, numpy, the standard library, connectors.frames and the engine itself: nothing else."""
    allowed = {"pandas", "numpy", *sys.stdlib_module_names}
    strange = [
        f"{path} imports {name}"
        for path, tree in parsed("sheets/engine").items()
        for name in imported(tree, path)
        if name.split(".")[0] not in allowed and not name.startswith(("sheets.engine", "connectors.frames"))
    ]
    assert strange == []


def test_the_engine_imports_nothing_that_reads_or_writes():
    """No files, network, processes or workbooks in the engine."""
    doing = [
        f"{path} imports {name}"
        for path, tree in parsed("sheets/engine").items()
        for name in imported(tree, path)
        if name.split(".")[0] in DOING
    ]
    assert doing == []


def test_the_engine_asks_no_clock_and_opens_nothing():
    """The time is given to the engine, and so is all that it looks at."""
    asked = [
        f"{path}:{node.lineno} calls {called(node.func)}"
        for path, tree in parsed("sheets/engine").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and reaches_out(called(node.func))
    ]
    assert asked == []


def reaches_out(name: str) -> bool:
    last = name.split(".")[-1]
    return name in READERS or last in CLOCKS | WRITERS or name.startswith(("pd.read_", "np.load", "np.random"))


def called(function: ast.expr) -> str:
    """The dotted name that a call is made by; empty for a call of a call."""
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return f"{called(function.value)}.{function.attr}"
    return ""


def test_tabs_import_no_surface():
    """A tab knows columns, never where they are written."""
    assert crossing("sheets/tabs", "sheets.surfaces") == []


def test_surfaces_import_no_engine():
    """A surface knows cells, never stock."""
    assert crossing("sheets/surfaces", "sheets.engine") == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_module_is_longer_than_600_lines(folder):
    """A module tells one thing."""
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in parsed(folder)}
    assert {path: lines for path, lines in lengths.items() if lines > 600} == {}


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_function_is_longer_than_80_lines(folder):
    """A function fits a screen."""
    long = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path, tree in parsed(folder).items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 80
    ]
    assert long == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_module_has_a_name_of_the_standard_library(folder):
    """A module of ours is never taken for one of Python's."""
    taken = [path for path in parsed(folder) if Path(path).stem in sys.stdlib_module_names - {"__init__", "__main__"}]
    assert taken == []
