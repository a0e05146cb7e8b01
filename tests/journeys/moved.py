"""The demo before an office whose clock is moved."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from portal.cli.desk.totp import PERIOD, totp_code
from tests.journeys.demo import Demo
from tests.support.commands.yanlu_process import fresh_digits
from tests.support.offices.shifted_clock import MovedOffice, Policies, moved_office

CHINA = timedelta(hours=8)


@dataclass(frozen=True)
class MovedDemo(Demo):
    """The demo's people before an office whose clock is moved."""

    office: MovedOffice | None = None

    @property
    def moved(self) -> MovedOffice:
        """The office."""
        assert self.office is not None
        return self.office

    @property
    def day(self) -> date:
        """The office's day."""
        return (self.moved.now + CHINA).date()

    def fresh_totp(self, member: str) -> str:
        """Digits of the moved time."""
        fresh_digits(self.settings, member, self.staff[member].totp_secret)
        return totp_code(self.staff[member].totp_secret, int(self.moved.now.timestamp()) + PERIOD)


@contextmanager
def moved_demo(demo: Demo, folder: Path, policies: Policies) -> Generator[MovedDemo]:
    """The office of a demo on the day of the run, in a copy of its own."""
    today = datetime.now(UTC).date()
    with moved_office(demo.data, folder, policies, today) as office:
        given = {name: getattr(demo, name) for name in ("code", "pids", "staff", "receipts", "log", "light")}
        yield MovedDemo(
            intake=office.intake, desk=office.desk, data=folder, settings=office.settings, office=office, **given
        )
