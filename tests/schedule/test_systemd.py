"""The systemd units: systemd itself reads them, and they say what a night needs."""

from __future__ import annotations

import configparser
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin.cli import app

ROOT = Path(__file__).parent.parent.parent

SERVICE = "mastersheet-nightly.service"
TIMER = "mastersheet-nightly.timer"


# $1 and the root are made read-only, the folders from $3 on are not, and one for temporary files is new, as PrivateTmp
# makes it. Then the Python $2 refreshes the brand $3. 77: this machine does not let it be so.
READ_ONLY = """
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
mount -o remount,ro,bind / || true
mount -t tmpfs tmpfs /var/tmp || exit 77
if touch "$1/probe" 2>/dev/null; then exit 77; fi
python=$2
shift 2
for folder in "$@"; do mount --bind "$folder" "$folder" && mount -o remount,rw,bind "$folder" || exit 77; done
exec "$python" -m addin.cli refresh "$1"
"""


def unit(said: str) -> configparser.ConfigParser:
    """A unit's sections; no key of ours stands twice."""
    parsed = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parsed.optionxform = str
    parsed.read_string(said)
    return parsed


@pytest.fixture
def analyze(judge, tmp_path):
    """analyze(*words): what systemd-analyze answers in a home of its own."""
    program = judge("systemd-analyze")
    home, runtime = tmp_path / "home", tmp_path / "runtime"
    home.mkdir()
    runtime.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "LC_ALL": "C"}

    def answered(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *words], env=env, capture_output=True, text=True, timeout=60, check=False)

    return answered


def verified(analyze, *files: Path) -> str:
    """What systemd has against units, which a warning alone does not make it end with an error for."""
    done = analyze("--user", "verify", *map(str, files))
    return done.stdout + done.stderr + (f"exit code {done.returncode}" if done.returncode else "")


def test_systemd_has_nothing_against_the_units(analyze, filled):
    """`systemd-analyze --user verify` finds nothing, with a brand and a program in folders with spaces."""
    assert verified(analyze, filled(SERVICE), filled(TIMER)) == ""


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (SERVICE, "SuccessExitStatus=3", "SuccessExitStatus=three"),
        (SERVICE, "TimeoutStartSec=2h", "TimeoutStartSec=2 fortnights"),
        (SERVICE, "@system-service", "@no-such-set"),
        (TIMER, "Persistent=true", "Persistant=true"),
        (TIMER, "04:00:00", "25:00:00"),
    ],
)
def test_systemd_would_say_what_is_wrong(analyze, filled, name, right, wrong):
    """A value or a key that systemd does not know is found: the judge judges."""
    service, timer = filled(SERVICE), filled(TIMER)
    broken = {SERVICE: service, TIMER: timer}[name]
    said = broken.read_text(encoding="utf-8")
    assert right in said
    broken.write_text(said.replace(right, wrong), encoding="utf-8")
    assert verified(analyze, service, timer) != ""


def test_the_timer_means_every_night_at_four(analyze, text):
    """systemd's own calendar understands it as each day, 4:00."""
    when = unit(text(TIMER))["Timer"]["OnCalendar"]
    done = analyze("calendar", when)
    assert done.returncode == 0, done.stderr
    assert "*-*-* 04:00:00" in done.stdout


def test_a_missed_night_is_caught_up_and_machines_do_not_all_start_at_once(text):
    """Persistent, a random delay, and an [Install] section without which `enable` does nothing."""
    timer = unit(text(TIMER))
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Timer"]["RandomizedDelaySec"] == "15m"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_an_input_set_aside_is_no_failure_and_a_crash_is_one(text):
    """Exit code 3 is a success; 1, with which Python ends when it breaks, and 2 are none. A run ends by itself."""
    service = unit(text(SERVICE))["Service"]
    assert service["Type"] == "oneshot"
    assert service["SuccessExitStatus"].split() == ["3"]
    assert service["TimeoutStartSec"] == "2h"


def test_only_the_brand_and_the_data_folder_can_be_written(text):
    """Everything else is read-only; the data folder is the one that a refresh by hand uses on Linux."""
    service = unit(text(SERVICE))["Service"]
    assert service["ProtectSystem"] == "strict"
    assert shlex.split(service["ReadWritePaths"]) == ["BRAND_FOLDER", "-%h/.local/share/mastersheet"]


def test_a_refresh_writes_nowhere_else(text, tmp_path, monkeypatch):
    """With all read-only but what ReadWritePaths names, a refresh is done, its history where one by hand has it."""
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        pytest.skip("no Linux with unshare here, which can make all else read-only")
    home, brand = tmp_path / "home", tmp_path / "brand"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("MASTERSHEET_DATA")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert CliRunner().invoke(app, ["demo", str(brand)]).exit_code == 0
    told = (
        unit(text(SERVICE))["Service"]["ReadWritePaths"].replace("BRAND_FOLDER", str(brand)).replace("-%h", str(home))
    )
    folders = shlex.split(told)
    before = (brand / "master.xlsx").stat().st_mtime_ns
    new = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    done = subprocess.run(
        [unshare, *new, "sh", "-c", READ_ONLY, "sh", str(tmp_path), sys.executable, *folders],
        cwd="/", env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"nothing can be made read-only here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Refresh 2:")
    assert (brand / "master.xlsx").stat().st_mtime_ns > before
    assert [file.name for file in home.rglob("*.sqlite") if file.name == "history.sqlite"] == ["history.sqlite"]


def test_secrets_come_from_a_file_that_may_be_missing(text):
    """EnvironmentFile begins with `-`, and no value stands in the unit."""
    service = unit(text(SERVICE))["Service"]
    assert service["EnvironmentFile"] == "-%E/mastersheet/secrets.env"
    assert "Environment" not in service


def test_the_unit_takes_no_capabilities_away(text):
    """A user's manager may not, and the run would end before it began."""
    taking = {"PrivateDevices", "ProtectClock", "ProtectKernelModules", "ProtectKernelLogs", "CapabilityBoundingSet"}
    assert not taking & set(unit(text(SERVICE))["Service"])
