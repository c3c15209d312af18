"""`c2c diff` says what moved between two builds; the figures are worked by hand."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_cli import make_database, only_line, run

from click_to_cash import diff as diffing

Two = tuple[Path, Path]
LEGEND = (
    "*Cells changed* counts matched rows; *measure* is of all rows: the sum of numbers,"
    " how many are true or blank, the range of dates."
)


def built(folder: Path, before: Sequence[str], after: Sequence[str]) -> Two:
    """Two database files, each with a schema marts, made by statements."""
    schema = "create schema marts"
    return (
        make_database(folder / "before.duckdb", schema, *before),
        make_database(folder / "after.duckdb", schema, *after),
    )


def spend(rows: str) -> list[str]:
    """A mart by campaign and day; `rows` are values."""
    return [
        "create table marts.spend (campaign_id varchar, spend_date date,"
        " label varchar, cost decimal(18, 2), roas decimal(24, 6), is_listed boolean)",
        f"insert into marts.spend values {rows}",
    ]


def shown(two: Two) -> str:
    """What the command prints about two databases that it can compare."""
    result = run("diff", *map(str, two))
    assert result.exit_code == 0, result.output
    return result.stdout


def of_one_table(two: Two) -> diffing.TableChange:
    (table,) = diffing.compare(*two).tables
    return table


def test_a_change_is_shown_as_worked_by_hand(tmp_path: Path) -> None:
    """A reviewer reads these figures instead of the tables: they must be theirs."""
    two = built(
        tmp_path,
        [
            *spend("""
                ('c1', '2025-01-01', 'a', 10.00, 1.5, true),
                ('c1', '2025-01-02', 'b', 20.50, null, true),
                ('c2', '2025-01-01', null, null, 2.0, false),
                ('c9', '2025-01-01', 'gone', 1000, 9.0, true)
            """),
            "create table marts.old_report as from range(3)",
            "create table marts.same as from range(5)",
        ],
        [
            *spend("""
                ('c1', '2025-01-01', 'a', 10.00, 1.5, true),
                ('c1', '2025-01-02', 'B', 21.75, null, true),
                ('c2', '2025-01-01', 'c', 5, 2.5, true),
                ('c3', '2025-01-04', 'new', 3000, 3.0, true),
                ('c3', '2025-01-05', 'new', 0, null, null)
            """),
            "create table marts.new_report as from range(1)",
            "create table marts.same as from range(5)",
        ],
    )
    # c1 of 2 Jan: label b to B, cost + 1.25. c2: label from blank, cost blank to 5,
    # roas 2 to 2.5, false to true. c9 is gone, two of c3 are new. Costs: 10 + 20.50 +
    # 1000 = 1030.50; 10 + 21.75 + 5 + 3000 + 0 = 3036.75; the difference is 2006.25.
    assert shown(two) == (
        """\
**1 of 2 tables that both have differs.**

**Vanished:** `marts.old_report` (3 rows).

**Appeared:** `marts.new_report` (1 row).

| Table | Rows before | Rows after | Added | Removed | Changed | Columns |
| :--- | ---: | ---: | ---: | ---: | ---: | ---: |
| `marts.spend` | 4 | 5 | 2 | 1 | 2 | 5 |

The same in both: `marts.same`.

### `marts.spend`

Rows are matched by `campaign_id`, `spend_date`.

| Column | Cells changed | Measure | Before | After | Difference |
| :--- | ---: | :--- | ---: | ---: | ---: |
| `spend_date` |  | range | 2025-01-01 to 2025-01-02 | 2025-01-01 to 2025-01-05 |  |
| `label` | 2 | blank | 1 | 0 | -1 |
| `cost` | 2 | sum | 1,030.50 | 3,036.75 | +2,006.25 |
| `roas` | 1 | blank | 1 | 2 | +1 |
| `is_listed` | 1 | true | 3 | 4 | +1 |
"""
        f"\n{LEGEND}\n"
    )


def test_columns_that_came_went_or_changed_their_type(tmp_path: Path) -> None:
    """1 and 1.00 are one number in two types; 1 and '01' are not one text."""
    two = built(
        tmp_path,
        [
            "create table marts.t (id integer, gone date, amount integer, code integer,"
            " mood enum('glad'))",
            "insert into marts.t values (1, null, 1, 1, 'glad'), (2, null, 2, 2, null)",
        ],
        [
            "create table marts.t (id bigint, new_days integer, amount decimal(18, 2),"
            " code varchar, mood varchar)",
            "insert into marts.t values (1, 7, 1, '01', 'glad'),"
            " (2, 7, 2.5, '2', null)",
        ],
    )
    text = shown(two)
    assert "| `marts.t` | 2 | 2 | 0 | 0 | 2 | 6 |" in text
    assert (
        text.partition("### `marts.t`\n\n")[2] == """\
Rows are matched by `id`.

- column `new_days` was added: `INTEGER`
- column `gone` was removed: `DATE`
- column `id` changed its type: `INTEGER` → `BIGINT`
- column `amount` changed its type: `INTEGER` → `DECIMAL(18,2)`
- column `code` changed its type: `INTEGER` → `VARCHAR`
- column `mood` changed its type: `ENUM` → `VARCHAR`

| Column | Cells changed | Measure | Before | After | Difference |
| :--- | ---: | :--- | ---: | ---: | ---: |
| `amount` | 1 | sum | 3 | 3.50 | +0.50 |
| `code` | 1 | blank | 0 | 0 |  |
"""
        f"\n{LEGEND}\n"
    )


def test_rows_that_no_column_tells_apart_are_compared_whole(tmp_path: Path) -> None:
    """Three equal rows that become two are one row less, not nothing."""
    one = "('x', 1)"
    two = built(
        tmp_path,
        [f"create table marts.t as from (values {one}, {one}, {one}, ('y', 2))"],
        [f"create table marts.t as from (values {one}, {one}, ('y', 3), ('z', 4))"],
    )
    table = of_one_table(two)
    assert table.key is None
    # Gone: one (x, 1) and (y, 2). New: (y, 3) and (z, 4). 3 × 1 + 2 = 5; 2 + 3 + 4 = 9.
    assert (table.common, table.removed, table.added, table.changed) == (2, 2, 2, 0)
    text = shown(two)
    assert "No first columns tell its rows apart" in text
    assert "| `col1` |  | sum | 5 | 9 | +4 |" in text


def test_one_row_is_matched_with_one_row(tmp_path: Path) -> None:
    """The one row of build_info is never another row, whatever it says."""
    two = built(
        tmp_path,
        ["create table marts.t as select 'USD' as currency, 90 as window_days"],
        ["create table marts.t as select 'EUR' as currency, 30 as window_days"],
    )
    table = of_one_table(two)
    assert (table.key, table.common, table.changed) == ((), 1, 1)


def test_a_key_may_hold_blanks(tmp_path: Path) -> None:
    """A campaign without an ad group is one row, not a new one in every build."""
    rows = "('c1', null, 1), ('c1', 'g', 2), (null, 'g', 3)"
    two = built(
        tmp_path,
        [f"create table marts.t as from (values {rows})"],
        [f"create table marts.t as from (values {rows.replace('3', '4')})"],
    )
    table = of_one_table(two)
    assert table.key == ("col0", "col1")
    assert (table.common, table.changed, table.added, table.removed) == (3, 1, 0, 0)


def test_the_key_is_unique_on_both_sides(tmp_path: Path) -> None:
    """A key that was unique once would multiply the rows that now share it."""
    two = built(
        tmp_path,
        ["create table marts.t as from (values (1, 1, 'a'), (2, 1, 'a'))"],
        ["create table marts.t as from (values (1, 1, 'a'), (1, 2, 'a'))"],
    )
    table = of_one_table(two)
    assert table.key == ("col0", "col1")
    assert (table.before, table.after, table.common) == (2, 2, 1)


def test_nothing_changed_is_one_sentence(tmp_path: Path) -> None:
    """What was compared is said, or nothing changed could mean nothing was read."""
    tables = [
        "create schema exports",
        "create table marts.a as from range(1200)",
        "create table exports.b as from range(34)",
        "create schema staging",
    ]
    one = built(
        tmp_path,
        [
            *tables,
            "create table marts._published as select 'now' as published_at",
            "create table staging.t as select 'of no mart' as x",
        ],
        tables,
    )
    sentence = "Nothing changed: 2 tables with 1,234 rows are the same in both.\n"
    assert shown(one) == sentence
    assert shown((one[0], one[0])) == sentence


def test_a_view_is_read_in_its_own_file(tmp_path: Path) -> None:
    """Two files of one name: a view resolved in the other would hide every change."""
    two: list[str] = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        path = make_database(
            tmp_path / str(number) / "same.duckdb",
            "create schema marts",
            "create schema intermediate",
            f"create table intermediate.t as select {number} as n",
            "create view marts.v as from same.intermediate.t",
        )
        two.append(str(path))
    assert "| `n` | 1 | sum | 1 | 2 | +1 |" in run("diff", *two).stdout


def test_names_cannot_break_the_markdown(tmp_path: Path) -> None:
    """A pipe in a name would shift every figure of its line by one column."""
    name = '"a|b`c"'
    column = '"x""_*<i>|\n"'
    two = built(
        tmp_path,
        [f"create table marts.{name} as select 1 as {column}"],
        [f"create table marts.{name} as select 2 as {column}"],
    )
    text = shown(two)
    assert "### <code>marts.a&#124;b&#96;c</code>\n" in text
    spelled = "x&#34;&#95;&#42;&#60;i&#62;&#124;&#10;"
    assert f"| <code>{spelled}</code> | 1 | sum | 1 | 2 | +1 |\n" in text


def test_no_text_of_a_cell_is_shown(tmp_path: Path) -> None:
    """The page is open to more people than the tables are."""
    two = built(
        tmp_path,
        ["create table marts.t as select 1 as id, 'jo@customer.example' as note"],
        ["create table marts.t as select 1 as id, 'al@customer.example' as note"],
    )
    text = shown(two)
    assert "| `note` | 1 | blank | 0 | 0 |  |" in text
    assert "customer" not in text


def test_what_cannot_be_compared_is_said_in_one_line(tmp_path: Path) -> None:
    good, _ = map(str, built(tmp_path, [], []))
    missing = str(tmp_path / "missing.duckdb")
    notes = tmp_path / "notes.duckdb"
    notes.write_text("spend was high in March\n" * 1000)
    bare = make_database(tmp_path / "bare.duckdb", "create table t as from range(1)")
    assert only_line(run("diff", missing, good)) == f"error: no database at {missing}"
    assert only_line(run("diff", good, missing)) == f"error: no database at {missing}"
    for wrong in (notes, tmp_path):
        line = only_line(run("diff", good, str(wrong)))
        assert line.startswith(f"error: cannot read {wrong}: close what has it open")
    assert only_line(run("diff", good, str(bare))) == (
        f"error: {bare} has no schema marts or exports: give a finished build"
    )


def test_a_file_that_a_build_has_open_is_said_so(tmp_path: Path) -> None:
    one, two = built(tmp_path, [], [])
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code, str(two)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        line = only_line(run("diff", str(one), str(two)))
        writer.communicate(b"\n")
    assert line.startswith(f"error: cannot read {two}: close what has it open")


def test_a_view_of_what_is_gone_is_said_so(tmp_path: Path) -> None:
    statements = [
        "create table marts.t as select 1 as n",
        "create view marts.v as from marts.t",
        "drop table marts.t",
    ]
    line = only_line(run("diff", *map(str, built(tmp_path, statements, statements))))
    assert line.startswith("error: cannot compare marts.v: ")


Row = tuple[str | None, int | None, str | None]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.one_of(st.none(), st.integers(0, 2)),
        st.sampled_from(["x", "y", None]),
    ),
    max_size=6,
)


def of_rows(rows: list[Row]) -> list[str]:
    """Statements that make a mart of the rows."""
    made = ["create table marts.t (k varchar, n integer, v varchar)"]
    for row in rows:
        values = ", ".join("null" if cell is None else repr(cell) for cell in row)
        made.append(f"insert into marts.t values ({values})")
    return made


@settings(max_examples=40, deadline=None)
@given(before=ROWS, after=ROWS)
@example(before=[("a", None, "x")], after=[("a", 1, "x")])
def test_counts_of_any_two_worlds_add_up(before: list[Row], after: list[Row]) -> None:
    """Rows that are in no count, or in two, would be a change that nobody sees."""
    with tempfile.TemporaryDirectory() as folder:
        two = built(Path(folder), of_rows(before), of_rows(after))
        table = of_one_table(two)
        assert not of_one_table((two[0], two[0])).is_different
    assert (table.before, table.after) == (len(before), len(after))
    assert table.common + table.removed == len(before)
    assert table.common + table.added == len(after)
    # Rows as a whole: what is in both is common and not changed.
    both = Counter(before) & Counter(after)
    assert table.common - table.changed == both.total()
    assert table.is_different == (Counter(before) != Counter(after))
    (sums,) = [column for column in table.columns if column.name == "n"]
    assert (sums.before or 0) == sum(n or 0 for _, n, _ in before)
    assert (sums.after or 0) == sum(n or 0 for _, n, _ in after)
