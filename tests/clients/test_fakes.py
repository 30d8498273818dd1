import pytest

from vqva_crawl.clients.base import ChatModel, Fetcher, Limiter, Message, SearchBackend
from vqva_crawl.clients.fakes import FakeFetcher, FakeLimiter, FakeSearch, ScriptedModel
from vqva_crawl.errors import ModelError, Refused, Transient
from vqva_crawl.records import Query

QUERY = Query(text="frog life cycle", topic="life", domain="world_knowledge", family="temporal")


def test_the_fakes_have_the_protocols_shapes() -> None:
    fetcher: Fetcher = FakeFetcher({})
    limiter: Limiter = FakeLimiter()
    model: ChatModel = ScriptedModel([])
    search: SearchBackend = FakeSearch({})
    assert fetcher
    assert limiter
    assert model.name
    assert search.name


async def test_fetcher() -> None:
    fetcher = FakeFetcher({"http://a/": b"hi", "http://b/": Transient("dns", "http://b/", "no")})
    response = await fetcher.get("http://a/", "page")
    assert (response.body, response.status) == (b"hi", 200)
    with pytest.raises(Transient):
        await fetcher.get("http://b/", "page")
    with pytest.raises(Refused) as error:
        await fetcher.get("http://c/", "image")
    assert error.value.kind == "http_404"
    assert [kind for _, kind in fetcher.asked] == ["page", "page", "image"]
    assert fetcher.counters.errors == {"dns": 1, "http_404": 1}


async def test_model_follows_its_script() -> None:
    model = ScriptedModel(["one", ModelError("down")])
    assert (await model.chat([Message("user", "hi")])).text == "one"
    for _ in range(2):
        with pytest.raises(ModelError):
            await model.chat([])
    assert len(model.asked) == 3


async def test_search_and_limiter() -> None:
    search = FakeSearch({"frog life cycle": ["http://a/", "http://b/"]})
    [hit] = await search.search(QUERY, 1)
    assert (hit.url, hit.rank, hit.topic) == ("http://a/", 0, "life")
    limiter = FakeLimiter()
    async with limiter.slot("host:a"):
        assert limiter.active == 1
    assert limiter.active == 0
