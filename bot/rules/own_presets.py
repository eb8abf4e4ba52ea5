"""Presets that a person keeps for themselves: added to what is offered to that person, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.rules.published import offers_with_published

if TYPE_CHECKING:
    from datetime import datetime

    from bot.rules.access import Access, Offer
    from storage.transaction import Transaction


def offers_in_full(tx: Transaction, access: Access, offers: list[Offer], now: datetime) -> list[Offer]:
    """Return the offers with all that the person may choose: published choices, and their own presets."""
    kept = tx.own_presets.of(access.person) if offers else {}
    return [
        replace(
            each, job=replace(each.job, own_presets=kept.get((each.project.project_id, each.job.key), ()))
        )
        for each in offers_with_published(tx, access, offers, now)
    ]
