"""Where a weakness of the site is reported: `/.well-known/security.txt` as RFC 9116 has it, on the public face."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.settings import SettingRefused, read_settings
from portal.wiring.intake import build_intake
from tests.support.offices.edge import Edge, open_edge
from tests.support.stores.backends import embedded_stores

CONTACT = "mailto:security@example.org"
NOW = datetime(2026, 11, 24, 13, 37, 5, tzinfo=UTC)


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """An office with a face."""
    found = open_edge(embedded_stores(tmp_path), tmp_path)
    yield found
    found.close()


def test_the_address_is_told_with_the_day_on_which_it_ends(edge: Edge) -> None:
    """One contact, less than a year, and no time of day; nothing where the operator set nothing."""
    told = edge.settings.model_copy(update={"security_contact": CONTACT})
    answer = build_intake(told, lambda: NOW).test_client().get("/.well-known/security.txt")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    lines = answer.text.splitlines()
    assert lines == [f"Contact: {CONTACT}", "Expires: 2027-05-23T00:00:00Z", "Preferred-Languages: zh, en"]
    assert build_intake(edge.settings, lambda: NOW).test_client().get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("good", [CONTACT, "https://example.org/security", "tel:+86-10-0000"])
def test_a_contact_is_an_address_of_a_kind_that_somebody_reads(good: str) -> None:
    """Read as it was set."""
    assert read_settings({"YANLU_SECURITY_CONTACT": good}).security_contact == good


@pytest.mark.parametrize(
    "bad", ["security@example.org", "http://example.org", f"{CONTACT}\nExpires: 2099-01-01T00:00:00Z", "mailto:é@x"]
)
def test_what_would_be_no_line_of_it_is_refused(bad: str) -> None:
    """A bare address, a page without TLS, a second line, letters that no field has."""
    with pytest.raises(SettingRefused):
        read_settings({"YANLU_SECURITY_CONTACT": bad})
