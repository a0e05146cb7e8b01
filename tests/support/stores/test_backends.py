"""The fixtures themselves: real servers, real browsers, empty stores."""

from __future__ import annotations

import obstore
import pytest
import sqlalchemy
from playwright.sync_api import Page
from sqlalchemy.pool import NullPool

from tests.support.servers.postgres import Postgres
from tests.support.stores.backends import NAMES, Stores


def write_and_count(url: str) -> int:
    """Makes a table, writes one row and says how many there are."""
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE note (word VARCHAR(20))"))
        connection.execute(sqlalchemy.text("INSERT INTO note VALUES ('言路')"))
        counted = connection.execute(sqlalchemy.text("SELECT count(*) FROM note WHERE word = '言路'"))
        number = int(counted.scalar_one())
    engine.dispose()
    return number


def test_every_store_starts_empty_and_keeps_a_row(empty_stores: Stores) -> None:
    """Each store takes a table and a row, and holds nothing of another one."""
    assert [write_and_count(empty_stores.urls[name]) for name in NAMES] == [1] * len(NAMES)


def test_no_store_keeps_a_row_for_the_next_test(stores: Stores) -> None:
    """Stores that are ready begin at the newest schema without a row, however often they are asked for."""
    counts: list[int] = []
    for name in NAMES:
        engine = sqlalchemy.create_engine(stores.urls[name], poolclass=NullPool)
        tables = [table for table in sqlalchemy.inspect(engine).get_table_names() if table != "alembic_version"]
        assert tables, name
        with engine.connect() as connection:
            counts += [connection.scalar(sqlalchemy.text(f"SELECT count(*) FROM {table}")) or 0 for table in tables]
        engine.dispose()
    assert set(counts) == {0}


def test_blobs_are_kept_and_never_overwritten(stores: Stores) -> None:
    """A blob comes back as it went in, and creating it twice is refused."""
    blobs = stores.open_blobs()
    obstore.put(blobs, "part/1", b"sealed", mode="create")
    assert bytes(obstore.get(blobs, "part/1").bytes()) == b"sealed"
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(blobs, "part/1", b"other", mode="create")


def test_a_template_is_filled_once(postgres: Postgres) -> None:
    """A database cloned from a template has its rows, and the template is prepared only once."""
    calls: list[str] = []

    def prepare(url: str) -> None:
        calls.append(url)
        write_and_count(url)

    names = [postgres.create("copy", postgres.template("notes", prepare)) for _ in range(2)]
    for name in names:
        engine = sqlalchemy.create_engine(postgres.url(name), poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.scalar(sqlalchemy.text("SELECT word FROM note")) == "言路"
    postgres.drop(*names)
    assert len(calls) == 1


def test_a_real_browser_renders_chinese(page: Page) -> None:
    """Both browsers start, run a script and show a page."""
    page.set_content("<p id=word>言</p><script>word.textContent += '路'</script>")
    assert page.locator("#word").text_content() == "言路"
