"""The twenty written policies that were read first, by their numbers P01 to P20, as `docs/marks.md` counts them."""

from __future__ import annotations

from typing import Final

NUMBERED: Final = (
    "org-employee-mediation", "customer-complaint-framework", "customer-service-24h-5wd",
    "company-whistleblowing", "property-owner-complaint", "product-quality-complaint",
    "employee-complaint-confirm-appeal", "employee-complaint-resolution", "customer-complaint-handling",
    "client-complaint-graded-ticket", "internal-complaint-disciplinary", "telecom-complaint",
    "airline-complaint", "complaint-handling-stub", "customer-callback-workorder",
    "quality-system-complaint", "grievance-and-whistleblowing-scope", "employee-complaint-resolution-sla",
    "employee-complaint-review-publish", "consumer-complaint-intake-slip",
)  # fmt: skip
NUMBERS: Final = {f"P{number:02d}": policy for number, policy in enumerate(NUMBERED, start=1)}


def number_of(policy: str) -> str | None:
    """`P01` to `P20`; None for a policy that is none of these."""
    return next((number for number, one in NUMBERS.items() if one == policy), None)
