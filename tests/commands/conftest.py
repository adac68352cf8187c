"""Brands made by hand: setup tables and exports as text, made with `new --from`, read back from the commands."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from addin.cli import app


@dataclass
class Made:
    """A setup folder that is filled file by file, and the brand that is made of it."""

    setup: Path
    brand: Path

    def file(self, name: str, text: str) -> Made:
        """Writes a file of the setup folder, without the indent of the test."""
        path = self.setup / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return self

    def export(self, name: str, text: str) -> Made:
        """Writes a file of the made brand's exports."""
        path = self.brand / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return self

    def new(self) -> Result:
        """Makes the brand, which must work."""
        result = command("new", self.brand, "--from", self.setup)
        assert result.exit_code == 0, result.output
        return result

    def report(self, *options: str, exits: int = 0) -> dict[str, Any]:
        """The JSON report of all SKUs."""
        result = command("check", self.brand, "--all", "--json", *options)
        assert result.exit_code == exits, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found


def command(*words: object) -> Result:
    """One command line."""
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def run() -> Callable[..., Result]:
    """run("check", folder, ...): one command line, its exit code and what it said."""
    return command


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An empty setup folder, and where the brand will be."""
    (tmp_path / "setup").mkdir()
    return Made(tmp_path / "setup", tmp_path / "brand")


@pytest.fixture
def three_systems(made: Made) -> Made:
    """Flieber says 500, Skubana 487, Seller Central 510: the example that the product starts with."""
    made.file(
        "locations.csv",
        """\
        location,segment,kind
        FBA US,US,fba
        """,
    )
    made.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states,absent
        FBA US,Seller Central,authority,FBA US,on_hand,unknown
        FBA US,Flieber,secondary,Amazon US,on_hand,unknown
        FBA US,Skubana,secondary,FBA,on_hand,unknown
        """,
    )
    made.file(
        "skus.csv",
        """\
        sku,title,unit_cost,revenue_30_d
        A,Headlamp,10,900
        """,
    )
    made.file(
        "settings.csv",
        """\
        setting,value
        time zone,America/New_York
        """,
    )
    for system, place, units in (
        ("seller-central", "FBA US", 510),
        ("flieber", "Amazon US", 500),
        ("skubana", "FBA", 487),
    ):
        made.file(
            f"exports/{system}/counts.csv",
            f"""\
            sku,location,state,units,as_of
            A,{place},on_hand,{units},2026-10-05
            """,
        )
    return made


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The demo brand, made once, with what the command said."""
    folder = tmp_path_factory.mktemp("demo") / "fernhill"
    return folder, command("demo", folder)


@pytest.fixture
def demo_brand(demo_made: tuple[Path, Result], tmp_path: Path) -> Made:
    """The demo brand, a copy that a test may change."""
    folder = tmp_path / "fernhill"
    shutil.copytree(demo_made[0], folder)
    return Made(folder, folder)
