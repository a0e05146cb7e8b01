"""Applies the house rules to every file of the project and prints what is broken."""

from __future__ import annotations

import sys

from tools.house.findings import PACKAGES, ROOT, Finding, project_files
from tools.house.import_picture import check_picture
from tools.house.language_rules import allowed_uses, check_languages
from tools.house.python_rules import check_python
from tools.house.script_import_rules import check_circles, check_layers
from tools.house.store_rules import check_stores
from tools.house.text_rules import check_text, check_twins
from tools.house.twin_rules import check_names, check_places, single_files
from tools.house.word_rules import check_words, retired_words


def check_project() -> list[Finding]:
    """Returns every finding in every file; binary files have none."""
    texts: dict[str, str] = {}
    for name in project_files():
        raw = (ROOT / name).read_bytes()
        if b"\0" not in raw:
            texts[name] = raw.decode("utf-8", errors="replace")
    python = {path: text for path, text in texts.items() if path.endswith(".py")}
    findings = check_twins(texts)
    for path, text in texts.items():
        findings += check_text(path, text)
    for path, text in python.items():
        findings += check_python(path, text)
    scripts = {path: text for path, text in texts.items() if path.endswith(".ts") and not path.startswith("tests/")}
    findings += check_circles(scripts) + check_layers(scripts) + check_picture(texts)
    findings += check_places(texts, single_files()) + check_names(scripts, single_files())
    findings += check_languages(texts, allowed_uses())
    findings += check_words(python | scripts, retired_words())
    return sorted([*findings, *check_stores({p: t for p, t in python.items() if p.split("/")[0] in PACKAGES})])


def main() -> int:
    """Prints the findings; returns 1 if there are any."""
    findings = check_project()
    for finding in findings:
        print(finding)
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
