"""Writes the reference of policy files: python -m tests.casework.write_policy_page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from casework.policy_check.reference_page import policy_page

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGES: Final = {"en": DOCS / "policy.md", "zh": DOCS / "policy.zh-CN.md"}


def main() -> None:
    """Both pages."""
    for language, page in PAGES.items():
        page.write_text(policy_page(language), "utf-8")


if __name__ == "__main__":
    main()
