"""How near the end of a directory is, day by day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto import CryptoError
from portal.office import OfficeFolder
from portal.office.directory_expiry import ExpiryLevel, directory_expiry, expiry_of
from tests.support.offices.sample_office import make_office

ENDS = date(2026, 12, 20)


@pytest.mark.parametrize(
    ("days", "stand"),
    [
        (22, ExpiryLevel.FAR),
        (21, ExpiryLevel.ENDING),
        (4, ExpiryLevel.ENDING),
        (3, ExpiryLevel.PRESSING),
        (1, ExpiryLevel.PRESSING),
        (0, ExpiryLevel.LAPSED),
        (-29, ExpiryLevel.LAPSED),
        (-30, ExpiryLevel.OVER),
    ],
)
def test_each_day_has_its_stand(days: int, stand: ExpiryLevel) -> None:
    """Announced from 21 days before, pressing from three; thirty days after the end it is over."""
    found = expiry_of(ENDS.isoformat(), ENDS - timedelta(days=days))
    assert (found.ends, found.last, found.days, found.level) == (ENDS, date(2027, 1, 18), days, stand)
    assert found.announced is (stand is not ExpiryLevel.FAR)


def test_the_office_folder_tells_it_long_after_the_end(tmp_path: Path) -> None:
    """A directory that ended a year ago is told, one that nobody signed is refused, none is none."""
    assert directory_expiry(OfficeFolder(tmp_path / "none"), ENDS) is None
    office = make_office(tmp_path, today=ENDS)
    found = directory_expiry(office.folder, ENDS + timedelta(days=92 + 365))
    assert found is not None
    assert (found.days, found.level) == (-365, ExpiryLevel.OVER)
    note = office.folder.path / "directory.note"
    note.write_text(note.read_text("utf-8").replace('"sequence":2', '"sequence":3'), "utf-8")
    with pytest.raises(CryptoError):
        directory_expiry(office.folder, ENDS)
