"""What all tests share: golden files with a --regen switch, judges, and public samples when they are there."""

from __future__ import annotations

import importlib.util
import os
import subprocess
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


_HOLD = """
import sys
from pathlib import Path
from sheets.alone import alone
with alone(Path(sys.argv[1]), who=sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holding() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """holding(folder, who): another program that holds the folder until it reads a line, or the test has ended."""
    started = []

    def start(folder: Path, who: str = "ann") -> subprocess.Popen[str]:
        words = [sys.executable, "-c", _HOLD, str(folder), who]
        program = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(program)
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate()
