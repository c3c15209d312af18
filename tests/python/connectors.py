"""The connectors, as the macro that lists them does."""

from __future__ import annotations

import ast
import re

from warehouse import PROJECT


def _listed() -> dict[str, list[str]]:
    macro = (PROJECT / "macros/connectors/connector_tables.sql").read_text("utf-8")
    found = re.search(r"return\((\{.*?\})\)", macro, re.DOTALL)
    assert found
    listed: dict[str, list[str]] = ast.literal_eval(found[1])
    return listed


# Every connector with the tables of the layout that it gives.
CONNECTORS = _listed()
