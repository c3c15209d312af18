"""The pictures as files: SVG for a page, PNG for a slide."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from click_to_cash import report
from click_to_cash.errors import ClickToCashError
from click_to_cash.plots import (
    campaign_map,
    lead_score_calibration,
    projected_roas,
    visibility_curves,
)
from click_to_cash.plots.drawing import NothingToDraw

PICTURES: dict[str, Callable[[duckdb.DuckDBPyConnection], dict[str, Any]]] = {
    "visibility_curves": visibility_curves.draw,
    "projected_roas": projected_roas.draw,
    "lead_score_calibration": lead_score_calibration.draw,
    "campaign_map": campaign_map.draw,
}
# Pixels of a PNG per pixel of the SVG: sharp on a dense screen.
SCALE = 2


def write(out: Path, database: Path) -> Iterator[str]:
    """Write every picture of the marts in `database` to `out`, telling each in a line.

    `<name>.svg` and `<name>.png`, readable by their owner alone; the same data makes
    the same bytes. A picture without data is skipped, and a former one of that name is
    removed, lest it pass for the present. What fails raises ClickToCashError.
    """
    with report.opened(database) as connection:
        _make(out)
        for name, draw in PICTURES.items():
            files = [out / f"{name}.{kind}" for kind in ("svg", "png")]
            try:
                picture = draw(connection)
            except NothingToDraw as nothing:
                for file in files:
                    _remove(file)
                yield f"{name} skipped: {nothing}"
                continue
            svg = numbered_anew(vl_convert.vegalite_to_svg(picture))
            for file, content in zip(
                files,
                [svg.encode(), vl_convert.svg_to_png(svg, scale=SCALE)],
                strict=True,
            ):
                _put(file, content)
            yield f"{name}: {files[0]} and {files[1].name}"


def numbered_anew(svg: str) -> str:
    """The same picture with its clips counted from 0.

    The renderer counts on from picture to picture, so that the bytes would tell what
    was drawn before.
    """
    names: dict[str, str] = {}
    return re.sub(
        r'(id="|url\(#)(clip\d+)(?="|\))',
        lambda found: found[1] + names.setdefault(found[2], f"clip{len(names)}"),
        svg,
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ClickToCashError(f"cannot write to {folder}: {error.strerror}") from None


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ClickToCashError(f"cannot remove {file}: {error.strerror}") from None


def _put(file: Path, content: bytes) -> None:
    """Put a whole file in the place of a former one, its owner's alone."""
    try:
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
            os.replace(draft, file)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ClickToCashError(f"cannot write {file}: {error.strerror}") from None
