"""However a million clicks arrive, every mart and export is that of one full build.

The parts of bench/data.py's history and delivery are dealt to four deliveries at
random, some of them to two; dbt runs after each, then once on all in a new database.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import data
import duckdb
from measure import DBT, FOLDER, run
from run import prepare

from click_to_cash.publish import checksum_of

CLICKS, DELIVERIES, TWICE = 1_000_000, 4, 0.1


def main() -> None:
    """Deliver, build, compare; stop where a mart differs."""
    made = FOLDER / f"clicks_{CLICKS}"
    data.generate(made, CLICKS)
    raw, chance = FOLDER / "shuffled_raw", random.Random(6)
    shutil.rmtree(raw, ignore_errors=True)
    deliveries: list[list[tuple[Path, Path]]] = [[] for _ in range(DELIVERIES)]
    for path in sorted(made.rglob("*.parquet")):
        table = path.relative_to(made / path.relative_to(made).parts[0]).parent
        if table == Path():
            # A table in one file is there from the beginning.
            deliveries[0].append((path, raw / path.name))
            continue
        times = 2 if chance.random() < TWICE else 1
        for turn in chance.sample(range(DELIVERIES), times):
            deliveries[turn].append((path, raw / table / f"{turn}_{path.name}"))
    for turn, parts in enumerate(deliveries):
        for path, place in parts:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(path)
        if turn == 0:
            prepare("shuffled", raw)
        run("shuffled", raw, DBT, "run")
        print(f"built after a delivery of {len(parts)} files")
    prepare("at_once", raw)
    run("at_once", raw, DBT, "run")
    with duckdb.connect() as connection:
        for name in "shuffled", "at_once":
            connection.execute(f"attach '{FOLDER / name}.duckdb' (read_only)")
        relations = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_catalog = 'at_once' and table_schema in ('marts', 'exports')"
        ).fetchall()
        different = [
            relation
            for (relation,) in relations
            if checksum_of(connection, f"shuffled.{relation}")
            != checksum_of(connection, f"at_once.{relation}")
        ]
    if different:
        raise SystemExit(f"error: these differ from one build: {', '.join(different)}")
    print(f"{len(relations)} tables are those of one full build")


if __name__ == "__main__":
    main()
