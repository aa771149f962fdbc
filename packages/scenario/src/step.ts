/** Asks for a block and keeps it in a slot, until a `free` of that slot. */
export interface AllocStep {
  readonly op: 'alloc';
  /** The slot's number; a block that is still in it is freed first. */
  readonly slot: number;
  readonly order: number;
  /** Flag word in the numbering of 6.12. */
  readonly gfp: number;
  /** Who asks: the name that a failure is counted under. */
  readonly site: string;
  /** Who is running meanwhile. */
  readonly comm: string;
  /** A copy of what can be read again: shrinkers may take it back, oldest first. */
  readonly cache?: true;
}

/** Gives the block in a slot back; nothing happens when the slot is empty, because it was refused or reclaimed. */
export interface FreeStep {
  readonly op: 'free';
  readonly slot: number;
}

/** Gives the pages of the per-CPU lists back to their zones. */
export interface DrainStep {
  readonly op: 'drain';
}

/** Time passes; background reclaim has its turn. */
export interface TickStep {
  readonly op: 'tick';
  readonly ms: number;
}

/**
 * One operation of a workload, as plain data. No step depends on the outcome of an earlier one, so a sequence can be
 * stored, replayed and shrunk; what a refusal changes (an empty slot) is the run's business.
 */
export type Step = AllocStep | FreeStep | DrainStep | TickStep;
