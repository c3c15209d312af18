"""What may hold a person's identity, as the waist and the marts show it."""

from hashlib import md5


def without_email(text: str | None) -> str | None:
    """Free text; None where it may hold an address."""
    return None if text is None or "@" in text or "%40" in text else text


def without_identity(key: str | None) -> str | None:
    """An ID; its MD5 hash where it is an address."""
    if key is None or "@" not in key:
        return key
    return md5(key.encode(), usedforsecurity=False).hexdigest()


def masked(click: dict[str, object]) -> dict[str, object]:
    """A row of int_clicks as the waist shows it."""
    keyword, visitor = click["keyword"], click["visitor_id"]
    assert keyword is None or isinstance(keyword, str)
    assert visitor is None or isinstance(visitor, str)
    return click | {
        "keyword": without_email(keyword),
        "visitor_id": without_identity(visitor),
    }
