"""What may hold a person's identity, as the waist and the marts show it."""

from collections.abc import Iterable, Mapping
from hashlib import md5, sha1, sha256

from .reading import Row, Tables

FREE_TEXT = ("keyword", "utm_source", "utm_medium", "utm_campaign", "raw_value")
IDS = ("customer_id", "visitor_id")
Tokens = Mapping[str, str]
"""A text that names an erased person → the token of an ID that is this text."""


def without_email(text: str | None) -> str | None:
    """Free text; None where it may hold an address."""
    return None if text is None or "@" in text or "%40" in text else text


def without_identity(key: str | None) -> str | None:
    """An ID; its MD5 hash where it is an address."""
    if key is None or "@" not in key:
        return key
    return md5(key.encode(), usedforsecurity=False).hexdigest()


def _texts(row: Row, *columns: str) -> list[str]:
    """What a row holds in those of the columns that it has."""
    return [text for column in columns if (text := row.value.get(column)) is not None]


def _hashes(text: str) -> set[str]:
    data = text.encode()
    plain = md5(data, usedforsecurity=False), sha1(data, usedforsecurity=False)
    return {each.hexdigest() for each in (*plain, sha256(data))}


def erased(requests: Iterable[Mapping[str, str | None]], tables: Tables) -> Tokens:
    """Every text that names a listed person, with its token."""
    listed = {hashed for request in requests if (hashed := request["email_sha256"])}

    def is_listed(email: str) -> bool:
        return sha256(email.lower().encode()).hexdigest() in listed

    people = ("form_fills", "orders", "web_sessions", "crm_deals")
    rows = [
        row
        for name in (*people, "ad_clicks")
        for row in tables[name].rows
        if any(map(is_listed, _texts(row, "email")))
        or any("@" in text and is_listed(text) for text in _texts(row, *IDS))
    ]
    customers = {text for row in rows for text in _texts(row, "customer_id")}
    rows += [r for r in tables["orders"].rows if r["customer_id"] in customers]
    names = {text for row in rows for text in _texts(row, "email", "phone", *IDS)}
    names |= {text.lower() for text in names}
    names = names.union(listed, *map(_hashes, names))
    return {name: f"erased-{place + 1}" for place, name in enumerate(sorted(names))}


def masked(row: Mapping[str, object], tokens: Tokens) -> dict[str, object]:
    """A row as the waist and the marts show it."""
    shown = dict(row)
    for column in IDS:
        if column in row:
            text = row[column]
            assert text is None or isinstance(text, str)
            key = without_identity(text)
            shown[column] = key if key is None else tokens.get(key, key)
    for column in FREE_TEXT:
        if column in row:
            text = row[column]
            assert text is None or isinstance(text, str)
            shown[column] = None if text in tokens else without_email(text)
    return shown
