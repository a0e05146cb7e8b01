"""One text in both languages of the pages, and one of a document in whatever languages its authors wrote."""

from __future__ import annotations

from crypto.localized import DEFAULT, SOURCE, LocalizedText, Words, code_language, localized

__all__ = ["DEFAULT", "SOURCE", "LocalizedText", "Words", "code_language", "localized"]
