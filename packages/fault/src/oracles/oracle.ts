/** Counts of things held, by name: `{ pages: 3 }`, `{ Timeout: 1 }`. */
export type Counts = Readonly<Record<string, number>>;

/** Looks at what is held before and after a run; growth that a run without failure does not have is a leak. */
export interface Oracle {
  readonly name: string;
  /** What is held now. It is asked again for a short while before a growth counts: closing takes its time. */
  counts(): Counts;
  /** Starts the run in a way that lets this oracle see what is its own. */
  around?<T>(start: () => T): T;
  /** The run is over and counted: takes out what `around` put in. */
  rest?(): void;
}

/** What grew, by name. */
export function growth(before: Counts, after: Counts): Map<string, number> {
  const grown = new Map<string, number>();
  for (const [name, count] of Object.entries(after)) {
    const more = count - (before[name] ?? 0);
    if (more > 0) grown.set(name, more);
  }
  return grown;
}
