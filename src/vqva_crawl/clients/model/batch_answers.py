"""One line of a batch's answers, judged as in live mode.

None of its fields is taken to be there, or of its type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch_files import asker
from vqva_crawl.clients.model.endpoint import about_schema
from vqva_crawl.clients.model.protocol import ErrorAnswer, NoCompletion, answer_of
from vqva_crawl.clients.model.statuses import Status, failure
from vqva_crawl.clients.plain import plain
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError, RateLimited, Refused, Transient

NOT_REACHED = ("batch_expired", "batch_cancelled")  # OpenAI's, for what a batch did not come to
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a question: an answer, or `why` there is none.

    `status` is 200 for whatever was answered, and 0 where none is told. `passing` tells that it
    says nothing of the question, `ends` what is wrong with the endpoint for every question.
    """

    role: str
    key: str
    answer: Answer | None = None
    status: int = 200
    why: str = ""
    passing: bool = False
    ends: str = ""

    @property
    def refused(self) -> bool:
        return 400 <= self.status < 500


def said(line: dict[str, Any], settings: Settings, secret: str) -> Said:
    """`secret` is the key, which some servers repeat in what they say (threat 22)."""
    role, key = asker(line)
    response, wrong = _dict(line.get("response")), line.get("error")
    status, body = _number(response.get("status_code")), response.get("body")
    if status in (0, 200):
        try:
            return Said(role, key, _answer(body, settings.base_url or ""))
        except ErrorAnswer as error:  # as a gateway says it in an answer with status 200
            status, wrong = error.status_code, {"message": str(error), "code": error.code}
        except Transient as error:
            status, wrong = 200, error.detail
        except NoCompletion as error:
            wrong = wrong or str(error)
    else:
        wrong = _dict(body).get("error") or wrong
    return _without(role, key, Status(status, _words(wrong, secret), _code(wrong), {}), settings)


def _answer(body: Any, url: str) -> Answer:
    """Raises ErrorAnswer, NoCompletion, Transient."""
    from openai.types.chat import ChatCompletion

    whole = isinstance(body, dict)
    return answer_of(ChatCompletion.construct(**body) if whole else body, url, 0.0)


def _without(role: str, key: str, status: Status, settings: Settings) -> Said:
    """What a failure means, by the rules of live mode."""
    passing, ends = status.code in NOT_REACHED, ""
    if status.number >= 400:
        match failure(status, settings):
            case ModelError() as error:
                ends = str(error)
            case RateLimited():
                passing = True
            case Transient():
                passing = status.number < 500
            case Refused() if about_schema(status.said):
                ends = f"{settings.base_url}: {status.said}; is model.json_mode right?"
    return Said(role, key, None, status.number, status.said, passing, ends)


def _words(found: Any, secret: str) -> str:
    """The endpoint's reason on one line; OpenAI and vLLM nest it in different ways."""
    while isinstance(found, dict):
        found = found.get("error") or found.get("message")
    return plain(str(found or NO_REASON), secret)


def _code(found: Any) -> str | None:
    code = _dict(found).get("code")
    return code if isinstance(code, str) else None


def _dict(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _number(found: Any) -> int:
    """A status, also one that stands there as text; 0 for none."""
    return int(str(found)[:4]) if str(found).isdecimal() else 0
