"""Office and release codes as people type them: looked at before anything is asked of a server."""

from __future__ import annotations

from typing import Final

import click

from crypto.errors import CryptoError
from crypto.office.anchor import read_anchor
from portal.cli.errors import CommandError, Exit

NOT_A_CODE: Final = (
    "This is no such code: look at it again. It has twenty characters in five groups, and one that is wrong, or two "
    "that have changed places, show at once. Nothing was sent."
)


class TypedCode(click.ParamType[str]):
    """A code, or a link's code and hash (`CODE&h=HASH`, or the whole link), in its one spelling."""

    name = "code"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The anchor that verifiers take; raises CommandError, and never says which character is wrong."""
        del param, ctx
        _, _, after = value.rpartition("#")
        try:
            return str(read_anchor(after.removeprefix("c=")))
        except CryptoError as error:
            raise CommandError(Exit.USAGE, NOT_A_CODE) from error


TYPED_CODE: Final = TypedCode()


def same_office(one: str, other: str) -> bool:
    """Whether two anchors name one office by their codes, whether or not a whole hash stands behind either."""
    return one.partition("&")[0] == other.partition("&")[0]
