"""mastersheet.toml: a brand's name, its workbook and its systems, checked where it enters.

Secrets never stand in it: where one is needed it is "${ENV_NAME}" or "keyring:name".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.column_map import ColumnMap
from connectors.errors import CannotRun
from connectors.google.address import spreadsheet_of

FILE: Final = "mastersheet.toml"
_TODO: Final = f"correct {FILE}"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BrandSection(_Section):
    """[brand]: the name on the workbook; id: what its history is kept under, in whatever folder it lies."""

    name: str | None = None
    id: str | None = None

    @field_validator("id")
    @classmethod
    def _plain(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name):
            raise ValueError(f"'{name}' is not made of letters, digits, - and _ alone")
        return name


GOOGLE: Final = "google:"


class WorkbookSection(_Section):
    """[workbook]: the file that is kept true, beside mastersheet.toml, or the Google spreadsheet, by its id."""

    file: str = "master.xlsx"
    google: str | None = None

    @field_validator("file")
    @classmethod
    def _beside(cls, name: str) -> str:
        if not name.lower().endswith((".xlsx", ".xlsm")) or "/" in name or "\\" in name:
            raise ValueError(f"'{name}' is not the name of an .xlsx or .xlsm file beside {FILE}")
        return name

    @field_validator("google")
    @classmethod
    def _spreadsheet(cls, said: str | None) -> str | None:
        return None if said is None else spreadsheet_of(said)


class GoogleSection(_Section):
    """[google]: who signs in. service_account: the file of its key; person: the file of an OAuth client.

    Neither: the credentials that the machine has.
    """

    service_account: str | None = None
    person: str | None = None


class HistorySection(_Section):
    """[history]: the address of a database, where it is not the file in the user's data folder."""

    url: str | None = None

    @field_validator("url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("postgresql://", "sqlite:///", "${")):
            raise ValueError("not an address such as postgresql://USER@HOST/DATABASE or sqlite:///PATH")
        return url


class DigestSection(_Section):
    """[digest]: to whom a night's digest is sent. Addresses hold secrets, so only where they are kept stands here."""

    to: tuple[str, ...] = ()

    @field_validator("to", mode="before")
    @classmethod
    def _one(cls, references: Any) -> Any:  # noqa: ANN401 - whatever stands there
        return (references,) if isinstance(references, str) else references

    @field_validator("to")
    @classmethod
    def _kept_elsewhere(cls, references: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ELSEWHERE.fullmatch(one) for one in references):
            raise ValueError('an address stands in it, which holds a secret; expected "${ENV_NAME}" or "keyring:name"')
        return references


class SystemSection(_Section):
    """[systems."NAME"]: how a system's files are found and read, and its Google Sheet.

    google: the spreadsheet that it keeps its counts in, by its id. tabs: those of its tabs that are read; all, if none.
    file_date: how the day stands in a file's name. encoding, time_zone: of its files, if not as usual.
    map: the name of a ready map. exports: the folder below exports/, if it is not the system's name.
    """

    file_date: str | None = None
    encoding: str | None = None
    time_zone: str | None = None
    ready_map: str | None = Field(default=None, alias="map")
    exports: str | None = None
    tables: tuple[ColumnMap, ...] = ()
    google: str | None = None
    tabs: tuple[str, ...] = ()

    @field_validator("google")
    @classmethod
    def _spreadsheet(cls, said: str | None) -> str | None:
        return None if said is None else spreadsheet_of(said)

    @field_validator("tabs", mode="before")
    @classmethod
    def _one(cls, titles: Any) -> Any:  # noqa: ANN401 - whatever stands there
        return (titles,) if isinstance(titles, str) else titles

    @model_validator(mode="after")
    def _tabs_of_a_sheet(self) -> SystemSection:
        if self.tabs and self.google is None:
            raise ValueError("tabs are of a Google Sheet; say which with google")
        return self

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{name}' is not a time zone such as America/New_York") from None
        return name

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str | None) -> str | None:
        try:
            "".encode(name or "utf-8")
        except LookupError:
            raise ValueError(f"unknown encoding '{name}'; for example utf-8, cp1252, cp932") from None
        return name

    @field_validator("exports")
    @classmethod
    def _below(cls, name: str | None) -> str | None:
        if name is not None and (not name or Path(name).is_absolute() or ".." in Path(name).parts):
            raise ValueError(f"'{name}' is not a folder below exports/")
        return name


class Config(_Section):
    """The whole of mastersheet.toml."""

    brand: BrandSection = BrandSection()
    workbook: WorkbookSection = WorkbookSection()
    google: GoogleSection = GoogleSection()
    history: HistorySection = HistorySection()
    digest: DigestSection = DigestSection()
    systems: Mapping[str, SystemSection] = {}

    @model_validator(mode="after")
    def _not_our_own(self) -> Config:
        """Our own tabs are no system's counts."""
        for name, section in self.systems.items():
            if section.google is not None and section.google == self.workbook.google and not section.tabs:
                raise ValueError(
                    f'systems."{name}".google is the workbook itself: say with tabs which of its tabs to read'
                )
        return self

    @field_validator("workbook", mode="before")
    @classmethod
    def _in_a_word(cls, said: object) -> object:
        """`workbook = "google:ID"`, `workbook = "master.xlsx"`."""
        if not isinstance(said, str):
            return said
        return {"google": said.removeprefix(GOOGLE)} if said.startswith(GOOGLE) else {"file": said}


def read_config(path: Path) -> Config:
    """The settings of a mastersheet.toml. Raises CannotRun, naming file, key and what may stand there."""
    try:
        return config_of(path.read_bytes().decode("utf-8-sig"), path)
    except UnicodeDecodeError:
        raise CannotRun("is not UTF-8 text", where=str(path), todo="save it as UTF-8") from None
    except OSError as problem:
        raise CannotRun(f"cannot be read ({problem.strerror})", where=str(path)) from None


def config_of(text: str, path: Path) -> Config:
    """The settings that a text holds, which stands or will stand in that file. Raises CannotRun as `read_config`."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"\(at (?:line (\d+)|(end of document))", str(problem))
        said = re.sub(r"\s*\(at .*", "", str(problem))
        where = f"{path}:{line[1]}" if line and line[1] else str(path)
        raise CannotRun(f"is not TOML: {said}", where=where, todo=_TODO) from None
    for key in _secrets(raw):
        raise CannotRun(
            f"{key} holds a secret",
            where=str(path),
            expected='"${ENV_NAME}" or "keyring:name"',
            todo="take it out of the file, change it where it is used, and keep it in the environment or the keyring",
        )
    try:
        return Config.model_validate(raw)
    except ValidationError as problem:
        raise _named(path, problem) from None


_SECRET: Final = {"token", "secret", "password", "passwd", "key", "apikey", "credential", "credentials"}
_ELSEWHERE: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|keyring:\S+")
_IN_URL: Final = re.compile(r"://[^/\s:@]+:(?!\$\{[A-Za-z_][A-Za-z0-9_]*\}@)[^/\s@]+@")


def _secrets(raw: Mapping[str, Any], at: str = "", *, secret: bool = False) -> Iterator[str]:
    """The keys that hold a secret, by their names or as the password in a web address; column maps hold none."""
    for key, value in raw.items():
        name = f"{at}.{key}" if at else key
        words = set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()))
        named = secret or bool(words & _SECRET)
        if isinstance(value, str):
            if (named and not _ELSEWHERE.fullmatch(value)) or _IN_URL.search(value):
                yield name
        elif isinstance(value, Mapping):
            # A system may be called "Key West": its own name makes no secret of what is in its section.
            yield from _secrets(value, name, secret=named and at != "systems")


def _named(path: Path, problem: ValidationError) -> CannotRun:
    """The first thing that pydantic refused, as one line that never shows a value of ours."""
    first = problem.errors(include_url=False, include_input=False)[0]
    parts = [str(part) for part in first["loc"]]
    key = ".".join(f'"{part}"' if " " in part else part for part in parts)
    if first["type"] == "extra_forbidden":
        valid = ", ".join(_keys_at(parts[:-1]))
        return CannotRun(f"unknown key {key}", where=str(path), expected=f"one of {valid}", todo=_TODO)
    said = first["msg"].removeprefix("Value error, ")
    # What concerns several keys names them itself.
    what = f"{key}: {said[:1].lower() + said[1:]}" if key else said
    return CannotRun(what, where=str(path), todo=_TODO)


def _keys_at(parts: list[str]) -> list[str]:
    model: type[BaseModel] = Config
    if parts[:1] == ["brand"]:
        model = BrandSection
    elif parts[:1] == ["workbook"]:
        model = WorkbookSection
    elif parts[:1] == ["google"]:
        model = GoogleSection
    elif parts[:1] == ["history"]:
        model = HistorySection
    elif parts[:1] == ["digest"]:
        model = DigestSection
    elif parts[:1] == ["systems"]:
        model = ColumnMap if "tables" in parts[2:] else SystemSection
    return [field.alias or name for name, field in model.model_fields.items()]
