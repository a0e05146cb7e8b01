"""A full or read-only disk: nothing is half stored, the answer says what to do, and later it works."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import crypto
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, open_edge, put_part, report, sealed_parts
from tests.support.stores.backends import Stores, embedded_stores


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Edge]:
    """An edge on SQLite whose files can be made full."""
    opened = open_edge(embedded_stores(tmp_path), tmp_path)
    yield opened
    opened.close()


def room_of(edge: Edge) -> Any:
    """The mailroom that intake itself uses."""
    return edge.app.extensions["yanlu_mailroom"]


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "受理单位的存储空间已满"), ("en", "The office's storage is full")]
)
def test_a_full_database_is_said_in_words_and_nothing_is_lost(small: Edge, language: str, title: str) -> None:
    """A report that meets a full disk is answered 507 in the reporter's language and can be sent again."""
    case = report(small, "ann")
    engine = room_of(small).store.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    limit_pages(engine, pages or 0)
    body = crypto.write_submission(case.sealed.submission)
    answer = small.client.post("/api/submissions", data=body, headers={"Accept-Language": language})
    assert answer.json is not None
    assert (answer.status_code, answer.json["title"]) == (507, title)
    assert small.poll(case).entries == []
    limit_pages(engine, 2**30)
    assert small.submit(case).status_code == 201


def limit_pages(engine: Any, pages: int) -> None:
    """Makes SQLite believe that the disk ends at so many pages."""
    from sqlalchemy import event

    def limit(raw: Any, _entry: Any) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages}").close()

    engine.dispose()
    event.listen(engine, "connect", limit)


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EROFS, 503)])
def test_a_part_that_cannot_be_written_leaves_nothing(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    """A part that meets a full or read-only blob store is answered in words, and sent again it is taken."""
    edge = open_edge(stores, tmp_path)
    attachment, parts = sealed_parts(b"picture", [edge.office.recovery.recipient], Drawn("f"))
    blobs = type(room_of(edge).blobs)

    def fail(_self: object, _place: str, chunks: Iterable[bytes]) -> None:
        list(chunks)
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "store", fail)
        answer = put_part(edge, attachment.blob, 0, parts[0])
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert put_part(edge, attachment.blob, 0, parts[0]).status_code == 204
    edge.close()
