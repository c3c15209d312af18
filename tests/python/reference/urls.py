"""Click IDs and parameters in URLs (rule 10)."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import unquote_to_bytes

CLICK_ID_TYPES = (
    "gclid",
    "msclkid",
    "ttclid",
    "li_fat_id",
    "twclid",
    "epik",
    "sccid",
    "rdt_cid",
    "dclid",
    "wbraid",
    "gbraid",
    "fbclid",
)
"""Every known click ID type, the one that counts first."""

PLACEHOLDERS = ("null", "undefined", "(not set)", "test")
WHITE_SPACE = " \t\n\r"


def trimmed(text: str | None) -> str | None:
    """Text without surrounding white space; blank is None."""
    return (text or "").strip(WHITE_SPACE) or None


def is_placeholder(text: str) -> bool:
    """Whether text stands where a value should be, such as `null` or `{gclid}`."""
    in_brackets = text.startswith("{") and text.endswith("}") and len(text) >= 2
    return in_brackets or text.lower() in PLACEHOLDERS


def decoded(part: str) -> str:
    """Percent-decoded once and trimmed; as delivered where that is not UTF-8."""
    with suppress(UnicodeDecodeError):
        part = unquote_to_bytes(part).decode("utf-8")
    return part.strip(WHITE_SPACE)


def parameters(url: str | None) -> dict[str, str]:
    """Lower-case name → its first value that is neither blank nor a placeholder."""
    query = (url or "").partition("?")[2].partition("#")[0]
    found: dict[str, str] = {}
    for part in query.split("&"):
        raw_name, _, raw_value = part.partition("=")
        name, value = decoded(raw_name).lower(), decoded(raw_value)
        if value and not is_placeholder(value):
            found.setdefault(name, value)
    return found


def click_id_in(found: Mapping[str, str]) -> tuple[str, str] | None:
    """The one (type, click ID) of the parameters that counts."""
    for click_id_type in CLICK_ID_TYPES:
        if click_id_type in found:
            return click_id_type, found[click_id_type]
    return None


def type_rank(click_id_type: str) -> tuple[int, str]:
    """Sorts types in the order in which they count; unknown ones last, by text."""
    if click_id_type in CLICK_ID_TYPES:
        return CLICK_ID_TYPES.index(click_id_type), ""
    return len(CLICK_ID_TYPES), click_id_type
