"""What Prometheus is told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from docreader.web.service import Service

TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counters of requests, and what the service's own parts count."""

    def __init__(self, service: "Service") -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "docreader_requests", "Answers by route and status.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "docreader_first_byte_seconds",
            "From the request to the first byte of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Parts(service))

    def count(self, route: str, status: int, seconds: float) -> None:
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Parts(Collector):
    def __init__(self, service: "Service") -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        jobs, articles = self._service.jobs, self._service.articles
        tracks = CounterMetricFamily("docreader_tracks", "Tracks by how their making ended.", labels=["result"])
        for result, number in jobs.count.items():
            tracks.add_metric([result.replace(" ", "_")], number)
        yield tracks
        fetched = CounterMetricFamily("docreader_articles", "Pages asked for, by what came.", labels=["result"])
        for result, number in articles.count.items():
            fetched.add_metric([result], number)
        yield fetched
        running = GaugeMetricFamily("docreader_running", "At work now.", labels=["what"])
        waiting = GaugeMetricFamily("docreader_waiting", "Waiting for their turn.", labels=["what"])
        for what, gate in (("tracks", jobs.gate), ("articles", articles.gate)):
            running.add_metric([what], gate.running)
            waiting.add_metric([what], gate.waiting)
        yield running
        yield waiting
        yield GaugeMetricFamily("docreader_listeners", "Who hears a track while it is made.", value=jobs.listeners)
        yield GaugeMetricFamily(
            "docreader_store_bytes", "Of tracks and articles on disk.", value=self._service.store.used_bytes
        )
