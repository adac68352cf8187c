"""The workflow for GitHub Actions: actionlint reads it, and its script is run as a runner runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

WORKFLOW = "mastersheet-nightly.yml"


@pytest.fixture
def linted(judge):
    """linted(file): what actionlint has against a workflow; empty when nothing."""
    program = judge("actionlint")

    def lint(file: Path) -> str:
        # shellcheck, where it is there, would make the answer another one.
        words = [program, "-no-color", "-shellcheck=", str(file)]
        done = subprocess.run(words, cwd=file.parent, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + (done.stderr if done.returncode else "")

    return lint


@pytest.fixture
def refreshed(text, tmp_path, program):
    """refreshed(code, url): the step "Refresh" as a runner runs it, where mastersheet ends with that code."""
    bash = shutil.which("bash")
    if bash is None or os.name != "posix":
        pytest.skip("no bash here, which runs a runner's steps")
    script = tmp_path / "step.sh"
    script.write_text(step(text(WORKFLOW)), encoding="utf-8")

    def run(code: int, url: str = "postgresql://server/brands") -> subprocess.CompletedProcess[str]:
        env = {"PATH": f"{program.parent}:/usr/bin:/bin", "CODE": str(code), "HISTORY_URL": url}
        words = [bash, "-e", str(script)]
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=False)

    return run


def step(said: str) -> str:
    """The script of the step "Refresh"."""
    (script,) = re.findall(r"- name: Refresh\n.*?run: \|\n(.*?)\n {6}- ", said, re.DOTALL)
    return textwrap.dedent(script) + "\n"


def test_actionlint_has_nothing_against_the_workflow(linted, filled):
    """Keys, events, the schedule, expressions and the inputs of the actions."""
    assert linted(filled(WORKFLOW)) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"17 4 * * *"', '"17 25 * * *"'),
        ("cancel-in-progress", "cancel-in-progres"),
        ("secrets.HISTORY_URL", "secrts.HISTORY_URL"),
        ("contents: read", "contents: reed"),
        ("if-no-files-found", "if-no-file-found"),
        ("ubuntu-24.04", "ubuntu-24.40"),
    ],
)
def test_actionlint_would_say_what_is_wrong(linted, filled, right, wrong):
    """The judge judges."""
    file = filled(WORKFLOW)
    said = file.read_text(encoding="utf-8")
    assert right in said
    file.write_text(said.replace(right, wrong), encoding="utf-8")
    assert linted(file) != ""


def test_it_runs_every_night_and_by_hand_and_never_twice_at_once(text):
    """A schedule in UTC that is not at a full hour, a button, one group, and an end by itself."""
    said = text(WORKFLOW)
    minute, hour, *days = re.findall(r'- cron: "(.*)"', said)[0].split()
    assert (0 < int(minute) < 60, 0 <= int(hour) < 24, days) == (True, True, ["*", "*", "*"])
    assert "\n  workflow_dispatch:\n" in said
    assert "\nconcurrency:\n  group: mastersheet-nightly\n  cancel-in-progress: false\n" in said
    assert re.search(r"\n    timeout-minutes: \d+\n", said)


def test_it_may_read_the_repository_and_no_more(text):
    """Permissions are for all jobs, and the checkout leaves no token behind."""
    said = text(WORKFLOW)
    assert re.findall(r"permissions:\n((?: +.*\n)+)", said) == ["  contents: read\n"]
    assert "persist-credentials: false" in said


def test_actions_are_github_s_own_at_a_major_tag(text):
    """actions/NAME@vN."""
    used = re.findall(r"uses: (.*)", text(WORKFLOW))
    assert len(used) == 3
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", one) for one in used)


def test_a_secret_is_only_in_the_environment_of_the_step_that_needs_it(text):
    """`${{ secrets.NAME }}` stands as the value of NAME, never in a script."""
    said = text(WORKFLOW)
    assert re.findall(r"\n {10}(\w+): \$\{\{ secrets\.(\w+) \}\}\n", said) == [("HISTORY_URL", "HISTORY_URL")]
    assert said.count("secrets.") == 1
    assert "${{" not in step(said)


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 2), (3, 0)])
def test_the_run_fails_where_mastersheet_could_not_run(refreshed, code, ends):
    """2 fails; an input set aside is a warning on the run's page, not a failure."""
    done = refreshed(code)
    assert done.returncode == ends
    assert done.stdout.startswith("nightly\n.\n")
    assert ("::warning title=Mastersheet::" in done.stdout) is (code == 3)


def test_without_a_history_that_stays_nothing_runs(refreshed):
    """A secret that is not set is empty on a runner: one line says so."""
    done = refreshed(0, url="")
    assert done.returncode == 2
    assert done.stdout.count("\n") == 1
    assert "::error title=Mastersheet::The secret HISTORY_URL is not set" in done.stdout
