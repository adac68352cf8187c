"""The files of templates/schedule, filled in as a user would, and the programs that really read them."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from sheets.templates import template

# The one file that is not UTF-8.
UTF_16 = "mastersheet-nightly.xml"


def read(name: str) -> str:
    """The text of a file of templates/schedule, its lines ended by a line feed."""
    encoding = "utf-16" if name == UTF_16 else "utf-8"
    return (template("schedule") / name).read_text(encoding=encoding)


@pytest.fixture
def text() -> Callable[[str], str]:
    """text(name): what a file of templates/schedule says."""
    return read


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    """A brand's folder, with a space in its path."""
    folder = tmp_path / "Fernhill Outdoor"
    folder.mkdir()
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A stand-in for `mastersheet`: says its words and ONE_SECRET, one a line, and ends with $CODE."""
    file = tmp_path / "a bin" / "mastersheet"
    file.parent.mkdir()
    file.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "secret: $ONE_SECRET"\nexit "${CODE:-0}"\n', encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.fixture
def filled(tmp_path: Path, brand: Path, program: Path) -> Callable[[str], Path]:
    """filled(name): the file with the placeholders of README.md put in, in a folder of its own."""
    values = {"BRAND_FOLDER": str(brand), "PROGRAM_FILE": str(program), "PACKAGE_SOURCE": "mastersheet[postgresql]"}

    def put(name: str) -> Path:
        said = read(name)
        for placeholder, value in values.items():
            said = said.replace(placeholder, value)
        file = tmp_path / "filled" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-16" if name == UTF_16 else "utf-8")
        return file

    return put


@pytest.fixture
def judge() -> Callable[[str], str]:
    """judge(name): a program, on the PATH or beside this Python. Skips where it is missing."""

    def found(name: str) -> str:
        place = shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))
        if place is None:
            pytest.skip(f"{name} is not here: this file is read by no program of its system's")
        return place

    return found
