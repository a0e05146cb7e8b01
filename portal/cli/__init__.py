"""The command line: `yanlu`."""

from portal.cli.root import main

__all__ = ["main"]
