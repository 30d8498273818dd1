"""OpenAI's files and batches, as far as a client that fills a cache overnight needs them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ENDPOINT = "/v1/chat/completions"

# Takes a request's body, gives status and body of the answer; status 0: the connection was lost.
Answer = Callable[[Any], tuple[int, Any]]


@dataclass(slots=True)
class Batches:
    """Files and batches by id, in memory.

    A batch is worked on at once when it has been asked after more than `polls` times, or fails as a
    whole when there is a reason to refuse it. Its lines come back in another order than they went
    in, as they may.
    """

    answer: Answer
    polls: int = 0
    refused: str = ""  # why no batch is worked on
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    _about: dict[str, dict[str, Any]] = field(default_factory=dict)
    _left: dict[str, int] = field(default_factory=dict)

    def upload(self, content: bytes, name: str, purpose: str) -> dict[str, Any]:
        key = f"file-{len(self.files)}"
        about = {"id": key, "object": "file", "bytes": len(content), "created_at": _now()}
        self.files[key] = content
        self._about[key] = about | {"filename": name, "purpose": purpose, "status": "processed"}
        return self._about[key]

    def about(self, key: str) -> dict[str, Any]:
        """A file's description."""
        return self._about[key]

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A new batch over an uploaded file."""
        key = f"batch_{len(self.batches)}"
        self._left[key] = self.polls
        self.batches[key] = {
            "id": key,
            "object": "batch",
            "endpoint": asked["endpoint"],
            "input_file_id": asked["input_file_id"],
            "completion_window": asked.get("completion_window", "24h"),
            "created_at": _now(),
            "metadata": asked.get("metadata"),
            "status": "validating",
        }
        return self.batches[key]

    def retrieve(self, key: str) -> dict[str, Any]:
        """A batch as it is now."""
        batch = self.batches[key]
        if batch["status"] in ("validating", "in_progress"):
            batch |= {"status": "in_progress"} if self._left[key] else self._worked(batch)
            self._left[key] -= 1
        return batch

    def _worked(self, batch: dict[str, Any]) -> dict[str, Any]:
        if self.refused:
            return _failed("token_limit_exceeded", self.refused)
        lines = self.files[batch["input_file_id"]].splitlines()
        try:
            tasks = [_task(line) for line in lines]
        except (ValueError, KeyError, TypeError) as why:
            return _failed("invalid_json_line", str(why))
        results = [_result(name, *self.answer(body)) for name, body in tasks][::-1]
        good = [result for result in results if _succeeded(result)]
        bad = [result for result in results if not _succeeded(result)]
        counts = {"total": len(results), "completed": len(good), "failed": len(bad)}
        return {
            "status": "completed",
            "completed_at": _now(),
            "output_file_id": self._output(good),
            "error_file_id": self._output(bad),
            "request_counts": counts,
        }

    def _output(self, results: list[dict[str, Any]]) -> str | None:
        if not results:
            return None
        content = "".join(json.dumps(result) + "\n" for result in results)
        key: str = self.upload(content.encode(), "output.jsonl", "batch_output")["id"]
        return key


def _failed(code: str, why: str) -> dict[str, Any]:
    wrong = {"code": code, "message": why, "line": None, "param": None}
    return {"status": "failed", "errors": {"object": "list", "data": [wrong]}}


def _task(line: bytes) -> tuple[str, Any]:
    task = json.loads(line)
    if task["url"] != ENDPOINT or task["method"] != "POST":
        raise ValueError(f"{task['custom_id']}: not a POST to {ENDPOINT}")
    return task["custom_id"], task["body"]


def _result(name: str, status: int, body: Any) -> dict[str, Any]:
    result: dict[str, Any] = {"id": f"batch_req_{name}", "custom_id": name}
    if status == 0:
        lost = {"code": "server_error", "message": "the request was not answered"}
        return result | {"response": None, "error": lost}
    response = {"status_code": status, "request_id": f"req_{name}", "body": body}
    return result | {"response": response, "error": None}


def _succeeded(result: dict[str, Any]) -> bool:
    return bool(result["response"]) and result["response"]["status_code"] == 200


def _now() -> int:
    return int(time.time())
