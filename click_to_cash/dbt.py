"""Run dbt, follow its progress, and tell its failures in lines to act on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from click_to_cash.errors import ClickToCashError, cause, explain

DBT = Path(sys.executable).with_name("dbt")
Progress = Callable[[int, int], None]
Told = Callable[[str], None]
# Failures that are shown one by one; the log has the rest.
SHOWN = 5
_TELL_EVENTS = ("--log-format", "json", "--log-level", "info", "--no-use-colors")
# Events that say once more that something failed; RunResultError says why.
_REPEATED = ("LogModelResult", "LogTestResult", "LogSeedResult", "RunResultFailure")


def run(
    *arguments: str,
    on_progress: Progress | None = None,
    on_told: Told | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run dbt in the project's folder; raises ClickToCashError with what failed.

    `on_progress` is told how many nodes of how many have begun, `on_told` each line
    that the project's own macros say; what stands in `environment` goes before the
    variables of this process.
    """
    errors: list[str] = []
    own = {"DBT_PROFILES_DIR": str(Path.cwd())} | os.environ | dict(environment or {})
    with subprocess.Popen(
        [DBT, *_TELL_EVENTS, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=own,
    ) as process:
        assert process.stdout is not None
        for event in _events(process.stdout):
            place = event["data"].get("index"), event["data"].get("total")
            if on_progress and event["info"]["name"] == "LogStartLine" and all(place):
                on_progress(*place)
            if on_told and event["info"]["name"] == "JinjaLogInfo":
                on_told(str(event["data"].get("msg", "")).strip())
            if event["info"]["level"] == "error":
                errors += _failure(event)
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


def _failure(event: dict[str, Any]) -> Iterator[str]:
    """What an event says of a failure, with the name of what failed."""
    message = str(event["info"]["msg"])
    if event["info"]["name"] in _REPEATED or not message.strip():
        return
    node = event["data"].get("node_info", {}).get("node_name")
    if not node or explain(message) != _first_line(message):
        yield message
    else:
        heading, _, reason = message.strip().partition("\n")
        yield f"{node}: {(reason or heading).strip()}"


def _first_line(message: str) -> str:
    return message.strip().splitlines()[0].strip()


def _told(errors: list[str]) -> str:
    """The failures, each in one line, or the one cause of all; no counts and rulers."""
    for error in errors:
        if meant := cause(error):
            return meant
    failures = [
        line
        for line in dict.fromkeys(explain(error) for error in errors)
        if not line.startswith(("Completed with", "compiled code at", "Done."))
    ]
    shown = failures[:SHOWN] or ["dbt stopped without saying why"]
    if len(failures) > SHOWN:
        shown.append(f"… and {len(failures) - SHOWN} more: see logs/dbt.log")
    return "\n".join(shown)
