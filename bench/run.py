"""How fast the models are: beside the same by hand, from day to day, and as data grow.

    python bench/run.py [1m] [10m] [100m]

For each size the history is built in full, then a delivery comes, all for the report
roas_by_campaign_day; bench/reference.sql makes the same rows of the same files, which
are compared. The same delivery onto the last eighth of the history alone tells how much
of its cost is the history's. Times of models are without what dbt takes for itself, to
start and for each of them, which a run on empty tables shows. dbt builds one model
after the other: DuckDB uses all cores for each, and at most MEMORY. Writes
bench/results.md, results.json and results.svg.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import altair as alt
import data
import duckdb
from measure import DBT, FOLDER, Cost, run, target
from rich.console import Console
from rich.table import Table

BUILD = (DBT, "run", "--select", "+roas_by_campaign_day")
RESULTS = Path(__file__).with_name("results")
# The part that grows: what a run does for clicks and spend, up to the waist.
GROWING = (
    *("ad_clicks", "ad_spend", "product_spend", "int_click", "int_ids_sought"),
    "int_spend",
)
NOT_GROWING = ("int_click_candidates_judged", "int_click_ids_carried")
MEMORY = "9GB"
SHORT = "delivery onto an eighth"
SIZES = {"1m": 1_000_000, "10m": 10_000_000, "100m": 100_000_000}


@dataclass(frozen=True)
class Result:
    """One measurement: seconds, MB, and rows of the files that were new.

    `models` is what of `wall` the models took, `growing` those of clicks and spend.
    """

    clicks: int
    what: str
    wall: float
    cpu: float
    memory: float
    rows: int
    models: float
    growing: float = 0.0


def main(sizes: list[str]) -> None:
    """Generate what is missing, measure, compare, tell."""
    own = dbt_alone()
    results = [result for size in sizes for result in measured(SIZES[size], own)]
    table = tell(results, own)
    Console(width=110).print(table)
    draw(results)


def dbt_alone() -> dict[str, float]:
    """Seconds that dbt takes for each model on empty tables; `` is its start."""
    empty = FOLDER / "empty"
    if not empty.exists():
        data.generate(FOLDER / "clicks_1000", 1000)
        for path in (FOLDER / "clicks_1000/history").rglob("*.parquet"):
            place = empty / path.relative_to(FOLDER / "clicks_1000/history")
            place.parent.mkdir(parents=True, exist_ok=True)
            duckdb.execute(f"copy (from '{path}' limit 0) to '{place}'")
    prepare("empty", empty)
    cost = run("empty", empty, *BUILD, threads="1", memory_limit=MEMORY)
    seconds = seconds_of_models("empty")
    return seconds | {"": cost.wall - sum(seconds.values())}


def prepare(name: str, raw: Path) -> None:
    """Begin with a new database that holds the seeds."""
    for suffix in ("", ".wal"):
        (FOLDER / f"{name}.duckdb{suffix}").unlink(missing_ok=True)
    run(name, raw, DBT, "seed")


def measured(clicks: int, own: dict[str, float]) -> Iterator[Result]:
    """The reference, a full build and deliveries, each of so many clicks."""
    name = f"clicks_{clicks}"
    made = FOLDER / name
    data.generate(made, clicks)
    raw = FOLDER / f"{name}_raw"
    shutil.rmtree(raw, ignore_errors=True)
    link(made / "history", raw)
    by_hand = reference(name, raw)
    yield told(clicks, "by hand", by_hand, raw, {"": by_hand.wall}, {})
    prepare(name, raw)
    cost = run(name, raw, *BUILD, threads="1", memory_limit=MEMORY)
    yield told(clicks, "full build", cost, raw, seconds_of_models(name), own)
    link(made / "delivery", raw)
    cost = run(name, raw, *BUILD, threads="1", memory_limit=MEMORY)
    yield told(
        clicks, "delivery", cost, made / "delivery", seconds_of_models(name), own
    )
    reference(name, raw)
    compare(name)
    name += "_short"
    raw = raw.with_name(f"{name}_raw")
    shutil.rmtree(raw, ignore_errors=True)
    link(made / "history", raw, without=data.PARTS * 7 // 8)
    prepare(name, raw)
    run(name, raw, *BUILD, threads="1", memory_limit=MEMORY)
    link(made / "delivery", raw)
    cost = run(name, raw, *BUILD, threads="1", memory_limit=MEMORY)
    yield told(clicks, SHORT, cost, made / "delivery", seconds_of_models(name), own)


def link(source: Path, raw: Path, without: int = 0) -> None:
    """Put the files of a folder into another one, but for so many first parts."""
    for path in source.rglob("*.parquet"):
        if path.stem.isdecimal() and int(path.stem) <= without:
            continue
        place = raw / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.hardlink_to(path)


def reference(name: str, raw: Path) -> Cost:
    """Run the hand-written script in a process of its own."""
    code = (
        "import duckdb, pathlib, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute(f\"set timezone = 'UTC'; set variable raw = '{sys.argv[2]}'\");"
        "c.execute(pathlib.Path(sys.argv[3]).read_text())"
    )
    database = FOLDER / f"{name}_reference.duckdb"
    database.unlink(missing_ok=True)
    script = Path(__file__).with_name("reference.sql")
    return run(name, raw, sys.executable, "-c", code, database, raw, script)


def compare(name: str) -> None:
    """Stop where the models and the script do not give the same rows."""
    with duckdb.connect() as connection:
        for alias, suffix in {"models": "", "by_hand": "_reference"}.items():
            path = FOLDER / f"{name}{suffix}.duckdb"
            connection.execute(f"attach '{path}' as {alias} (read_only)")
        report = "models.marts.roas_by_campaign_day"
        columns = connection.execute(f"describe {report}").fetchall()
        typed = ", ".join(f"cast({name} as {type})" for name, type, *_ in columns)
        (different,) = connection.execute(
            f"""
            with by_hand as (select {typed} from by_hand.roas_by_campaign_day)
            select
                (select count(*) from (from by_hand except all from {report}))
                + (select count(*) from (from {report} except all from by_hand))
            """
        ).fetchone() or (1,)
    if different:
        raise SystemExit(f"error: {different} rows of {name} differ from the script's")


def seconds_of_models(name: str) -> dict[str, float]:
    """How long each model of the last run took."""
    found = json.loads((target(name) / "run_results.json").read_text("utf-8"))
    return {
        node["unique_id"].rpartition(".")[2]: node["execution_time"]
        for node in found["results"]
    }


def told(
    clicks: int,
    what: str,
    cost: Cost,
    raw: Path,
    seconds: dict[str, float],
    own: dict[str, float],
) -> Result:
    """What a run took, dbt's own part taken away."""
    net = {name: max(0.0, s - own.get(name, 0.0)) for name, s in seconds.items()}
    files = [str(path) for path in raw.rglob("*.parquet")]
    (rows,) = duckdb.execute(
        "select sum(num_rows)::bigint from parquet_file_metadata(?)", [files]
    ).fetchone() or (0,)
    growing = sum(
        s
        for name, s in net.items()
        if any(part in name for part in GROWING) and name not in NOT_GROWING
    )
    return Result(
        clicks,
        what,
        **asdict(cost),
        rows=rows,
        models=sum(net.values()),
        growing=growing,
    )


def tell(results: list[Result], own: dict[str, float]) -> Table:
    """Write the results as JSON and Markdown; a table for the terminal."""
    names = (
        *("clicks", "what", "rows", "wall s", "CPU s", "peak MB", "models s"),
        *("× by hand", "clicks and spend s", "% of full build"),
    )
    table, lines = Table(*names), []
    for result in results:
        same = {r.what: r for r in results if r.clicks == result.clicks}
        by_hand, full = same["by hand"].models, same["full build"].models
        is_by_hand = result.what == "by hand"
        cells = [
            f"{result.clicks:,}",
            result.what,
            f"{result.rows:,}",
            f"{result.wall:.1f}",
            f"{result.cpu:.1f}",
            f"{result.memory:,.0f}",
            f"{result.models:.1f}",
            f"{result.models / by_hand:.1f}",
            "" if is_by_hand else f"{result.growing:.1f}",
            "" if is_by_hand else f"{100 * result.models / full:.0f}",
        ]
        table.add_row(*cells)
        lines.append("| " + " | ".join(cells) + " |")
    start, nodes = own[""], sum(own.values()) - own[""]
    about = (
        f"dbt itself: {start:.1f} s to start, {nodes:.1f} s for {len(own) - 1} models"
        " on empty tables; both are taken away from “models”."
    )
    text = [
        "# What the models cost\n",
        "Made by `make bench`; bench/run.py says how.\n",
        "| " + " | ".join(names) + " |",
        "|" + " --- |" * len(names),
        *lines,
        f"\n{about}\n",
        "![Seconds of a full build, a delivery and the script by size](results.svg)\n",
    ]
    RESULTS.with_suffix(".md").write_text("\n".join(text), "utf-8")
    RESULTS.with_suffix(".json").write_text(
        json.dumps(
            {
                "dbt": {"start": start, "models": nodes},
                "runs": [asdict(r) for r in results],
            },
            indent=2,
        )
        + "\n",
        "utf-8",
    )
    table.caption = about
    return table


def draw(results: list[Result]) -> None:
    """Seconds against size, both in powers of ten."""
    rows = [
        {"clicks": r.clicks, "run": r.what, "seconds": r.models}
        for r in results
        if r.what != SHORT
    ]
    sizes = alt.Axis(format="~s", values=sorted({r.clicks for r in results}))
    base = alt.Chart(alt.InlineData(values=rows), width=420, height=280).encode(
        alt.X("clicks:Q", axis=sizes, title="clicks in history").scale(type="log"),
        alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds of the models"),
        alt.Color("run:N", title=None),
    )
    chart = base.mark_line() + base.mark_point(filled=True, size=60)
    chart.save(RESULTS.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:] or ["1m", "10m"])
