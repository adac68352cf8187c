"""The task for Windows: as `schtasks /Create /XML` takes it, by Microsoft's description of the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from sheets.templates import template

TASK = "mastersheet-nightly.xml"
FILE = template("schedule") / TASK
NAMES = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "windows_task.rng"))


def task(raw: bytes) -> etree._Element:
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))


def value(path: str) -> str:
    """What stands in the one element at a path such as Settings/Priority."""
    (found,) = task(FILE.read_bytes()).xpath("/".join(f"t:{part}" for part in path.split("/")), namespaces=NAMES)
    return str(found.text)


def command_line(arguments: str) -> list[str]:
    """The words that `cmd /d /s /c "..."` starts a program with; /s takes the outermost quotes and no others.

    https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/cmd
    """
    whole = re.fullmatch(r'/d /s /c "(.*)"', arguments)
    assert whole is not None, arguments
    words = whole[1].partition(" >>")[0]
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', words)]


def test_the_file_is_in_the_encoding_that_schtasks_writes_and_takes():
    """UTF-16, low byte first, with its mark; the first line says so; lines end as Windows ends them.

    UTF-8 with a mark is refused ("incorrect document syntax"), and so is UTF-8 that calls itself UTF-16.
    """
    raw = FILE.read_bytes()
    assert raw.startswith(b"\xff\xfe")
    said = raw[2:].decode("utf-16-le")
    assert said.startswith('<?xml version="1.0" encoding="UTF-16"?>\r\n')
    assert said.count("\n") == said.count("\r\n")


def test_the_task_is_as_microsoft_describes_it(filled):
    """Elements, their order and values hold, as shipped and filled in."""
    for file in (FILE, filled(TASK)):
        SCHEMA.assertValid(task(file.read_bytes()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("2004/02/mit/task", "2004/03/mit/task"),
        ("IgnoreNew", "Ignore"),
        ("InteractiveToken<", "Interactive<"),
        ("PT2H", "2h"),
        ("2026-01-01T04:00:00", "04:00"),
        ("<RandomDelay>PT15M</RandomDelay>", ""),
        ("StartWhenAvailable>", "StartWhenAvaliable>"),
    ],
)
def test_the_description_refuses_what_is_wrong(right, wrong):
    """A name, a value or a namespace that Task Scheduler does not know is found; an optional element may go."""
    said = FILE.read_bytes()[2:].decode("utf-16-le")
    assert right in said
    broken = task(said.replace(right, wrong).encode("utf-16"))
    assert SCHEMA.validate(broken) is (wrong == "")


def test_the_description_refuses_another_order_in_the_trigger():
    """RandomDelay stands before ScheduleByDay."""
    said = FILE.read_bytes()[2:].decode("utf-16-le")
    delay = "<RandomDelay>PT15M</RandomDelay>"
    moved = said.replace(delay, "").replace("</ScheduleByDay>", f"</ScheduleByDay>{delay}")
    assert not SCHEMA.validate(task(moved.encode("utf-16")))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("Settings/StartWhenAvailable", "true"),
        ("Settings/MultipleInstancesPolicy", "IgnoreNew"),
        ("Settings/ExecutionTimeLimit", "PT2H"),
        ("Settings/DisallowStartIfOnBatteries", "false"),
        ("Settings/StopIfGoingOnBatteries", "false"),
        ("Settings/Enabled", "true"),
        ("Principals/Principal/LogonType", "InteractiveToken"),
        ("Principals/Principal/RunLevel", "LeastPrivilege"),
        ("Triggers/CalendarTrigger/ScheduleByDay/DaysInterval", "1"),
    ],
)
def test_what_a_night_needs_is_set(path, wanted):
    """A missed night is caught up, no second run starts, it ends, a laptop counts, the user's rights do."""
    assert value(path) == wanted


def test_the_time_is_that_of_the_computer():
    """4:00 without a time zone: by the clock on the wall, in summer, too."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT04:00:00", value("Triggers/CalendarTrigger/StartBoundary"))


def test_the_command_is_the_one_that_was_meant(filled, brand, program):
    """Folders with spaces stay one word, and what is said goes into a log in a folder that each user has."""
    root = task(filled(TASK).read_bytes())
    arguments = root.findtext("t:Actions/t:Exec/t:Arguments", namespaces=NAMES)
    assert command_line(arguments) == [str(program), "nightly", str(brand)]
    assert arguments.endswith(' >>"%LOCALAPPDATA%\\mastersheet-nightly.log" 2>&1"')
    assert value("Actions/Exec/Command") == "%SystemRoot%\\System32\\cmd.exe"


def test_the_action_runs_as_the_principal_that_is_there():
    """Context names the principal's id."""
    root = task(FILE.read_bytes())
    assert root.xpath("t:Actions/@Context", namespaces=NAMES) == root.xpath("//t:Principal/@id", namespaces=NAMES)
