"""4. Anyone's claims, the operator's first: there are no claims yet, of anyone."""

from __future__ import annotations

from tests.promises.absent import assert_no_door


def test_no_claim_can_be_made_or_counted() -> None:
    assert_no_door(4, "claim", "claimant", "balance", "verdict", "factcheck")
