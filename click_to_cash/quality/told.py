"""What was delivered, in the standard layout or by connectors: one view per table."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from click_to_cash.quality.suites import Table, told_query
from click_to_cash.settings import connector_folders


def tell(
    connection: duckdb.DuckDBPyConnection, database: str, tables: Sequence[Table]
) -> None:
    """Attach a database `told` in memory: a view of each of these tables of the layout.

    Its rows are those of schema raw of `database`, an attached one, and of the models
    in which connectors in use tell theirs; a model that is not built yet tells none.
    """
    connection.execute("attach ':memory:' as told (read_write)")
    told = connection.execute(
        """
        select table_name, bool_or(column_name = 'raw_key')
        from duckdb_columns()
        where database_name = ? and schema_name = 'staging'
        group by table_name
        order by table_name
        """,
        [database],
    ).fetchall()
    for table in tables:
        wanted = {f"stg_{name}__{table.name}" for name in connector_folders()}
        models = [(model, has_key) for model, has_key in told if model in wanted]
        connection.execute(told_query(table, f'"{database}"', models))
