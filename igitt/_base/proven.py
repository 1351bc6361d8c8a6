"""Texts in a store that several processes share, each of which carries the proof that it was written by one of them.

A foreign store guarded (:mod:`igitt._base.guarded_store`) and a proof (:mod:`igitt._base.proof`), put together: what
is kept for all processes, answers and rate limits alike, goes this way.
"""

from __future__ import annotations

from igitt._base.guarded_store import Shelf
from igitt._base.proof import Proof

__all__ = ["ProvenStore"]


class ProvenStore:
    """Texts under names, believed only if they prove themselves.

    Args:
        shelf: the store.
        proof: makes and checks the proofs.
    """

    __slots__ = ("_proof", "shelf")

    def __init__(self, shelf: Shelf, proof: Proof) -> None:
        self.shelf = shelf
        self._proof = proof

    def read(self, name: str) -> bytes | None:
        """What was written under a name; None where nothing is, or nothing that proves itself."""
        text = self.shelf.read(str(name))
        # What proves nothing is no failure of the store: somebody else may write to it, or the key was changed.
        return None if text is None else self._proof.open(name, text)

    def write(self, name: str, text: str) -> None:
        """Keep a text of JSON, an object with something in it."""
        self.shelf.write(str(name), self._proof.close(name, text))

    def delete(self, name: str) -> None:
        """Drop a name, which need not be there."""
        self.shelf.delete(str(name))
