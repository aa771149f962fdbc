import { Counter, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import { asObject, withMethods } from './checked.js';
import { MetricsError } from './errors.js';
import { families, type FamilyChoice } from './families.js';
import type { Family } from './family.js';
import { labelTable, type Labels, type LabelTable } from './label-table.js';
import { takeReading, type Reading } from './reading.js';
import type { Exemplar, Sources } from './sources.js';

/** A registry of either text format. */
export type PromRegistry = Registry | Registry<OpenMetricsContentType>;

export interface PromOptions extends FamilyChoice {
  /** The user's registry; the package never touches prom-client's default one. */
  readonly registry: PromRegistry;
  readonly sources: Sources;
}

/** A registration that can be taken back. */
export interface PromRegistration {
  /** Takes the metrics out of the registry again. */
  unregister(): void;
}

/** A sample as prom-client's registry prints it. `sharedLabels` is printed once and remembered by identity. */
interface Sample {
  readonly labels: Labels;
  readonly sharedLabels?: Labels;
  readonly value: number;
  readonly exemplar?: { readonly labelSet: Labels; readonly value: number; readonly timestamp: number };
}
interface Samples {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: Sample[];
}

/**
 * Puts every metric into a prom-client registry. Nothing is counted or stored between scrapes: a scrape reads all
 * sources once, and every metric of that scrape is told from this one reading.
 *
 * @throws {MetricsError} `NAME_TAKEN` when the registry already has a metric of one of these names, `BAD_OPTION` for what is
 *   no registry or no sources; then none is added.
 */
export function registerMetrics(options: PromOptions): PromRegistration {
  const { registry, sources } = asObject('options', options);
  withMethods('registry', registry, ['getSingleMetric', 'registerMetric', 'removeSingleMetric']);
  asObject('sources', sources);
  let reading: Reading | null = null;
  // prom-client asks all its metrics in one synchronous pass; the reading lives exactly as long as that pass.
  const scrape = (): Reading => {
    if (reading === null) {
      reading = takeReading(sources);
      void Promise.resolve().then(() => (reading = null));
    }
    return reading;
  };
  const all = families(options);
  const taken = all.find(({ name }) => registry.getSingleMetric(name) !== undefined);
  if (taken !== undefined) throw new MetricsError('NAME_TAKEN', `the registry has a metric ${taken.name} already`);
  for (const family of all) register(registry, family, scrape);
  return {
    unregister: () => {
      for (const { name } of all) registry.removeSingleMetric(name);
    },
  };
}

function register(registry: PromRegistry, family: Family, scrape: () => Reading): void {
  const table = labelTable(family.labels);
  const { name, help, labels } = family;
  const Kind = family.type === 'counter' ? Counter : Gauge;
  const metric = new Kind({ name, help, labelNames: [...labels], registers: [] });
  const samples = (toSample: ToSample): Promise<Samples> => {
    const values: Sample[] = [];
    family.read(scrape(), (value, labelValues, exemplar) => values.push(toSample(value, labelValues, exemplar ?? null, table)));
    // The registry renames a counter when it prints OpenMetrics; the name to give is the one it has by then.
    return Promise.resolve({ name: metricName(metric), help, type: family.type, aggregator: 'sum', values });
  };
  // The registry prefers `getForPromString` for text; `get` is for JSON and cluster aggregation.
  Object.assign(metric, { get: () => samples(plainSample), getForPromString: () => samples(textSample) });
  registry.registerMetric(metric);
}

type ToSample = (value: number, labels: readonly string[], exemplar: Exemplar | null, table: LabelTable) => Sample;

const noLabels: Labels = {};

const plainSample: ToSample = (value, labels, _exemplar, table) => ({ labels: table.labelsOf(labels), value });

const textSample: ToSample = (value, labels, exemplar, table) => {
  const sharedLabels = table.labelsOf(labels);
  return exemplar === null
    ? { labels: noLabels, sharedLabels, value }
    : { labels: noLabels, sharedLabels, value, exemplar: { labelSet: exemplar.labels, value: exemplar.value, timestamp: exemplar.timestamp } };
};

const metricName = (metric: object): string => (metric as { readonly name: string }).name;
