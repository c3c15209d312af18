"""`quality.yml`: how much is too much, why, and which alarms are accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from click_to_cash.errors import ClickToCashError

_PARTS = {"windows", "raw", "marts", "accepted"}


class QualityError(ClickToCashError):
    """A gate cannot judge; the text names what is wrong and what to do."""


@dataclass(frozen=True)
class Thresholds:
    """The file's content, checked for form: numbers by check, and why."""

    content: dict[str, Any]

    @property
    def windows(self) -> dict[str, int]:
        """Days of the recent window and of the baseline."""
        return _numbers(self.content["windows"])

    def why(self, gate: str, check: str) -> str:
        """Why the numbers of a check are what they are."""
        return str(self.content[gate][check]["why"]).strip()

    def of(self, gate: str, check: str) -> dict[str, Any]:
        """The numbers of a check of gate `raw` or `marts`."""
        try:
            return _numbers(self.content[gate][check])
        except KeyError:
            raise QualityError(f"no thresholds for {gate}.{check}") from None

    def without_accepted(self, check: str, query: str) -> str:
        """The query less the alarms that somebody has accepted."""
        accepted = [a for a in self.content["accepted"] if a["check"] == check]
        # Subjects are made of values of the raw data; no report shows an address.
        shown = (
            "select * replace (case when contains(subject, '@') then"
            f" '(a value that holds an address)' else subject end as subject)\n"
            f"from (\n{query}\n) as alarms"
        )
        for alarm in accepted:
            shown += "\nwhere " if "\nwhere not (" not in shown else "\nand "
            shown += f"not (subject = {_literal(alarm['subject'])}"
            if "period" in alarm:
                shown += f" and period = {_literal(alarm['period'])}"
            shown += ")"
        return shown


def _numbers(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "why"}


def _literal(text: object) -> str:
    quoted = str(text).replace("'", "''")
    return f"'{quoted}'"


def read(path: Path) -> Thresholds:
    """Read and check the file; raises QualityError with one line."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise QualityError(f"cannot read {path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise QualityError(f"{path} is no YAML{place}") from None
    if not isinstance(content, dict) or set(content) != _PARTS:
        raise QualityError(f"{path} must have the parts {', '.join(sorted(_PARTS))}")
    entries = {"windows": content["windows"]}
    for gate in ("raw", "marts"):
        entries |= {f"{gate}.{name}": entry for name, entry in content[gate].items()}
    for name, entry in entries.items():
        if not isinstance(entry, dict) or not str(entry.get("why") or "").strip():
            raise QualityError(f"{path}: {name} needs numbers and a why")
    for alarm in content["accepted"] or []:
        if not isinstance(alarm, dict) or not {"check", "subject", "why"} <= set(alarm):
            raise QualityError(
                f"{path}: every accepted alarm needs check, subject and why: {alarm}"
            )
    return Thresholds(content | {"accepted": content["accepted"] or []})
