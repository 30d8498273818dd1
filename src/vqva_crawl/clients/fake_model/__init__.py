"""An OpenAI-compatible server without a model, for tests and benchmarks of what talks to one.

    from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, Reply, faults

`FakeModelServer` says how to start it, `faults` what can go wrong, `counting` what a token is, and
`chain` what it answers the shipped agents without a script of yours.
"""

from vqva_crawl.clients.fake_model import faults
from vqva_crawl.clients.fake_model.counting import Usage
from vqva_crawl.clients.fake_model.faults import Fault
from vqva_crawl.clients.fake_model.reply import Reply, Wire
from vqva_crawl.clients.fake_model.request import ChatRequest
from vqva_crawl.clients.fake_model.server import FakeModelServer

__all__ = ["ChatRequest", "FakeModelServer", "Fault", "Reply", "Usage", "Wire", "faults"]
