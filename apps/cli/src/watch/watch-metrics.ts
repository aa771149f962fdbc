import type { Sources } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';
import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client';
import type { LogCounts } from './watcher.js';

type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

/** A page of metrics in the format that was asked for. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of a watch in both text formats, read when they are asked for. */
export class WatchMetrics {
  private readonly plain = new Registry();
  private readonly open = new Registry<OpenMetricsContentType>();

  constructor(sources: Sources, log: LogCounts, { version, nodeExporter }: { readonly version: string; readonly nodeExporter: boolean }) {
    this.open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    for (const registry of [this.plain, this.open]) {
      registerMetrics({ registry, sources, nodeExporter });
      registerOwn(registry, log, version);
    }
  }

  /** @param accept - The request's `Accept`: OpenMetrics for who asks for it, as Prometheus does. */
  async page(accept: string | undefined): Promise<MetricsText> {
    const registry = /\bapplication\/openmetrics-text\b/.test(accept ?? '') ? this.open : this.plain;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }
}

function registerOwn(registry: AnyRegistry, log: LogCounts, version: string): void {
  const registers = [registry as Registry];
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      name, help, registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  counter('nopage_log_read_bytes_total', 'Bytes of the log that were read.', () => log.bytes);
  counter('nopage_log_lost_records_total', 'Records of the log that were overwritten before they could be read.', () => log.lost);
  new Counter({
    name: 'nopage_log_skipped_lines_total', help: 'Lines of the log that could not be used, by why.', labelNames: ['reason'], registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(log.skipped)) this.inc({ reason }, count);
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total', help: 'Processor time that nopage has used.', registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes', help: 'Memory that nopage occupies.', registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({ name: 'nopage_build_info', help: 'The version of nopage, as a label; always 1.', labelNames: ['version'], registers }).set({ version }, 1);
}
