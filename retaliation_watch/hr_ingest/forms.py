"""A form says how one HR system names columns and kinds; it has versions, and old rows are read again by the newest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from sqlalchemy import Connection, func, insert, select, update

from crypto.errors import CryptoError
from crypto.text import read_json, write_json
from retaliation_watch.errors import FormRefused
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_formats.names import EVENTS as EVENT_COLUMNS
from retaliation_watch.hr_formats.names import ROSTER as ROSTER_COLUMNS
from retaliation_watch.hr_formats.names import kind_table, plain
from retaliation_watch.kinds import KINDS, Neutral
from retaliation_watch.store import EVENTS, FORMS

LIMIT: Final = 256 * 1024
MAX_NAMES: Final = 2000


@dataclass(frozen=True)
class Form:
    """Header texts to columns, texts of kinds to codes, and what stands first in a date that ends with its year."""

    version: int = 0
    columns: dict[str, str] = field(default_factory=dict[str, str])
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    dates: Order | None = None

    def kind_of(self, text: str) -> str | None:
        """The code of a kind as HR calls it; None where neither form nor the known names have it."""
        return self.table().get(plain(text))

    def table(self) -> dict[str, str]:
        """Every name of a kind in its compared form; the form goes before what is known."""
        known = {name: str(code) for name, code in kind_table().items()}
        return known | {plain(text): code for text, code in self.kinds.items()}


def read_form(content: bytes, version: int) -> Form:
    """Reads `{"columns":{header: column},"kinds":{text: code},"dates":null|"dmy"|"mdy"}`; raises `FormRefused`."""
    try:
        value = read_json(content, LIMIT)
    except CryptoError as error:
        raise FormRefused("json") from error
    if not isinstance(value, dict) or set(cast("dict[str, object]", value)) != {"columns", "kinds", "dates"}:
        raise FormRefused("keys")
    columns, kinds = (_texts(cast("dict[str, object]", value)[name], name) for name in ("columns", "kinds"))
    unknown = {*columns.values()} - {*EVENT_COLUMNS, *ROSTER_COLUMNS}
    unknown |= {*kinds.values()} - {*map(str, (*KINDS, *Neutral))}
    if unknown:
        raise FormRefused(", ".join(sorted(unknown)))
    order = cast("dict[str, object]", value)["dates"]
    if order is not None and order not in [*Order]:
        raise FormRefused("dates")
    return Form(version, columns, kinds, None if order is None else Order(str(order)))


def _texts(value: object, name: str) -> dict[str, str]:
    pairs = cast("dict[object, object]", value) if isinstance(value, dict) else {0: 0}
    if len(pairs) > MAX_NAMES or not all(
        isinstance(one, str) and len(one) <= 128 for pair in pairs.items() for one in pair
    ):
        raise FormRefused(name)
    return cast("dict[str, str]", pairs)


def form_of(connection: Connection, source: str) -> Form:
    """The newest form of a source; one that says nothing where there is none yet."""
    row = connection.execute(
        select(FORMS).where(FORMS.c.source == source).order_by(FORMS.c.version.desc()).limit(1)
    ).first()
    return Form() if row is None else read_form(row.form.encode(), row.version)


def store_form(tx: Connection, source: str, content: bytes) -> tuple[Form, int]:
    """Keeps the next version of a form and reads every old row's kind again; gives how many changed."""
    last = tx.scalar(select(func.max(FORMS.c.version)).where(FORMS.c.source == source)) or 0
    form = read_form(content, last + 1)
    text = write_json({"columns": form.columns, "kinds": form.kinds, "dates": form.dates}).decode()
    tx.execute(insert(FORMS), [{"source": source, "version": form.version, "form": text}])
    return form, _reclassify_events(tx, source, form)


def _reclassify_events(tx: Connection, source: str, form: Form) -> int:
    table, changed = form.table(), 0
    mine = EVENTS.c.source == source
    for text, before in tx.execute(select(EVENTS.c.kind_text, EVENTS.c.kind).where(mine).distinct()).all():
        now = table.get(plain(text))
        if now == before:
            continue
        same = mine & (EVENTS.c.kind_text == text)
        changed += tx.execute(update(EVENTS).where(same).values(kind=now)).rowcount
    return changed
