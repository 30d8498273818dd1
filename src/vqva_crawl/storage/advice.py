"""What a user can do about a failing disk or ledger: the second half of an error's line."""

from __future__ import annotations

import errno

SPACE = "free some space, then run the same command again"
ACCESS = "check its permissions"
RESTORE = "restore it from a copy"

BY_NUMBER = {
    errno.ENOSPC: SPACE,
    errno.EDQUOT: SPACE,
    errno.EACCES: ACCESS,
    errno.EPERM: ACCESS,
    errno.EROFS: "its disk is read-only: copy the run to another one",
}
BY_WORDS = {  # SQLite's, and PostgreSQL's
    "permission denied for database": "let its user create schemas, or make `run_NAME` for the run",
    "disk is full": SPACE,
    "disk I/O error": "the disk may be full: look for free space, then run the same command again",
    "is locked": "another process writes it: wait for that one, then run the same command again",
    "malformed": RESTORE,
    "not a database": RESTORE,
    "readonly database": ACCESS,
    "unable to open": "check the permissions of its folder, or copy the run to another disk",
}


def advice(error: BaseException, said: str) -> str:
    """`said`, and what to do next where that is known."""
    number = getattr(error, "errno", None)
    known = (step for words, step in BY_WORDS.items() if words in said)
    step = BY_NUMBER.get(number or 0) or next(known, "")
    return f"{said}; {step}" if step else said
