"""The operations of the vectors on what a member signs who did a recurring duty."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from crypto.office.duty_done import DutyDone, read_duty_done, sign_duty_done
from tests.crypto.vector_custody import office_of, staff_of

Json = dict[str, Any]


def sign_duty(given: Json) -> Json:
    """The line that a member signs."""
    return {
        "line": sign_duty_done(staff_of(office_of(given["office"]), given["staff"]), DutyDone(**given["done"])).decode()
    }


def read_duty(given: Json) -> Json:
    """What a line says, and who signed it."""
    found = read_duty_done(office_of(given["office"]), given["line"].encode())
    return {"signed": {"member": found.member, **asdict(found.done)}}


OPS: dict[str, Callable[[Json], Json]] = {"sign_duty_done": sign_duty, "read_duty_done": read_duty}
