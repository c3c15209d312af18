"""How an examination looks: in a terminal of 80 columns or more, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from click_to_cash.doctor.doctor import FACTS, MIN_CLICK_ID_RATE, Examination
from click_to_cash.doctor.remedies import Row

# Rows of a list that are shown; --json has all of them.
SHOWN = 8
# Missing columns of one table that are shown by name.
FEW = 4
NEEDS_LAYOUT = (
    "The standard layout is not in use: for a table of its own, add standard to"
    " C2C_CONNECTORS and the table to C2C_RAW_LOCATION; docs/standard-layout.md"
)
HEALTHY = "Nothing to fix: all that was found can count."


def as_json(examination: Examination) -> str:
    """One object: the currency, whether all is well, and the rows of every fact."""
    told = {
        "reporting_currency": examination.reporting_currency,
        "is_healthy": examination.is_healthy,
        "notes": [NEEDS_LAYOUT] if examination.needs_layout else [],
    } | {name: examination.facts[name] for name in FACTS}
    return json.dumps(told, indent=2, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no form in JSON")


def render(examination: Examination) -> Group:
    """The whole of it, what to fix first at the end, where the eye is."""
    return Group(*_parts(examination))


def _parts(examination: Examination) -> Iterator[RenderableType]:
    facts = examination.facts
    count = len(facts["connectors"])
    yield Text.assemble(
        (f"Doctor: {count} connector{'' if count == 1 else 's'}", "bold"),
        f", reported in {examination.reporting_currency}",
    )
    for row in facts["connectors"]:
        yield from _connector(row, facts)
    if facts["accounts"]:
        yield _headed("Ad accounts", _accounts(facts))
    if unmapped := [*_campaigns(facts), *_stages(facts)]:
        yield _headed("Unmapped campaigns and stages", _unmapped(unmapped))
    if facts["rejections"]:
        yield _headed(
            "Rejected rows (9 stands for a digit, a for a letter)",
            _rejections(facts["rejections"]),
        )
    yield Text()
    if examination.is_healthy:
        yield Text(HEALTHY, style="bold green")
        return
    yield Text("What to fix first", style="bold")
    yield _fixes(facts["fixes"])
    if examination.needs_layout:
        yield Text(NEEDS_LAYOUT, style="dim")


def _headed(title: str, content: RenderableType) -> Group:
    return Group(Text(), Text(title, style="bold"), content)


def _connector(row: Row, facts: dict[str, list[Row]]) -> Iterator[RenderableType]:
    name = row["connector"]
    missing = [m for m in facts["missing"] if m["connector"] == name]
    yield Text()
    yield Text.assemble(
        (name, "bold"),
        f"  {row['found_table_count']} of {row['table_count']} tables"
        f" in {row['place']}",
    )
    if missing:
        yield Padding(
            Text(f"without {_missing(missing)}", style="yellow"), (0, 0, 0, 2)
        )
    table = _table()
    table.add_column("table", width=22, no_wrap=True)
    for title, width in (
        *(("rows", 10), ("in force", 10), ("rejected", 9)),
        *(("newest day", 10), ("click ID", 8)),
    ):
        table.add_column(title, width=width, justify="right", no_wrap=True)
    for found in facts["tables"]:
        if found["connector"] == name:
            table.add_row(*_cells(found), style="" if found["row_count"] else "yellow")
    yield table


def _missing(missing: Sequence[Row]) -> str:
    """Whole tables, then columns by table: “table a; columns of b (c, d)”."""
    whole = [row["table_name"] for row in missing if row["column_name"] is None]
    columns: dict[str, list[str]] = {}
    for row in missing:
        if row["column_name"] is not None:
            columns.setdefault(row["table_name"], []).append(row["column_name"])
    parts = [
        f"{table} ({', '.join(names[:FEW])}"
        + (f" and {len(names) - FEW} more)" if len(names) > FEW else ")")
        for table, names in columns.items()
    ]
    told = []
    if whole:
        told.append(f"table{'' if len(whole) == 1 else 's'} {', '.join(whole)}")
    if parts:
        told.append(f"columns of {', '.join(parts)}")
    return "; ".join(told)


def _cells(found: Row) -> list[Text | str]:
    rate = found["click_id_rate"]
    low = rate is not None and rate < MIN_CLICK_ID_RATE
    return [
        found["table_name"],
        f"{found['row_count']:,}",
        f"{found['in_force_row_count']:,}",
        f"{found['rejected_row_count']:,}" if found["rejected_row_count"] else "",
        str(found["newest_date"] or ""),
        Text("" if rate is None else f"{rate:.0%}", style="yellow" if low else ""),
    ]


def _accounts(facts: dict[str, list[Row]]) -> RenderableType:
    """Ad accounts, those with something wrong first."""
    without_rate = {
        (row["connector"], row["currency_code"])
        for row in facts["currencies"]
        if row["table_name"] == "ad_spend" and row["without_rate_row_count"]
    }
    table = _table()
    for name in ("platform", "account", "currency", "time zone"):
        table.add_column(name, overflow="fold")
    table.add_column("spend", justify="right", no_wrap=True)
    for row in facts["accounts"][:SHOWN]:
        code = row["currency_code"]
        currency = Text(code or "", "")
        if row["currency_issue"]:
            is_listed = row["currency_issue"] != "unlisted"
            currency = Text("missing" if is_listed else "not listed", "red")
        elif (row["connector"], code) in without_rate:
            currency = Text(f"{code}, no rate", "red")
        zone = Text(row["time_zone"] or "", "")
        if row["zone_issue"] == "zone_missing":
            zone = Text("missing", "yellow")
        elif row["zone_issue"]:
            zone = Text(f"{row['time_zone']}, unknown", "yellow")
        table.add_row(
            row["platform"],
            Text(" ".join(filter(None, (row["account_id"], row["account_name"])))),
            currency,
            zone,
            f"{row['cost']:,.2f}",
        )
    return _counted(table, len(facts["accounts"]))


def _campaigns(facts: dict[str, list[Row]]) -> Iterator[tuple[str, ...]]:
    meanings = {
        "unlisted": "not listed",
        "undecided": "of neither line",
        "share_missing": "mixed, no share",
    }
    for row in facts["campaigns"]:
        if row["issue"]:
            yield (
                row["connector"],
                "campaign",
                " ".join(filter(None, (row["campaign_id"], row["campaign_name"]))),
                meanings[row["issue"]],
                f"{row['cost']:,.2f} {row['currency_code'] or '?'}",
            )


def _stages(facts: dict[str, list[Row]]) -> Iterator[tuple[str, ...]]:
    for row in facts["stages"]:
        yield (
            row["connector"],
            "stage",
            " / ".join(filter(None, (row["pipeline"], row["stage"]))),
            "not listed",
            f"{row['deal_count']:,} deal{'' if row['deal_count'] == 1 else 's'}",
        )


def _unmapped(rows: Sequence[tuple[str, ...]]) -> RenderableType:
    table = _table()
    for name in ("connector", "what", "which"):
        table.add_column(name, overflow="fold")
    table.add_column("why", no_wrap=True)
    table.add_column("at stake", justify="right", no_wrap=True)
    for row in rows[:SHOWN]:
        table.add_row(*map(Text, row))
    return _counted(table, len(rows))


def _rejections(rejections: Sequence[Row]) -> RenderableType:
    table = _table()
    table.add_column("connector", overflow="fold")
    table.add_column("column", overflow="fold")
    table.add_column("fault", no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("mostly as", overflow="fold")
    for row in rejections[:SHOWN]:
        table.add_row(
            row["connector"],
            f"{row['table_name']}.{row['column_name']}",
            row["issue"],
            f"{row['row_count']:,}",
            Text(row["value_form"] or ""),
        )
    return _counted(table, len(rejections))


def _fixes(fixes: Sequence[Row]) -> RenderableType:
    """The findings, one entry for all that one remedy serves."""
    by_remedy: dict[tuple[str, str], list[Row]] = {}
    for fix in fixes:
        by_remedy.setdefault((fix["kind"], fix["what_to_do"]), []).append(fix)
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for place, ((_, what_to_do), alike) in enumerate(by_remedy.items(), 1):
        entry = Text()
        for fix in alike:
            where = ".".join(filter(None, (fix["table_name"], fix["column_name"])))
            entry.append(fix["connector"], "bold")
            entry.append(f"  {where}\n{fix['found']}\n")
        entry.append(f"→ {what_to_do}", "cyan")
        table.add_row(str(place), entry)
    return table


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")


def _counted(table: Table, count: int) -> RenderableType:
    """The table, and how many more rows there are than it shows."""
    if count <= SHOWN:
        return table
    return Group(table, Text(f"… and {count - SHOWN:,} more: see --json", "dim"))
