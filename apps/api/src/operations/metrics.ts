/**
 * What Prometheus reads at `/metrics`. Counters and histograms are touched on hot paths, so they have few labels and
 * are looked up once; gauges of things that somebody else counts are asked for when they are read (`gauge`).
 */
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: from a served-from-memory answer to a large upload. */
const HTTP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const COMMIT_BUCKETS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 1];

@Injectable()
export class Metrics {
  readonly registry = new Registry();

  /** Time from the first byte of a request to the last of its answer, by route pattern and status class. */
  readonly httpDuration = new Histogram({
    name: 'heapcast_http_request_duration_seconds',
    help: 'HTTP requests by method, route and status class.',
    labelNames: ['method', 'route', 'status'],
    buckets: HTTP_BUCKETS,
    registers: [this.registry],
  });

  readonly journalCommit = new Histogram({
    name: 'heapcast_journal_commit_duration_seconds',
    help: 'Time of one group commit of the session journal.',
    buckets: COMMIT_BUCKETS,
    registers: [this.registry],
  });

  readonly sessionEvents = new Counter({
    name: 'heapcast_session_events_total',
    help: 'Requests of live sessions that were journalled and applied.',
    registers: [this.registry],
  });

  readonly ingestedEvents = new Counter({
    name: 'heapcast_ingested_events_total',
    help: 'Requests of uploaded traces that were stored.',
    registers: [this.registry],
  });

  readonly ingestedBytes = new Counter({
    name: 'heapcast_ingested_bytes_total',
    help: 'Bytes of uploaded traces as sent.',
    registers: [this.registry],
  });

  readonly replayedEvents = new Counter({
    name: 'heapcast_replayed_events_total',
    help: 'Requests replayed by finished runs.',
    registers: [this.registry],
  });

  readonly runsFinished = new Counter({
    name: 'heapcast_runs_finished_total',
    help: 'Runs by how they ended.',
    labelNames: ['status'],
    registers: [this.registry],
  });

  readonly measurementsStopped = new Counter({
    name: 'heapcast_measurements_stopped_total',
    help: 'Measurements that were stopped because nobody waited for them any more.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 20 });
  }

  /** A number that `read` tells whenever the metrics are asked for. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        this.set(await read());
      },
    });
    this.registry.registerMetric(gauge);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
