"""What all tests share: golden files with a --regen switch, and the folder of public samples when it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

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


@pytest.fixture(scope="session")
def samples() -> Path:
    """Public samples beside the checkout, or where MASTERSHEET_SAMPLES points; skips without them."""
    place = Path(os.environ.get("MASTERSHEET_SAMPLES", HERE.parent.parent / "shared" / "samples"))
    if not place.is_dir():
        pytest.skip("public samples are not here: point MASTERSHEET_SAMPLES at them")
    return place
