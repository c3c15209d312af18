"""Names beside points so that none lies on another or on a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

# Pixels of a letter of the pictures' font, rather too wide, and of its line.
_LETTER, _LINE, _GAP = 6.6, 15.0, 4.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Point:
    """A point with its name; pixels from the left and from the top."""

    text: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Label:
    """A name's place: its left end, middle or right end, half way up its line."""

    text: str
    x: float
    y: float
    align: Literal["left", "center", "right"]


def placed(points: list[Point], width: float, height: float) -> list[Label]:
    """A place right, left, above or below each point; who finds none stays unnamed.

    The first points choose first.
    """
    taken: list[Box] = [
        (p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in points
    ]
    labels = []
    for own, point in enumerate(points):
        others = taken[:own] + taken[own + 1 :]
        for label in _places(point):
            box = _box(label)
            is_inside = box[0] >= 0 and box[2] <= width and box[1] >= 0
            if (
                is_inside
                and box[3] <= height
                and not any(_meet(box, o) for o in others)
            ):
                labels.append(label)
                taken.append(box)
                break
    return labels


def _places(point: Point) -> list[Label]:
    aside, up = point.radius + _GAP, point.radius + _GAP + _LINE / 2
    return [
        Label(point.text, point.x + aside, point.y, "left"),
        Label(point.text, point.x - aside, point.y, "right"),
        Label(point.text, point.x, point.y - up, "center"),
        Label(point.text, point.x, point.y + up, "center"),
    ]


def _box(label: Label) -> Box:
    letters = sum(1 + (east_asian_width(letter) in "WF") for letter in label.text)
    wide = letters * _LETTER
    left = label.x - {"left": 0.0, "center": wide / 2, "right": wide}[label.align]
    return left, label.y - _LINE / 2, left + wide, label.y + _LINE / 2


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
