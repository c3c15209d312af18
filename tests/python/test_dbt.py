"""What c2c tells of a run of dbt that fails: what failed and why, a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from click_to_cash import dbt
from click_to_cash.errors import ClickToCashError

EVENT = '{"info": {"name": "%s", "level": "%s", "msg": "%s"}, "data": %s}'
NODE = '{"node_info": {"node_name": "orders"}}'


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, events: Sequence[str]) -> str:
    """The error of a run in which dbt prints these lines."""
    program = folder / "dbt"
    lines = "\n".join(events)
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(dbt, "DBT", program)
    with pytest.raises(ClickToCashError) as raised:
        dbt.run("build")
    return str(raised.value)


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        pytest.param(
            r"  Runtime Error in model orders (models/orders.sql)\n"
            r"  Binder Error: no column revenue",
            "orders: Binder Error: no column revenue",
            id="a model",
        ),
        pytest.param(
            "  Got 3 results, configured to fail if != 0",
            "orders: Got 3 results, configured to fail if != 0",
            id="a test",
        ),
        pytest.param(
            r"  Compilation Error in model orders (models/orders.sql)\n"
            r"  Setting as_of is x but must be a date",
            "Setting as_of is x but must be a date",
            id="a setting",
        ),
    ],
)
def test_a_failure_is_told_once_with_name_and_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reason: str, line: str
) -> None:
    events = [
        EVENT % ("LogModelResult", "error", "7 of 9 ERROR creating table", NODE),
        EVENT % ("RunResultFailure", "error", "Failure in model orders", NODE),
        EVENT % ("RunResultError", "error", reason, NODE),
        EVENT % ("EndOfRunSummary", "error", "Completed with 1 error", "{}"),
        EVENT % ("Note", "info", "something else", "{}"),
    ]
    assert told(monkeypatch, tmp_path, events) == line


def test_a_full_disk_is_the_one_cause_of_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """dbt itself fails with a traceback where it cannot write its own log."""
    line = told(
        monkeypatch,
        tmp_path,
        [
            *("--- Logging error ---", "Traceback (most recent call last):"),
            EVENT % ("RunResultError", "error", "Got 3 results", NODE),
            "OSError: [Errno 28] No space left on device",
        ],
    )
    assert line.startswith("the disk is full: make room")


def test_many_failures_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [f"failure {number}" for number in range(dbt.SHOWN + 2)]
    shown = told(monkeypatch, tmp_path, lines).splitlines()
    assert shown == [*lines[: dbt.SHOWN], "… and 2 more: see logs/dbt.log"]
