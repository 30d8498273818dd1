"""What is asked of a model's endpoint: one call with a picture, one with a JSON schema."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pydantic import BaseModel

from vqva_crawl.clients.base import Answer, Call, Message
from vqva_crawl.clients.model.asking import read, schema_of, spoken
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.probes import probe_of
from vqva_crawl.clients.model.protocol import wordless
from vqva_crawl.clients.model.roles import asking_roles, every_for, key_of
from vqva_crawl.clients.model.tokens import with_thinking
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.doctor.finding import Finding, State, apart, failed
from vqva_crawl.errors import FetchError, ModelError, Refused, Unusable

MODEL = ModelError.exit_code
BLIND = {"planner", "labeller"}  # roles that send no picture
ROOM = 256  # tokens of an answer
PATIENCE = 20.0  # seconds for one call


class Form(BaseModel):
    """An answer that only a server which honours the schema gives: the call does not ask for it."""

    reachable: bool


@dataclass(frozen=True)
class Asked:
    """An endpoint and the roles that ask it."""

    settings: Settings
    roles: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"model {self.settings.name}"


def endpoints(config: Config) -> list[Asked]:
    """Each endpoint of the config once. Raises ConfigError."""
    found: dict[str, tuple[Settings, list[str]]] = {}
    for role in asking_roles(config):
        for settings in every_for(config, role):
            roles = found.setdefault(settings.model_dump_json(), (settings, []))[1]
            if role not in roles:
                roles.append(role)
    return [Asked(settings, tuple(roles)) for settings, roles in found.values()]


async def model(asked: Asked) -> Finding:
    """Both calls, with the tokens that they took. Raises ModelError."""
    settings = asked.settings
    key = key_of(settings)
    await _find(settings)
    patient = {"timeout": min(settings.timeout, PATIENCE)}
    endpoint = Endpoint(settings.model_copy(update=patient), key)
    try:
        return await _probed(asked, endpoint)
    except FetchError as error:
        said = f"{error.url}: {error.detail} ({error.kind})"
        return failed(asked.name, said, "is the server up, and its base_url right?", MODEL)
    finally:
        await endpoint.aclose()


async def _find(settings: Settings) -> None:
    """Looks the host up first, where nobody waits for a dead name server. Raises ModelError."""
    parts = urlsplit(settings.base_url or "")
    try:
        await apart(socket.getaddrinfo, parts.hostname, parts.port or 443)
    except OSError as error:
        raise ModelError(f"{settings.base_url}: no address for {parts.hostname}") from error


async def _probed(asked: Asked, endpoint: Endpoint) -> Finding:
    room = asked.settings.thinking_tokens
    text = with_thinking(probe_of(Call((Message("user", ("?",)),), max_tokens=ROOM)), room)
    shown = with_thinking(probe_of(Call((Message("user", ("?", b"?")),), max_tokens=ROOM)), room)
    answers: list[Answer] = []
    blind = ""
    try:
        answers.append(await endpoint.chat(shown))
    except Refused as error:
        blind = f"refuses a picture: {error.detail} ({error.kind})"
        if not BLIND.issuperset(asked.roles):
            advice = "the agents send pictures: it has to be a vision-language model"
            return failed(asked.name, f"{endpoint.url} {blind}", advice, MODEL)
    schema, advice = await _schema(endpoint, replace(text, schema=schema_of(Form)), answers)
    return _told(asked, endpoint.url, answers, [said for said in (blind, schema) if said], advice)


async def _schema(endpoint: Endpoint, call: Call, answers: list[Answer]) -> tuple[str, str]:
    """What is to be said of schemas, and what to do; ("", "") where they are honoured."""
    if endpoint.asked(call).schema is None:
        return "is asked for JSON in words (json_mode: text)", ""
    try:
        answer = await endpoint.chat(call)
    except Refused as error:
        told = f"refuses response_format: {error.detail} ({error.kind})"
        return told, "model.json_mode: text"
    answers.append(answer)
    try:
        found, _ = read(spoken(answer), Form)
    except Unusable:
        found = None
    return ("", "") if found else ("ignores response_format; answers are read out of prose", "")


def _told(
    asked: Asked, url: str, answers: Iterable[Answer], odd: list[str], advice: str
) -> Finding:
    answers = list(answers)
    if any(map(wordless, answers)):
        wish = "does its reasoning parser take all? raise model.thinking_tokens"
        return failed(asked.name, f"{url} answers without a word", wish, MODEL)
    prompt = sum(answer.prompt_tokens for answer in answers)
    completion = sum(answer.completion_tokens for answer in answers)
    details = {
        "base_url": url,
        "roles": list(asked.roles),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "schema": not odd,
    }
    sees = "" if odd and odd[0].startswith("refuses a picture") else "a picture and "
    good = f"answers {sees}a JSON schema" if not odd else "; ".join(odd)
    said = f"{url} {good}; {prompt} + {completion} tokens; for {', '.join(asked.roles)}"
    words_only = asked.settings.json_mode == "text" and len(odd) == 1
    state: State = "ok" if not odd or words_only else "warning"
    return Finding(asked.name, state, said, advice, details=details)
