import type { Exemplar } from './sources.js';
import type { Reading } from './reading.js';

/** Takes one sample; `labels` are in the order of the family's `labels`. */
export type Emit = (value: number, labels: readonly string[], exemplar?: Exemplar | null) => void;

/** A metric as data: what every writer, test and dashboard reads. */
export interface Family {
  /** By Prometheus' rules: base unit before `_total`, `_total` on counters and on nothing else. */
  readonly name: string;
  /** One sentence, without a line break. */
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly unit: 'bytes' | 'seconds' | 'ratio' | null;
  readonly labels: readonly string[];
  /** Emits the samples of one reading; none when the reading lacks their source. */
  read(reading: Reading, emit: Emit): void;
}

/** A metric of one number, without a sample where nobody knows it. */
export const single = (name: string, help: string, type: Family['type'], unit: Family['unit'], valueOf: (reading: Reading) => number | undefined): Family => ({
  name,
  help,
  type,
  unit,
  labels: [],
  read: (reading, emit) => {
    const value = valueOf(reading);
    if (value !== undefined) emit(value, []);
  },
});
