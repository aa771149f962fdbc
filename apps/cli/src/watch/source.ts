/** Where a source stands, as plain data: what it needs to go on there after a restart. */
export type Place = Readonly<Record<string, string | number>>;

/** What a source gives at a time. */
export interface Arrival {
  /** Bytes of the log, any number of lines or parts of them; valid until the next arrival is asked for. */
  readonly bytes: Uint8Array;
  /** Where the source stands behind them; null for one that can't be read again. */
  readonly place: Place | null;
  /**
   * Where they begin, when that is another log than the one before (a file that took the name, another boot): places and
   * lines of before are none in it. Null when they go on where the last ones ended.
   */
  readonly begins: Place | null;
  /** Records that are known to be lost between the last arrival and this one. */
  readonly lost: number;
}

/** A kernel log that is followed. */
export interface Source {
  /** For people: `/dev/kmsg`, `the journal`, `standard input`, a file's name. */
  readonly name: string;
  /** The file that events say they were read from; null where lines have no number worth telling. */
  readonly file: string | null;
  /** Release of the kernel that writes the log; null when that is not known. */
  readonly kernel: string | null;
  /**
   * The log from where the source was opened, as it grows; ends with the source, or when `signal` is aborted.
   *
   * @throws {CliError} When it can't be read, or no longer.
   */
  arrivals(signal: AbortSignal): AsyncIterable<Arrival>;
}
