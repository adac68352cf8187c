"""A brand with one SKU at one location, of which three systems speak, and a clock of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from addin.cli import app
from addin.night import refresh_brand
from sheets.brand import open_brand
from sheets.demo import MARKER
from sheets.nights.outcome import Outcome, read_outcome
from sheets.nights.remembered import Remembered, night_folder, read_remembered

SETUP = {
    "locations.csv": "location,segment,kind\nFBA US,US,fba\n",
    "source_map.csv": "location,system,role,system_location,states,absent\n"
    "FBA US,Seller Central,authority,FBA US,on_hand,unknown\n"
    "FBA US,Flieber,secondary,Amazon US,on_hand,unknown\n"
    "FBA US,Skubana,secondary,FBA,on_hand,unknown\n",
    "skus.csv": "sku,title,unit_cost,revenue_30_d\nA_1*,Headlamp,10,900\n",
    "settings.csv": "setting,value\ntime zone,America/New_York\n",
}
PLACES = {"seller-central": "FBA US", "flieber": "Amazon US", "skubana": "FBA"}
# Days that no clock of a machine has passed: the demo's mark lets a folder's clock begin there.
DAY = "2099-01-05"


@dataclass
class Small:
    """A brand with one SKU at one location, of which three systems speak."""

    folder: Path

    def counts(self, system: str, units: int | None, day: str = DAY, *, file: str = "counts.csv") -> Small:
        """A system's count of a day, in place of the file that is there; None: a header alone."""
        path = self.folder / "exports" / system / file
        path.parent.mkdir(parents=True, exist_ok=True)
        row = "" if units is None else f"A_1*,{PLACES[system]},on_hand,{units},{day}\n"
        path.write_text(f"sku,location,state,units,as_of\n{row}", encoding="utf-8")
        return self

    def all(self, units: int, skubana: int, day: str = DAY, *, file: str = "counts.csv") -> Small:
        """The counts of all three; Flieber says what Seller Central says."""
        for system, said in (("seller-central", units), ("flieber", units), ("skubana", skubana)):
            self.counts(system, said, day, file=file)
        return self

    def to(self, *references: str) -> Small:
        """Who gets the digest."""
        with (self.folder / "mastersheet.toml").open("a", encoding="utf-8") as toml:
            toml.write(f"\n[digest]\nto = {json.dumps(list(references))}\n")
        return self

    def night(self, now: str) -> Outcome:
        """One refresh at night, in this program, at a time of UTC."""
        file = self.folder.parent / f"{self.folder.name}.outcome"
        refresh_brand(self.folder, file, now=pd.Timestamp(now, tz="UTC"))
        outcome = read_outcome(file)
        assert outcome is not None
        return outcome

    @property
    def place(self) -> Path:
        """Where its nights are remembered."""
        return night_folder(open_brand(self.folder))

    @property
    def remembered(self) -> Remembered:
        """What is remembered of its nights."""
        return read_remembered(self.place)[0]


def new_small(place: Path, name: str) -> Small:
    """A new brand of that name in a folder; its one gap is of 23 units, and flagged."""
    setup = place / f"{name}-setup"
    setup.mkdir()
    for file, text in SETUP.items():
        (setup / file).write_text(text, encoding="utf-8")
    Small(setup).all(510, 487, "2026-01-05")
    done = CliRunner().invoke(app, ["new", str(place / name), "--from", str(setup)])
    assert done.exit_code == 0, done.output
    (place / name / MARKER).write_text(DAY, encoding="utf-8")
    return Small(place / name).all(510, 487)
