"""What comes back from a batch is filed line by line, whatever a line holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vqva_crawl.clients.model.batch_files import answers_of, refusals
from vqva_crawl.clients.model.cached import stored
from vqva_crawl.clients.model.filing import Desk, Filed, file_answers
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError
from vqva_crawl.storage.cache import Entries

GOOD = {
    "choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2},
}


def body(**changed: object) -> dict:
    return {"response": {"status_code": 200, "body": {**GOOD, **changed}}}


def choice(**changed: object) -> dict:
    return body(choices=[{**GOOD["choices"][0], **changed}])


def refused(status: int, said: str = "no") -> dict:
    return {"response": {"status_code": status, "body": {"error": {"message": said}}}}


ANSWERED = {
    "content as a list": choice(message={"content": [{"type": "text", "text": "yes"}]}),
    "status as text": {"response": {"status_code": "200", "body": GOOD}},
    "counts that are null": body(usage={"prompt_tokens": None, "completion_tokens": None}),
    "counts that are text": body(usage={"prompt_tokens": "many", "completion_tokens": []}),
    "usage as a list": body(usage=[1, 2]),
    "finish_reason as a number": choice(finish_reason=7),
}
ODD = {
    "response as text": {"response": "what?"},
    "response as a list": {"response": [200]},
    "no response": {},
    "body as text": {"response": {"status_code": 200, "body": json.dumps(GOOD)}},
    "body as a list": {"response": {"status_code": 200, "body": [GOOD]}},
    "a choice that is null": body(choices=[None]),
    "no choices": body(choices=[]),
    "choices as text": body(choices="yes"),
    "message as text": choice(message="yes"),
    "an error as text": {"response": None, "error": "lost"},
    "a status that is none": {"response": {"status_code": -1, "body": None}},
    "a server's failure": refused(500),
}
PASSING = {
    "a crowd": refused(429),
    "an upstream's crowd": body(choices=None, error={"message": "busy", "code": 429}),
    "an expired batch": {"response": None, "error": {"code": "batch_expired", "message": "late"}},
}


class Office:
    """A folder with one batch file at a time, and what was said of its questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = Entries(folder / "cache")
        self.settled: list[tuple[str, str]] = []
        settings = Settings(base_url="http://h.test/v1", name="m", api_key_env=None)
        self.desk = Desk(settings, "", self.entries, self._settle)

    def _settle(self, role: str, key: str, answer: object, failed: str) -> None:
        self.settled.append((key, failed))

    def file(self, said: dict[str, dict], completed: bool = True, lost: int = 0) -> Filed:
        """Files what was said of each question; so many more had no line."""
        path = self.folder / "batch/x.jsonl"
        path.parent.mkdir(exist_ok=True)
        every = [*said, *(f"lost{n}" for n in range(lost))]
        path.write_text("".join(json.dumps({"custom_id": f"r-{k}"}) + "\n" for k in every))
        lines = [json.dumps({"custom_id": f"r-{k}", **line}) for k, line in said.items()]
        answers_of(path).write_text("\n".join(lines))
        return file_answers(path, self.desk, completed)

    def refusal(self, key: str) -> tuple[str, str] | None:
        """(reason, words) of a question that is not asked again."""
        found = refusals(self.folder / "batch").get(key)
        return (found[0]["reason"], found[1].decode()) if found else None


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_in_an_odd_form_is_an_answer(office, name):
    assert office.file({"a": ANSWERED[name]}).answered == 1
    assert stored(office.entries, "a").text == "yes"


@pytest.mark.parametrize("name", ODD)
def test_a_line_that_cannot_be_understood_is_asked_for_three_times(office, name):
    for _ in range(2):
        filed = office.file({"a": ODD[name], "b": body()})
        assert (filed.answered, filed.refused, filed.failed) == (1, 0, 1)
        assert filed.why
        assert office.refusal("a") is None
    filed = office.file({"a": ODD[name]})
    assert (filed.refused, filed.failed) == (1, 0)
    reason, said = office.refusal("a")
    assert reason == "endpoint_failed"
    assert "(3 batches)" in said
    assert stored(office.entries, "b").text == "yes"


@pytest.mark.parametrize("name", PASSING)
def test_what_says_nothing_of_a_question_is_asked_again_without_end(office, name):
    for _ in range(5):
        assert office.file({"a": PASSING[name]}).failed == 1
    assert office.refusal("a") is None
    assert not office.settled


@pytest.mark.parametrize(("completed", "refused"), [(True, 1), (False, 0)])
def test_questions_without_a_line_count_where_the_batch_came_to_all(office, completed, refused):
    filed = [office.file({"b": body()}, completed, lost=1) for _ in range(3)][-1]
    assert (filed.refused, filed.failed) == (refused, 1 - refused)


def test_answers_that_are_none_are_paid_and_refusals_are_not(office):
    office.file({"a": choice(message="yes"), "b": refused(400), "c": body()})
    assert dict(office.settled) == {"a": "empty", "b": "refused", "c": ""}


def test_an_answer_without_a_word_is_kept_for_this_run_alone(office):
    silent = choice(message={"content": None, "reasoning_content": "hm"})
    assert office.file({"a": silent, "b": body()}).answered == 2
    assert stored(office.entries, "a") is None


@pytest.mark.parametrize("line", [ODD["response as text"], refused(400), choice(message={})])
def test_an_endpoint_that_answers_nothing_loses_no_record(office, line):
    many = {str(n): line for n in range(20)}
    with pytest.raises(ModelError, match="no question of a batch was answered"):
        office.file(many)
    assert not any(map(office.refusal, many))


def test_a_403_is_a_questions_own_where_another_one_is_answered(office):
    with pytest.raises(ModelError, match="api_key_env"):
        office.file({"a": refused(403)})
    assert office.refusal("a") is None
    assert office.file({"a": refused(403), "b": body()}).refused == 1
    assert office.refusal("a") == ("endpoint_refused", "no")


@pytest.mark.parametrize("known", [True, False])
def test_failures_of_an_endpoint_that_never_answered_lose_no_question(office, known):
    office.desk = replace(office.desk, known=lambda: known)
    for _ in range(4):
        if known:
            office.file({"a": refused(500)})
        else:
            with pytest.raises(ModelError, match="no question of a batch was answered"):
                office.file({"a": refused(500), "b": ODD["no choices"]})
    assert (office.refusal("a") is not None) == known


def test_two_answers_to_one_question_count_once_and_the_first_holds(office):
    path = office.folder / "batch/x.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps({"custom_id": "r-a"}) + "\n")
    both = [body(), choice(message={"content": "no"})]
    text = "".join(json.dumps({"custom_id": "r-a", **line}) + "\n" for line in both)
    answers_of(path).write_text(text)
    assert file_answers(path, office.desk).answered == 1
    assert stored(office.entries, "a").text == "yes"
    assert office.settled == [("a", "")]


def test_an_answer_to_nothing_that_was_asked_is_neither_stored_nor_paid(office):
    path = office.folder / "batch/x.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps({"custom_id": "r-a"}) + "\n")
    ids = ("r-b", "weird", "r-a")
    answers_of(path).write_text("".join(json.dumps({"custom_id": i, **body()}) + "\n" for i in ids))
    assert file_answers(path, office.desk).answered == 1
    assert office.settled == [("a", "")]
    assert stored(office.entries, "b") is None


def test_half_a_character_in_a_line_costs_its_question_at_most(office):
    filed = office.file(
        {
            "a": choice(message={"content": "y\ud83des"}),
            "b": refused(400, "no\ud83d"),
            "c\ud800": body(),
            "d": choice(finish_reason="st\ud800op"),
        }
    )
    assert (filed.answered, filed.refused) == (3, 1)
    assert stored(office.entries, "a").text == "y\ufffdes"
    assert office.refusal("b") == ("endpoint_refused", "no")
