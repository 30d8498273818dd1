"""A benchmark's figures, one JSON object a line, a peer's of the same run beside them."""

from __future__ import annotations

import json


def report(
    bench: str,
    metric: str,
    value: float,
    unit: str,
    peer: str | None = None,
    peer_value: float | None = None,
    ratio: float | None = None,
    target: float | None = None,
    note: str = "",
) -> None:
    """Prints one figure; `ratio` is above 1 where ours is better."""
    row = {
        "bench": bench,
        "metric": metric,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value and round(peer_value, 3),
        "ratio": ratio and round(ratio, 3),
        "target": target and round(target, 3),
        "note": note,
    }
    print(json.dumps(row), flush=True)
