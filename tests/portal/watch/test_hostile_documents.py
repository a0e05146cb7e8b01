"""What HR and reporters hand in is read strictly: whatever it is, it is refused by name or read, and never more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import CryptoError
from crypto.text import write_json
from crypto.watch.protection import Bond, Protection, RequestKind, read_link_share, read_protection
from retaliation_watch.errors import FormRefused, ManifestRefused
from retaliation_watch.hr_ingest.forms import read_form
from retaliation_watch.hr_ingest.manifest import read_manifest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
MANIFEST: dict[str, Any] = {
    "v": 1,
    "source": "hr",
    "kind": "roster",
    "sequence": 1,
    "day": "2026-11-01",
    "file": "A" * 43,
}
PROTECTION = Protection(
    RequestKind.PROTECT, "works", bytes(16), Bond.REPORTER, "甲", "E1", "", None, bytes(7356)
).document()
FORM: dict[str, Any] = {"columns": {}, "kinds": {}, "dates": None}


def altered(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A document with one member that is something else."""
    return st.tuples(st.sampled_from(sorted(whole)), VALUES).map(lambda change: whole | {change[0]: change[1]})


@settings(max_examples=60)
@given(st.binary(max_size=200) | altered(MANIFEST).map(write_json))
def test_a_manifest_is_read_or_refused(content: bytes) -> None:
    """Random bytes and documents with one member altered give a manifest of bounds, or `ManifestRefused`."""
    with suppress(ManifestRefused):
        found = read_manifest(content)
        assert (1 <= found.sequence < 2**31, len(found.file)) == (True, 32)


@settings(max_examples=60)
@given(st.binary(max_size=200) | altered(FORM).map(write_json))
def test_a_form_is_read_or_refused(content: bytes) -> None:
    """The same for forms: what is read names known columns and kinds alone."""
    with suppress(FormRefused):
        found = read_form(content, 1)
        assert found.kind_of("书面警告") is not None


@settings(max_examples=60)
@given(altered(PROTECTION) | VALUES)
def test_a_protection_packets_text_is_read_or_refused(value: Any) -> None:
    """The same for what stands in a packet, and for shares of a link."""
    for read in (read_protection, read_link_share):
        with suppress(CryptoError):
            read(value)
