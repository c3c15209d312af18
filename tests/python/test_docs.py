"""Pages name what the code has: connectors with their columns, settings, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from connectors import CONNECTORS
from warehouse import PROJECT

PAGE = (PROJECT / "docs/connectors.md").read_text("utf-8")
SETTINGS_PAGE = (PROJECT / "docs/settings.md").read_text("utf-8")
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "bench/*.md")
    for path in PROJECT.glob(pattern)
)


def macro(name: str) -> str:
    return (PROJECT / "macros" / name).read_text("utf-8")


CLICK_ID_TYPES = re.findall(r"{'name': '(\w+)'", macro("urls/click_id_types.sql"))


@dataclass(frozen=True)
class Column:
    """A raw column, as its loader names it."""

    table: str
    column: str
    is_table_required: bool
    is_required: bool


def meta_of(node: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = node.get("config", {}).get("meta", {})
    return found


def read_by(connector: str) -> set[Column]:
    """What the source YAML of a connector reads of what its loader can deliver."""
    path = PROJECT / f"models/staging/{connector}/_sources.yml"
    (source,) = yaml.safe_load(path.read_text("utf-8"))["sources"]
    return {
        Column(
            meta_of(table).get("delivered_as", table["name"]),
            meta_of(column).get("delivered_as", column["name"]),
            meta_of(table).get("required", False),
            meta_of(column).get("required", False),
        )
        for table in source["tables"]
        if not meta_of(table).get("never")
        for column in table["columns"]
        if not meta_of(column).get("never")
    }


def named_in_page(connector: str) -> list[Column]:
    """What the table of its section names; `<type>` is every click ID type."""
    (section,) = re.findall(
        rf"^## .*`{connector}`$(.*?)^## ", PAGE + "\n## ", re.S | re.M
    )
    named = []
    for row in re.findall(r"^\| (\*\*)?`(\w+)`(?:\*\*)? \| (.*?) \|", section, re.M):
        is_required, table, columns = row
        for bold, column in re.findall(r"(\*\*)?`([\w<>]+)`", columns):
            for name in CLICK_ID_TYPES if "<type>" in column else [""]:
                named.append(
                    Column(
                        table,
                        column.replace("<type>", name),
                        bool(is_required),
                        bool(bold),
                    )
                )
    return named


@pytest.mark.parametrize("connector", CONNECTORS)
def test_the_section_of_a_connector_names_what_it_reads(connector: str) -> None:
    """A column that the page lacks is one that nobody has their loader deliver."""
    named = named_in_page(connector)
    assert len(named) == len(set(named))
    assert set(named) == read_by(connector)
    assert named


def test_every_connector_is_in_the_list_of_the_page() -> None:
    """With the tables of the layout that it gives, and a link to its section."""
    listed = {
        name: re.findall(r"`(\w+)`", tables)
        for name, tables in re.findall(
            r"^\| \[`(\w+)`\]\(.*?\) \| .*? \| (.*) \|$", PAGE, re.M
        )
    }
    assert listed == CONNECTORS


def test_the_script_for_the_site_keeps_every_click_id_type() -> None:
    """One that it forgets is lost at the landing page, and with it the credit."""
    found = re.search(r"const TYPES = \[(.*?)\];", PAGE, re.S)
    assert found
    assert re.findall(r'"(\w+)"', found[1]) == CLICK_ID_TYPES


def test_every_setting_has_a_section() -> None:
    """With unit, default, reason and example; and the default is the one that holds."""
    found = re.search(r"set defaults = \{(.*?)\} -", macro("setting.sql"), re.S)
    assert found
    defaults = dict(re.findall(r"'(\w+)': '(.*?)'", found[1]))
    assert len(defaults) > 15
    sections = {}
    for heading, text in re.findall(
        r"^### (.*?)\n(.*?)(?=^##)", SETTINGS_PAGE + "\n##", re.S | re.M
    ):
        for name in re.findall(r"`([\w<>]+)`", heading):
            sections[name] = text
    assert set(defaults) | {"<connector>_schema"} <= set(sections)
    for name in sections:
        assert (
            name in defaults or name == "<connector>_schema" or name.startswith("C2C_")
        )
    for name, default in defaults.items():
        text = sections[name]
        for part in ("Unit", "Default", "Why", "Example"):
            assert f"- **{part}:** " in text, f"{name} lacks {part}"
        told = re.search(r"- \*\*Default:\*\* (.*)", text)
        assert told
        assert f"`{default}`" in told[1] if default else "empty" in told[1], name


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings have, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.S | re.M)
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.M)
    }


@pytest.mark.parametrize(
    "page", PAGES, ids=[str(p.relative_to(PROJECT)) for p in PAGES]
)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.S | re.M)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://", link):
            target, _, anchor = link.partition("#")
            path = (page.parent / target) if target else page
            assert path.exists(), link
            assert not anchor or anchor in anchors(path), link
