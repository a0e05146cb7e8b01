"""What measuring tests share: the table that they add to, and stores that survive a power cut as in life."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.measuring import machine
from tests.support.measuring.bench_table import Figures, Part, Row, Words, write_pages
from tests.support.servers.postgres import DURABLE, Postgres, running_postgres

TABLE = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-figures` puts what was measured into docs/bench.md and its Chinese twin."""
    parser.addoption("--write-figures", action="store_true", help="write docs/bench*.md again")


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The one table; begins with the machine's description."""
    table = Figures()
    here = tmp_path_factory.getbasetemp()
    for what, said in (
        (Words("processor", "处理器"), machine.processor()),
        (Words("memory", "内存"), machine.memory()),
        (Words("disk, and 4 KiB made durable on it", "磁盘，及落盘 4 KiB 的耗时"), machine.disk(here)),
        (Words("system", "系统"), machine.system()),
        (Words("load before the run", "运行前的负载"), machine.load()),
    ):
        table.add(Row(Part.MACHINE, what, said))
    request.config.stash[TABLE] = table
    return table


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server on the disk that makes every commit durable: figures without that mean nothing."""
    with running_postgres(DURABLE, on_disk=True) as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the table, and writes it down when asked to."""
    table = config.stash.get(TABLE, None)
    if table is None:
        return
    terminalreporter.write_line(f"\n{table.text('en')}\n")
    if config.getoption("--write-figures"):
        write_pages(table)
