"""The fake server from a shell: the whole chain runs against it, and nothing is paid.

python -m vqva_crawl.clients.fake_model --port 8000
vqva-crawl run --config vllm
"""

from __future__ import annotations

import argparse
import asyncio
import signal

from vqva_crawl.clients.fake_model import faults
from vqva_crawl.clients.fake_model.faults import Fault
from vqva_crawl.clients.fake_model.server import FakeModelServer

# Those that need no word of their own.
FAULTS = (
    faults.too_many, faults.out_of_quota, faults.server_error, faults.unavailable, faults.dropped,
    faults.html_page, faults.refused_format, faults.cut, faults.no_usage, faults.truncated,
    faults.content_filter, faults.empty, faults.refusal, faults.invalid_json, faults.in_prose,
    faults.in_fence, faults.ignored_format, faults.loop, faults.wrong_language,
    faults.mixed_languages,
)  # fmt: skip
NAMED = {fault.__name__: fault for fault in FAULTS}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m vqva_crawl.clients.fake_model",
        description="An OpenAI-compatible server on 127.0.0.1 without a model.",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a call takes")
    parser.add_argument("--fault", choices=NAMED, action="append", default=[], metavar="NAME",
                        help=f"what goes wrong, once or more: {', '.join(NAMED)}")  # fmt: skip
    parser.add_argument("--rate", type=float, default=1.0, help="the share of calls that it meets")
    return parser.parse_args()


async def serve(port: int, latency: float, wrong: list[Fault], rate: float) -> None:
    server = FakeModelServer(latency=latency, port=port, keep_requests=False)
    for fault in wrong:
        server.fail(fault, rate=rate)
    ended = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):  # also where a shell's `&` had it ignore Ctrl-C
        asyncio.get_running_loop().add_signal_handler(signum, ended.set)
    async with server:
        print(f"{server.base_url} answers; Ctrl-C ends it", flush=True)
        await ended.wait()


def main() -> None:
    told = arguments()
    asyncio.run(serve(told.port, told.latency, [NAMED[n]() for n in told.fault], told.rate))


if __name__ == "__main__":
    main()
