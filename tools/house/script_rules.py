"""No circle among the pages' scripts: whoever reads one file never has to have read another that needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from posixpath import dirname, join, normpath

from tools.house.findings import Finding

FROM = re.compile(r"""^(?:import|export)\b[^;"']*?["'](\.[^"']+)\.js["']""", re.MULTILINE)


def imported(path: str, text: str) -> set[str]:
    """Returns the files of the project that a script imports, types too."""
    return {normpath(join(dirname(path), near)) + ".ts" for near in FROM.findall(text)}


def check_circles(scripts: Mapping[str, str]) -> list[Finding]:
    """Finds one circle of imports, if there is any, in the scripts of the product."""
    order = TopologicalSorter({path: imported(path, text) for path, text in scripts.items()})
    try:
        order.prepare()
    except CycleError as error:
        circle = error.args[1]
        return [Finding(circle[0], 1, "circle", " → ".join(circle))]
    return []
