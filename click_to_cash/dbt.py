"""Run dbt, follow its progress, and tell its failures in lines to act on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from click_to_cash.errors import ClickToCashError, explain

DBT = Path(sys.executable).with_name("dbt")
Progress = Callable[[int, int], None]
# Failures that are shown one by one; the log has the rest.
SHOWN = 5


def run(*arguments: str, on_progress: Progress | None = None) -> None:
    """Run dbt in the project's folder; raises ClickToCashError with what failed.

    `on_progress` is told how many nodes of how many have begun.
    """
    errors: list[str] = []
    environment = {"DBT_PROFILES_DIR": str(Path.cwd())} | os.environ
    with subprocess.Popen(
        [DBT, "--log-format", "json", "--log-level", "info", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        for event in _events(process.stdout):
            place = event["data"].get("index"), event["data"].get("total")
            if on_progress and event["info"]["name"] == "LogStartLine" and all(place):
                on_progress(*place)
            if event["info"]["level"] == "error":
                errors.append(str(event["info"]["msg"]))
    if process.returncode != 0:
        raise ClickToCashError(_told(errors))


def _events(lines: Any) -> Iterator[dict[str, Any]]:
    """dbt's events; a line that is none is an error of something else."""
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            event = {"info": {"name": "", "level": "error", "msg": line}, "data": {}}
        yield event


def _told(errors: list[str]) -> str:
    """The failures, each in one line; counts and rulers of dbt's summary left out."""
    explained = [explain(error) for error in errors if error.strip()]
    failures = [
        line
        for line in dict.fromkeys(explained)
        if not line.startswith(("Completed with", "compiled code at", "Done."))
    ]
    shown = failures[:SHOWN] or ["dbt stopped without saying why"]
    if len(failures) > SHOWN:
        shown.append(f"… and {len(failures) - SHOWN} more: see logs/dbt.log")
    return "\n".join(shown)
