"""The fake server without a script: what its user sees of the shipped agents, in every form."""

from __future__ import annotations

import pytest

import runs
import vqva_crawl as vc
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from webpages import gallery


@pytest.mark.parametrize("form", ["parts", "prose"])
@pytest.mark.parametrize("schemas", [True, False])
def test_it_gives_samples(tmp_path, serve, form, schemas):
    with FakeModelServer() as server:
        if not schemas:
            server.fail(faults.refused_format())
        path = runs.with_model(tmp_path, serve(gallery(2)).origin, server)
        report = vc.run(vc.load(path, [f"agents.reasoner.options.form={form}"]))
    assert report.samples == 2
