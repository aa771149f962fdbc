/** An entry of the journal, as far as it is of use here. */
export interface JournalEntry {
  readonly cursor: string | null;
  /** Microseconds since boot; null when the entry doesn't say. */
  readonly bootUs: number | null;
  readonly message: string;
}

const MAX_FIELD_BYTES = 1 << 20;
const NEWLINE = 10;

/**
 * Entries out of the journal's export format, which comes in pieces: fields `NAME=value`, or `NAME`, a length of eight
 * bytes and the value where it has control characters; an empty line ends an entry.
 * Source: systemd.io/JOURNAL_EXPORT_FORMATS.
 */
export class JournalEntries {
  private rest = Buffer.alloc(0);
  private fields = new Map<string, string>();

  /** Takes the next bytes and tells the entries that they complete. */
  push(chunk: Uint8Array): JournalEntry[] {
    const bytes = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const entries: JournalEntry[] = [];
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      const next = this.field(bytes, at, end, entries);
      if (next === null) break;
      at = next;
    }
    // A field that never ends is given up, so that memory stays flat.
    this.rest = bytes.length - at > MAX_FIELD_BYTES ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    return entries;
  }

  /** Takes the field whose first line is `[at, end)`; tells where the next one begins, null when this one isn't whole yet. */
  private field(bytes: Buffer, at: number, end: number, entries: JournalEntry[]): number | null {
    if (end === at) {
      const entry = entryOf(this.fields);
      if (entry !== null) entries.push(entry);
      this.fields = new Map();
      return end + 1;
    }
    const line = bytes.toString('utf8', at, end);
    const equals = line.indexOf('=');
    if (equals >= 0) {
      this.keep(line.slice(0, equals), line.slice(equals + 1));
      return end + 1;
    }
    if (bytes.length < end + 9) return null;
    const length = Number(bytes.readBigUInt64LE(end + 1));
    // No length of ours: go on behind the line, and find the next field there.
    if (length > MAX_FIELD_BYTES) return end + 1;
    const from = end + 9;
    if (bytes.length < from + length + 1) return null;
    this.keep(line, bytes.toString('utf8', from, from + length));
    return from + length + 1;
  }

  private keep(name: string, value: string): void {
    if (WANTED.has(name)) this.fields.set(name, value);
  }
}

const WANTED = new Set(['__CURSOR', '__MONOTONIC_TIMESTAMP', '_SOURCE_MONOTONIC_TIMESTAMP', 'MESSAGE']);

function entryOf(fields: ReadonlyMap<string, string>): JournalEntry | null {
  const message = fields.get('MESSAGE');
  if (message === undefined) return null;
  const us = Number(fields.get('_SOURCE_MONOTONIC_TIMESTAMP') ?? fields.get('__MONOTONIC_TIMESTAMP') ?? NaN);
  return { cursor: fields.get('__CURSOR') ?? null, bootUs: Number.isSafeInteger(us) ? us : null, message };
}
