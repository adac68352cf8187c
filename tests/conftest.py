"""What all tests share: golden files with a --regen switch, judges, and public samples when they are there."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen", action="store_true", help="write golden files anew; read the difference before a commit"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """golden(name, text): the text equals tests/golden/NAME, or becomes it with --regen."""

    def compare(name: str, text: str) -> None:
        path = HERE / "golden" / name
        if request.config.getoption("--regen"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"no golden file {name}: run pytest --regen, read it, commit it"
        assert text == path.read_text(encoding="utf-8")

    return compare


def as_text(frame: pd.DataFrame) -> str:
    """A frame as CSV, for golden files: the order of rows is part of the claim."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


@pytest.fixture(scope="session", autouse=True)
def _no_history_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the history of whoever runs it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MASTERSHEET_DATA", str(tmp_path_factory.mktemp("history")))
        yield


@pytest.fixture(autouse=True)
def _history_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without a history."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path_factory.mktemp("history")))


@pytest.fixture(scope="session")
def samples() -> Path:
    """Public samples of real reports, where MASTERSHEET_SAMPLES points; skips without them."""
    place = os.environ.get("MASTERSHEET_SAMPLES")
    if not place or not Path(place).is_dir():
        pytest.skip("public samples are not here: set MASTERSHEET_SAMPLES to their folder")
    return Path(place)


def _judges() -> ModuleType:
    """tests/judges.py, by its path: the tests are no package."""
    if "judges" not in sys.modules:
        spec = importlib.util.spec_from_file_location("judges", HERE / "judges.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["judges"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["judges"])
    return sys.modules["judges"]


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """LibreOffice: converted(path, kind). Skips where it is not installed."""
    judges = _judges()
    return judges.LibreOffice(judges.profile_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture
def recalculated(libreoffice: Any) -> Callable[[Path], dict[str, pd.DataFrame]]:
    """recalculated(path): every table after LibreOffice has computed all formulas anew; errors as `#NAME?`."""
    return lambda path: _judges().tables_of(libreoffice.converted(path, "xlsx"))


@pytest.fixture
def changed_by_recalculation(libreoffice: Any) -> Callable[[Path], list[str]]:
    """changed_by_recalculation(path): the cells of tables whose cached value LibreOffice does not compute itself."""
    judges = _judges()
    return lambda path: judges.differences(
        judges.tables_of(path), judges.tables_of(libreoffice.converted(path, "xlsx"))
    )


@pytest.fixture
def rendered(libreoffice: Any) -> Callable[[Path], list[Path]]:
    """rendered(path): the workbook's printed pages as PNG files. Skips where a program for it is missing."""
    return lambda path: _judges().drawn(libreoffice, path)
