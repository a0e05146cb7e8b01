"""The two foreign implementations of age that our own is tested against."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.support.commands import age_tools


def test_the_stock_tool_has_post_quantum_recipients() -> None:
    """The stock tool makes a post-quantum key, seals for it, opens, and refuses another's key."""
    identity, recipient = age_tools.stock_keys()
    other, _ = age_tools.stock_keys()
    assert recipient.startswith("age1pq1")
    sealed = age_tools.stock_seal("言路".encode(), recipient)
    assert age_tools.stock_open(sealed, identity).decode() == "言路"
    with pytest.raises(subprocess.CalledProcessError):
        age_tools.stock_open(sealed, other)


def test_the_age_inside_sops_opens_what_the_stock_tool_sealed() -> None:
    """The second implementation agrees with the first, and refuses another's key."""
    identity, recipient = age_tools.stock_keys()
    other, _ = age_tools.stock_keys()
    key = os.urandom(32)
    sealed = age_tools.stock_seal(key, recipient)
    assert age_tools.sops_opens(sealed, key, identity, recipient)
    assert not age_tools.sops_opens(sealed, key, other, recipient)
