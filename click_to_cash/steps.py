"""The steps of a build, in their order."""

from enum import StrEnum


class Step(StrEnum):
    """A step as it is named on the command line and in `_published`."""

    CHECK_RAW = "check-raw"
    MODELS = "models"
    CHECK_MARTS = "check-marts"
    PUBLISH = "publish"
