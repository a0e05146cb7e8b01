"""Tables of the product as JSON, which the pages read too: one file beside the code that owns it."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def read_table(package: str, name: str) -> dict[str, Any]:
    """The rows of `<name>.json` in a package, by their ids; a new dictionary each time."""
    return json.loads(resources.files(package).joinpath(f"{name}.json").read_text("utf-8"))
