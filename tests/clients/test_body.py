import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.clients.body import BodyReader
from vqva_crawl.errors import FetchError, Refused, Transient


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}


async def chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(
    data: bytes,
    *codings: str,
    limit: int = 5_000_000,
    cut: bool = False,
    unzip: bool = False,
    size: int = 1 << 16,
) -> bytes:
    reader = BodyReader("http://h/", codings, limit, cut, unzip=unzip)
    return await reader.read(chunks(data, size))


@given(st.binary(max_size=3000), st.lists(st.sampled_from(sorted(PACKERS)), max_size=2), st.data())
async def test_what_was_packed_comes_out(
    body: bytes, names: list[str], data: st.DataObject
) -> None:
    packed = body
    for name in names:
        packed = PACKERS[name](packed)
    size = data.draw(st.integers(1, 500))
    assert await BodyReader("http://h/", names, 10_000).read(chunks(packed, size)) == body


async def test_raw_deflate_and_gzip_members() -> None:
    text = b"hello " * 1000
    assert await read(raw_deflate(text), "deflate") == text
    assert await read(gzip.compress(text) + gzip.compress(text), "gzip") == text + text
    assert await read(gzip.compress(text) + b"\0\0\0", "gzip") == text


def brotli_bomb(size: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    piece = b"\0" * (1 << 24)
    packed = b"".join(packer.process(piece) for _ in range(size >> 24))
    return packed + packer.finish()


@pytest.mark.parametrize("name", ["br", "gzip", "deflate"])
async def test_a_bomb_is_refused_in_little_memory(name: str) -> None:
    zeros = b"\0" * (40 << 20)
    bomb = brotli_bomb(1 << 28) if name == "br" else PACKERS[name](zeros)
    del zeros
    tracemalloc.start()
    with pytest.raises(Refused) as error:
        await read(bomb, name, limit=20_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.value.kind == "bomb"
    assert peak < 24 << 20


async def test_a_bomb_inside_a_bomb_is_refused() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * (40 << 20)))
    with pytest.raises(Refused) as error:
        await read(bomb, "gzip", "gzip")
    assert error.value.kind == "bomb"


async def test_a_bomb_is_refused_where_long_bodies_are_cut() -> None:
    with pytest.raises(Refused) as error:
        await read(PACKERS["gzip"](b"\0" * (50 << 20)), "gzip", limit=20_000_000, cut=True)
    assert error.value.kind == "bomb"


@pytest.mark.parametrize("names", [["gzip"] * 3, ["br", "gzip", "deflate"]])
async def test_at_most_two_encodings(names: list[str]) -> None:
    with pytest.raises(Refused) as error:
        await read(b"", *names)
    assert error.value.kind == "bomb"


@pytest.mark.parametrize("name", sorted(PACKERS))
async def test_a_compressed_body_that_ends_too_early_is_truncated(name: str) -> None:
    packed = PACKERS[name](bytes(range(256)) * 40)
    with pytest.raises(Transient) as error:
        await read(packed[:-9], name)
    assert error.value.kind == "truncated"


@pytest.mark.parametrize(("name", "data"), [("gzip", b"no gzip"), ("br", b"\xff" * 50), ("x", b"")])
async def test_what_cannot_be_decoded_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Refused) as error:
        await read(data, name)
    assert error.value.kind == "protocol"


async def test_the_cap_counts_decoded_bytes() -> None:
    body = bytes(range(256)) * 100
    assert await read(gzip.compress(body), "gzip", limit=len(body)) == body
    with pytest.raises(Refused) as error:
        await read(gzip.compress(body), "gzip", limit=len(body) - 1)
    assert error.value.kind == "too_large"
    assert await read(body, limit=100, cut=True) == body[:100]


@given(st.binary(max_size=400), st.sampled_from(sorted(PACKERS)))
async def test_garbage_raises_only_fetch_errors(body: bytes, name: str) -> None:
    with suppress(FetchError):
        await read(body, name, limit=10_000)


@pytest.mark.parametrize("size", [1, 2, 1 << 16])
@pytest.mark.parametrize("body", [b"", b"\x1f", b"<urlset/>", b"\x1f\x8b no gzip"])
async def test_a_file_is_unpacked_by_its_first_bytes_whatever_coding_it_came_in(
    body: bytes, size: int
) -> None:
    if body != b"\x1f":  # which is how a gzipped file may begin
        assert await read(body, unzip=True, size=size) == body
    packed = gzip.compress(body)
    assert await read(packed, unzip=True, size=size) == body
    assert await read(brotli.compress(packed), "br", unzip=True, size=size) == body
    with pytest.raises(Transient):
        await read(packed[:-9], unzip=True, size=size)
    assert await read(packed, size=size) == packed


async def test_no_bomb_unfolds_in_a_gzipped_file() -> None:
    bomb = gzip.compress(b"\0" * (40 << 20))
    for data, codings in ((bomb, []), (gzip.compress(bomb), ["gzip"])):
        with pytest.raises(Refused) as error:
            await read(data, *codings, limit=50 << 20, cut=True, unzip=True)
        assert error.value.kind == "bomb"
