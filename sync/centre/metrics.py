"""What a monitor may know of a running centre: how much and how fast, and nothing of any hub."""

import os
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

TEXT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # where many workers of one centre add up
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one worker."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "centre_requests",
            "Requests answered.",
            ("path", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "centre_request_seconds",
            "Time to answer a request.",
            ("path",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._batches = Counter(
            "centre_batches", "Batches received.", ("result",), registry=self._registry
        )
        self._rows = Counter("centre_rows", "Rows counted.", registry=self._registry)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count a request; `path` is a template, never what a stranger wrote."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def received(self, result: str, rows: int) -> None:
        """Count a batch by what became of it, and the rows that were counted."""
        self._batches.labels(result).inc()
        self._rows.inc(rows)

    def text(self, standing: Mapping[str, tuple[str, float]]) -> bytes:
        """Give everything in Prometheus’ text form; `standing`: name → what it is, and its value.

        Where workers share a folder, the counters of all of them are added up.
        """
        shown = CollectorRegistry()
        if SHARED_FOLDER in os.environ:
            MultiProcessCollector(shown)
        else:
            shown.register(_Copied(self._registry))
        shown.register(_Standing(standing))
        return generate_latest(shown)


class _Copied(Collector):
    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


class _Standing(Collector):
    def __init__(self, standing: Mapping[str, tuple[str, float]]) -> None:
        self._standing = standing

    def collect(self) -> Iterable[Metric]:
        return [
            GaugeMetricFamily(name, about, value) for name, (about, value) in self._standing.items()
        ]
