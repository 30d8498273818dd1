"""Near-duplicate documents, found at the round's barrier from the fingerprints of the gate."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from vqva_crawl.stages.gate import MINHASH_SEED, NUM_PERM

_LOOSER = 0.8  # of the threshold: the index may propose too many, but should miss none
_WEIGHTS = (0.1, 0.9)  # of candidates looked at in vain, and of missed duplicates


def near_duplicates(documents: Iterable[tuple[str, bytes]], threshold: float) -> dict[str, str]:
    """{a duplicate's id: the id of the earlier document that is kept}.

    `documents` are (id, fingerprint) in the order that decides which one is kept; an empty
    fingerprint is never a duplicate. The index proposes, the estimated Jaccard similarity (the
    share of equal hash values) decides; among several the earliest counts.
    """
    from datasketch import LeanMinHash, MinHashLSH  # draws in scipy, a second

    index = MinHashLSH(_LOOSER * threshold, NUM_PERM, weights=_WEIGHTS)
    kept: list[tuple[str, npt.NDArray[np.uint32]]] = []
    duplicates: dict[str, str] = {}
    for id, fingerprint in documents:
        if not fingerprint:
            continue
        values = np.frombuffer(fingerprint, "<u4")
        minhash = LeanMinHash(seed=MINHASH_SEED, hashvalues=values, scheme="affine32")
        for place in sorted(index.query(minhash)):
            if np.mean(kept[place][1] == values) >= threshold:
                duplicates[id] = kept[place][0]
                break
        else:
            index.insert(len(kept), minhash)
            kept.append((id, values))
    return duplicates
