"""How near the end of a directory is, day by day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto import CryptoError
from portal.office import OfficeFolder
from portal.office.directory_end import Expiry, directory_end, end_of
from tests.support.office import make_office

ENDS = date(2026, 12, 20)


@pytest.mark.parametrize(
    ("days", "stand"),
    [
        (22, Expiry.FAR),
        (21, Expiry.ENDING),
        (4, Expiry.ENDING),
        (3, Expiry.PRESSING),
        (1, Expiry.PRESSING),
        (0, Expiry.LAPSED),
        (-29, Expiry.LAPSED),
        (-30, Expiry.OVER),
    ],
)
def test_each_day_has_its_stand(days: int, stand: Expiry) -> None:
    """Announced from 21 days before, pressing from three; thirty days after the end it is over."""
    found = end_of(ENDS.isoformat(), ENDS - timedelta(days=days))
    assert (found.ends, found.last, found.days, found.expiry) == (ENDS, date(2027, 1, 18), days, stand)
    assert found.announced is (stand is not Expiry.FAR)


def test_the_office_folder_tells_it_long_after_the_end(tmp_path: Path) -> None:
    """A directory that ended a year ago is told, one that nobody signed is refused, none is none."""
    assert directory_end(OfficeFolder(tmp_path / "none"), ENDS) is None
    office = make_office(tmp_path, today=ENDS)
    found = directory_end(office.folder, ENDS + timedelta(days=92 + 365))
    assert found is not None
    assert (found.days, found.expiry) == (-365, Expiry.OVER)
    note = office.folder.path / "directory.note"
    note.write_text(note.read_text("utf-8").replace('"sequence":2', '"sequence":3'), "utf-8")
    with pytest.raises(CryptoError):
        directory_end(office.folder, ENDS)
