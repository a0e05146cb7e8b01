"""To whom the command lets a case be given: colleagues whom it would reach."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from portal.cli.desk.client import OpenedCase
from portal.cli.desk.readers import holders_with
from portal.cli.errors import CommandError, Exit
from tests.crypto.sample import Drawn, Office


def test_a_colleague_of_another_group_is_refused() -> None:
    """Refused with a reason: nobody, a reader, and whom only another group has; oversight is let in."""
    office = Office(Drawn("reach"))
    document = office.directory_document()
    row = document["holders"][0] | {"entity": "far", "members": ["zhao-min"]}
    rows = [one | {"members": ["li-wei"]} for one in document["holders"]]
    directory = office.directory(entities=[*document["entities"], office.entity("far")], holders=[*rows, row])
    body = SimpleNamespace(entity="works", holders=["li-wei", "gone"])
    opened = cast("OpenedCase", SimpleNamespace(grant=SimpleNamespace(body=body)))
    for name, code in (("no-one", Exit.USAGE), ("li-wei", Exit.USAGE), ("zhao-min", Exit.REFUSED)):
        with pytest.raises(CommandError) as refused:
            holders_with(directory, opened, [name])
        assert refused.value.code == code, name
    assert holders_with(directory, opened, ["shang-ji"]) == ["li-wei", "shang-ji"]
