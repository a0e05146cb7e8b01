"""Refuses to build a wheel or an archive of the sources without the pages: who installs it would serve nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = (
    *(f"portal/site/{face}/release.json" for face in ("intake", "desk", "watch")),
    "casework/coverage.json",
)


class WheelGuard(BuildHookInterface[Any]):
    """Called by hatchling before each build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling names them
        """Raises `SystemExit` where something is missing that `tools/build.py` makes; a checkout needs none of it."""
        missing = [name for name in NEEDED if not (Path(self.root) / name).is_file()]
        if version != "editable" and missing:
            raise SystemExit(
                f"The pages are not built ({', '.join(missing)}): run `make build` first, then build this again."
            )
