"""What is found, in pages that grow, for whoever stops once enough of it is fit to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Each = TypeVar("Each")


def growing_pages(found: Sequence[Each], first: int) -> Iterator[Sequence[Each]]:
    """Yield all in order: as many as `first` says, then four times as many each time."""
    read, size = 0, first
    while read < len(found):
        yield found[read : read + size]
        read, size = read + size, size * 4
