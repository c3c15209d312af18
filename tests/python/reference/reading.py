"""Raw rows: cleaning, faults, what was known when, and which row of a key wins."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .layout import ENUMERATIONS, LAYOUTS, OWN_TIME, PLATFORM_CLICK_ID_TYPES
from .urls import CLICK_ID_TYPES, click_id_in, is_placeholder, parameters, trimmed
from .values import NEVER_NEGATIVE, READERS, midnight

RawRow = Mapping[str, str | None]
Fault = tuple[str, str]
"""(column name, kind of issue)"""


@dataclass(frozen=True, eq=False)
class Row:
    """One delivered row.

    `text` is trimmed, `clean` also upper- or lower-cased and completed, `value`
    typed (None where blank or unreadable). `fault` is the first of the row itself.
    """

    table: str
    text: Mapping[str, str | None]
    clean: Mapping[str, str | None]
    value: Mapping[str, Any]
    fault: Fault | None
    known_at: datetime | None

    def __getitem__(self, column: str) -> Any:
        """The typed value."""
        return self.value[column]

    @property
    def key(self) -> Hashable:
        """The typed values of the key columns."""
        return tuple(self.value[column] for column in LAYOUTS[self.table].key)


@dataclass
class Table:
    """The rows of one table sorted into accepted, superseded and rejected."""

    rows: list[Row]
    accepted: dict[Hashable, Row] = field(default_factory=dict)
    superseded: list[Row] = field(default_factory=list)
    rejected: dict[Row, Fault] = field(default_factory=dict)
    flags: list[tuple[Row, Fault]] = field(default_factory=list)

    def reject(self, row: Row, column: str, issue: str) -> None:
        """Reject a winning row; its older versions stay superseded."""
        self.rejected[row] = (column, issue)
        del self.accepted[row.key]

    def flag(self, row: Row, column: str, issue: str) -> None:
        """Note an issue that changes nothing."""
        self.flags.append((row, (column, issue)))


Tables = Mapping[str, Table]


def _cleaned(kind: str, text: str | None) -> str | None:
    if text is None or (kind == "click_id" and is_placeholder(text)):
        return None
    if kind == "currency":
        return text.upper()
    return text.lower() if kind == "lower" else text


def _completed_click(clean: Mapping[str, str | None]) -> dict[str, str | None]:
    """The click ID and the campaign of a click, read from its URL where blank."""
    found = parameters(clean["landing_page_url"])
    completed = {name: clean[name] for name in ("click_id", "click_id_type")}
    if clean["click_id"] is None:
        in_url = click_id_in(found)
        if in_url is not None:
            completed = {"click_id_type": in_url[0], "click_id": in_url[1]}
    elif clean["click_id_type"] is None:
        holding = [t for t in CLICK_ID_TYPES if found.get(t) == clean["click_id"]]
        own = PLATFORM_CLICK_ID_TYPES.get(clean["platform"] or "")
        completed["click_id_type"] = holding[0] if holding else own
    if clean["campaign_id"] is None:
        completed["campaign_id"] = found.get("campaignid") or found.get("utm_id")
        completed["ad_group_id"] = clean["ad_group_id"] or found.get("adgroupid")
        completed["ad_id"] = clean["ad_id"] or found.get("creative")
    return completed


def read_row(table: str, raw: RawRow) -> Row:
    """Clean and type one delivered row and find its first fault."""
    columns = LAYOUTS[table].columns
    text = {column.name: trimmed(raw.get(column.name)) for column in columns}
    clean = {
        column.name: _cleaned(column.kind, text[column.name]) for column in columns
    }
    if table == "ad_clicks":
        clean |= _completed_click(clean)
    value: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in columns:
        name, cleaned = column.name, clean[column.name]
        value[name] = False if column.kind == "bool" else None
        if cleaned is None:
            if column.is_required:
                faults.append((name, "missing"))
            continue
        try:
            value[name] = READERS[column.kind](cleaned)
        except ValueError:
            faults.append((name, "unreadable"))
            continue
        if column.kind in NEVER_NEGATIVE and value[name] < 0:
            faults.append((name, "negative"))
    fault = faults[0] if faults else None
    return Row(table, text, clean, value, fault, _known_at(table, value))


def _known_at(table: str, value: Mapping[str, Any]) -> datetime | None:
    """The later of the event's own time and loaded_at; None: always known."""
    own = [value[name] for name in OWN_TIME.get(table, ()) if value[name] is not None]
    times = [t if isinstance(t, datetime) else midnight(t) for t in own[:1]]
    if value.get("loaded_at") is not None:
        times.append(value["loaded_at"])
    return max(times, default=None)


def was_known(row: Row, as_of: datetime | None) -> bool:
    """Whether a build as of that time (included) may use the row."""
    return as_of is None or row.known_at is None or row.known_at <= as_of


def _newest(row: Row) -> tuple[Any, ...]:
    """Greatest for the latest loaded_at, then for the greatest row as text."""
    loaded_at = row["loaded_at"] if "loaded_at" in row.value else None
    texts = tuple(text or "" for text in row.text.values())
    return loaded_at is not None, loaded_at or datetime.min, texts


def _earliest_click(row: Row) -> tuple[Any, ...]:
    """Least for the earliest click, then the lowest campaign and columns as text."""
    last = ("click_id", "click_id_type", "campaign_id", "clicked_at")
    names = [name for name in row.text if name not in last] + list(last)
    texts = [row["campaign_id"]] + [row.text[name] for name in names]
    return row["clicked_at"], tuple((text is None, text or "") for text in texts)


def _flag_unknown_values(table: Table) -> None:
    for row in table.accepted.values():
        for column in LAYOUTS[row.table].columns:
            text = _cleaned(column.kind, row.text[column.name])
            allowed = ENUMERATIONS.get((row.table, column.name))
            if allowed is not None and text is not None and text not in allowed:
                table.flag(row, column.name, "unknown_value")


def read_table(name: str, raw: Sequence[RawRow], as_of: datetime | None) -> Table:
    """Sort the rows known as of a time: rejected first, then superseded."""
    delivered = [read_row(name, row) for row in raw]
    table = Table([row for row in delivered if was_known(row, as_of)])
    versions: dict[Hashable, list[Row]] = {}
    for row in table.rows:
        if row.fault is not None:
            table.rejected[row] = row.fault
        else:
            versions.setdefault(row.key, []).append(row)
    for key, rows in versions.items():
        if name == "ad_clicks":
            winner = min(rows, key=_earliest_click)
        else:
            winner = max(rows, key=_newest)
        table.accepted[key] = winner
        table.superseded += [row for row in rows if row is not winner]
    _flag_unknown_values(table)
    return table


def data_issues(tables: Tables) -> list[dict[str, object]]:
    """One row per rejected row and one per flag of an accepted one."""
    issues: list[dict[str, object]] = []
    for name, table in tables.items():
        flags = [flag for flag in table.flags if flag[0] not in table.rejected]
        for row, (column, issue) in [*table.rejected.items(), *flags]:
            is_personal = column in ("email", "phone")
            issues.append(
                {
                    "connector": "standard",
                    "table_name": name,
                    "row_key": "/".join(row.clean[c] or "" for c in LAYOUTS[name].key),
                    "column_name": column,
                    "issue": issue,
                    "is_rejected": row in table.rejected,
                    "raw_value": None if is_personal else row.text[column],
                    "delivered_row_count": 1,
                    "known_at": row.known_at,
                }
            )
    return issues


def raw_row_accounts(tables: Tables) -> list[dict[str, object]]:
    """One row per table: where its delivered rows went."""
    return [
        {
            "connector": "standard",
            "table_name": name,
            "delivered_row_count": len(table.rows),
            "accepted_row_count": len(table.accepted),
            "superseded_row_count": len(table.superseded),
            "rejected_row_count": len(table.rejected),
        }
        for name, table in tables.items()
    ]
