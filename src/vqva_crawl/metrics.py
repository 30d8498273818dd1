"""`metrics.prom`: a run's figures for Prometheus, as node_exporter's textfile collector reads them.

Names and units follow https://prometheus.io/docs/practices/naming/. All figures are of the whole
run, over all calls; what can only grow is a counter.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vqva_crawl.errors import Stopped, VqvaError
from vqva_crawl.reporting import RunReport, report_of
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import storage_errors

Row = tuple[tuple[str, ...], float]  # label values, figure


@contextmanager
def measured(folder: RunFolder, ledger: Ledger) -> Iterator[None]:
    """Writes `metrics.prom` when the block ends, however it ends. Raises StorageError."""
    began = time.monotonic()

    def write(exit_code: int) -> None:
        write_metrics(folder, report_of(folder, ledger, time.monotonic() - began), exit_code)

    try:
        yield
    except BaseException as error:
        with suppress(VqvaError):  # it is the first failure that is told, of a full disk perhaps
            write(_exit_code(error))
        raise
    write(0)


def _exit_code(error: BaseException) -> int:
    """What the command line returns for it."""
    match error:
        case Stopped():
            return 128 + error.signum
        case VqvaError():
            return error.exit_code
        case asyncio.CancelledError() | KeyboardInterrupt():  # an interrupted notebook cell
            return 128 + signal.SIGINT
    return 1


def write_metrics(folder: RunFolder, report: RunReport, exit_code: int) -> None:
    """Replaces the file as a whole. Raises StorageError."""
    registry = CollectorRegistry()
    registry.register(_Figures(report, exit_code))
    path = str(folder.path / "metrics.prom")
    with storage_errors(path):
        write_to_textfile(path, registry)


class _Figures(Collector):
    def __init__(self, report: RunReport, exit_code: int) -> None:
        self._report = report
        self._exit_code = exit_code

    def collect(self) -> Iterator[Metric]:
        yield from self._totals()
        yield from self._losses()
        yield from self._stages()
        yield from self._models()
        yield from self._last_call()

    def _totals(self) -> Iterator[Metric]:
        counts = dict(self._report.counts)
        # The barrier may drop a sample again, a page may wait again, a failure may pass.
        samples, pages, errors = counts.pop("samples"), counts.pop("pages"), self._report.errors
        counts["units_committed"] = counts.pop("committed")
        yield self._gauge("samples", "Accepted samples.", [((), samples)])
        yield self._gauge("pages", "Pages that were fetched.", [((), pages)])
        rows: list[Row] = [((why,), n) for why, n in errors.items()]
        yield self._gauge("dropped_urls", "URLs that gave nothing.", rows, "reason")
        for name, count in counts.items():
            yield self._counter(name, f"What the run has of {name}.", [((), count)])

    def _losses(self) -> Iterator[Metric]:
        losses = self._report.losses
        pages: list[Row] = [((loss.cause,), loss.count) for loss in losses.pages]
        pictures: list[Row] = [((loss.cause,), loss.count) for loss in losses.pictures]
        # Gauges: what is had after all is lost no more. The counters are in stage_rejected.
        yield self._gauge("lost_pages", "Pages that could not be had.", pages, "cause")
        yield self._gauge("lost_pictures", "Pictures that could not be had.", pictures, "cause")

    def _stages(self) -> Iterator[Metric]:
        lines = self._report.survival.items()
        seen: list[Row] = [((stage,), line.seen) for stage, line in lines]
        passed: list[Row] = [((stage,), line.passed) for stage, line in lines]
        rejected: list[Row] = [
            ((s, why), n) for s, line in lines for why, n in line.reasons.items()
        ]
        yield self._counter("stage_seen", "Records that came to a stage.", seen, "stage")
        yield self._counter("stage_passed", "Records it let pass.", passed, "stage")
        yield self._counter("stage_rejected", "Records it dropped.", rejected, "stage", "reason")

    def _models(self) -> Iterator[Metric]:
        calls: list[Row] = []
        tokens: list[Row] = []
        money: list[Row] = []
        for agent, total in self._report.spend.items():
            calls += [((agent, "answered"), total.answered), ((agent, "failed"), total.failed)]
            tokens += [((agent, "prompt"), total.prompt), ((agent, "completion"), total.completion)]
            money.append(((agent,), total.money))
        yield self._counter("model_calls", "Calls of a model.", calls, "agent", "outcome")
        yield self._counter("model_tokens", "Tokens of these calls.", tokens, "agent", "kind")
        yield self._counter("model_money", "By the config's prices.", money, "agent")

    def _last_call(self) -> Iterator[Metric]:
        yield self._gauge("rounds", "Rounds begun.", [((), self._report.rounds)])
        said = "How the last call ended; 0 is good."
        yield self._gauge("exit_code", said, [((), self._exit_code)])
        said = "How long the last call took."
        yield self._gauge("duration_seconds", said, [((), self._report.seconds)])
        yield self._gauge("end_timestamp_seconds", "When it ended.", [((), time.time())])

    def _gauge(self, name: str, said: str, rows: list[Row], *labels: str) -> Metric:
        family = GaugeMetricFamily(f"vqva_crawl_{name}", said, labels=["run", *labels])
        return self._filled(family, rows)

    def _counter(self, name: str, said: str, rows: list[Row], *labels: str) -> Metric:
        family = CounterMetricFamily(f"vqva_crawl_{name}", said, labels=["run", *labels])
        return self._filled(family, rows)

    def _filled(self, family: GaugeMetricFamily | CounterMetricFamily, rows: list[Row]) -> Metric:
        for values, figure in rows:
            family.add_metric([self._report.name, *values], figure)
        return family
