"""The Dockerfile: hadolint reads it, and the container runs as nobody in particular."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess

import pytest

from sheets.history.place import DATA


def instructions(said: str) -> list[tuple[str, str]]:
    """Each instruction and what it is given, its continued lines joined."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", said, flags=re.MULTILINE)).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines if line]


@pytest.fixture
def given(text):
    """given(instruction): all that the Dockerfile gives to it."""
    found = instructions(text("Dockerfile"))
    return lambda wanted: [rest for name, rest in found if name == wanted]


@pytest.fixture
def linted(judge):
    """linted(text): what hadolint, and shellcheck inside it, has against a Dockerfile; empty when nothing."""
    program = judge("hadolint")

    def lint(said: str) -> str:
        words = [program, "--no-color", "-"]
        done = subprocess.run(words, input=said, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr

    return lint


def test_hadolint_has_nothing_against_the_dockerfile(linted, text):
    """Not even a hint."""
    assert linted(text("Dockerfile")) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (":3.12-slim", "", "DL3006"),
        ("--no-cache-dir ", "", "DL3042"),
        ("USER 10001", "USER root", "DL3002"),
        ('["mastersheet"]', "mastersheet", "DL3025"),
        ("COPY", "COPPY", "unexpected"),
    ],
)
def test_hadolint_would_say_what_is_wrong(linted, text, right, wrong, rule):
    """The judge judges."""
    said = text("Dockerfile")
    assert right in said
    assert rule in linted(said.replace(right, wrong))


def test_the_container_starts_a_night_of_the_brand_that_is_mounted(given):
    """ENTRYPOINT and CMD are lists, so that no shell stands between; other words after the image's name replace CMD."""
    (entry,), (words,) = given("ENTRYPOINT"), given("CMD")
    assert [*json.loads(entry), *json.loads(words)] == ["mastersheet", "nightly", "/brands/brand"]


def test_it_does_not_run_as_root(given):
    """One USER, a number above those of a system."""
    (user,) = given("USER")
    assert int(user) >= 1000
    assert f"--uid {user} " in " ".join(given("RUN"))


def test_brands_and_data_outlive_the_container(given):
    """Both are volumes, and Mastersheet's own variable names the data folder."""
    (volumes,), (env,) = given("VOLUME"), given("ENV")
    assert json.loads(volumes) == ["/brands", "/data"]
    assert f"{DATA}=/data" in env.split()


def test_nothing_but_the_wheel_goes_into_the_image(given, text):
    """What COPY takes is the one thing that .dockerignore lets through."""
    (copied,) = given("COPY")
    lines = [line for line in text(".dockerignore").splitlines() if not line.startswith("#")]
    assert lines == ["*", f"!{copied.split()[0]}"]
    assert fnmatch.fnmatch("mastersheet-0.1.0-py3-none-any.whl", copied.split()[0])
