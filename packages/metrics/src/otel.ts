import type { Meter, Observable } from '@opentelemetry/api';
import { asObject, withMethods } from './checked.js';
import { families, type FamilyChoice } from './families.js';
import type { Family } from './family.js';
import { labelTable } from './label-table.js';
import { takeReading } from './reading.js';
import type { Sources } from './sources.js';

export interface OtelOptions extends FamilyChoice {
  /** The user's meter; only its API is used, so any SDK will do. */
  readonly meter: Meter;
  readonly sources: Sources;
}

export interface OtelRegistration {
  /** Stops observing. */
  unregister(): void;
}

/**
 * Observes every metric on an OpenTelemetry meter. One callback reads all sources once a collection, so the sums of
 * a collection hold.
 *
 * @throws {MetricsError} `BAD_OPTION` for what is no meter or no sources.
 */
export function observeMetrics(options: OtelOptions): OtelRegistration {
  const { meter, sources } = asObject('options', options);
  withMethods('meter', meter, ['createObservableCounter', 'createObservableGauge', 'addBatchObservableCallback']);
  asObject('sources', sources);
  const instruments = families(options).map((family) => ({ family, instrument: instrumentOf(meter, family), table: labelTable(family.labels) }));
  const observe = (result: { observe(instrument: Observable, value: number, attributes: Record<string, string>): void }): void => {
    const reading = takeReading(sources);
    for (const { family, instrument, table } of instruments) {
      family.read(reading, (value, labels) => result.observe(instrument, value, table.labelsOf(labels)));
    }
  };
  const observables = instruments.map(({ instrument }) => instrument);
  meter.addBatchObservableCallback(observe, observables);
  return { unregister: () => meter.removeBatchObservableCallback(observe, observables) };
}

function instrumentOf(meter: Meter, family: Family): Observable {
  const options = { description: family.help, unit: otelUnit(family) };
  const name = otelName(family);
  return family.type === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
}

/**
 * A family's name by OpenTelemetry's rules: a namespace with a dot, and neither unit nor `_total`. An exporter for
 * Prometheus adds both again and arrives at the family's own name.
 */
export function otelName({ name, unit }: Pick<Family, 'name' | 'unit'>): string {
  const bare = name.replace(/_total$/, '');
  return (unit !== null && bare.endsWith(`_${unit}`) ? bare.slice(0, -unit.length - 1) : bare).replace('_', '.');
}

/** UCUM units. Source: OpenTelemetry semantic conventions, instrument units. */
const otelUnits = { bytes: 'By', seconds: 's', ratio: '1' } as const;

const otelUnit = ({ unit, type }: Family): string => (unit !== null ? otelUnits[unit] : type === 'counter' ? '{event}' : '{item}');
