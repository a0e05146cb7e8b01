"""The options that confirm everything a founder or a signer can be asked to confirm."""

from __future__ import annotations

from portal.office.sample_check import TOPICS
from portal.office.unconfirmed import POLICY_TOPICS

CONFIRMED = [word for topic in (*TOPICS, *POLICY_TOPICS) for word in ("--confirm", topic)]
CONFIRMED_POLICIES = [word for topic in POLICY_TOPICS for word in ("--confirm", topic)]
