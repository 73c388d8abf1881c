"""What a model's inputs and outputs are, in words a user can compare with a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DYNAMIC = -1


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Name, shape (``DYNAMIC`` for a size that is open) and element type (NumPy's name) of one tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        sizes = ", ".join("?" if size == DYNAMIC else str(size) for size in self.shape)
        return f"{self.name or '(no name)'} ({sizes}) {self.dtype}"

    def fits(self, *shape: int | None) -> bool:
        """Whether a tensor of this shape is possible; None in ``shape`` and open sizes fit anything."""
        return len(shape) == len(self.shape) and all(
            wanted is None or size in (wanted, DYNAMIC) for wanted, size in zip(shape, self.shape, strict=True)
        )


def listed(tensors: Iterable[TensorInfo]) -> str:
    """Several tensors in one line."""
    return "; ".join(str(tensor) for tensor in tensors) or "none"
