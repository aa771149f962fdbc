/** What a report says of a whole node since 4.8: its LRU lists and the kernel's own use of it. */
export interface NodeState {
  readonly node: number;
  /** Whether reclaim had given up on the node; null when the line is cut before it. */
  readonly allUnreclaimable: boolean | null;
  /** In pages, by the kernel's own words (`active_anon`, `kernel_stack`, `isolated(file)`, ...), in printing order. */
  readonly counters: Readonly<Record<string, number>>;
}

/** A pool of huge pages of one size on one node; all four numbers as printed. */
export interface HugepagePool {
  readonly node: number;
  readonly total: number;
  readonly free: number;
  readonly surplus: number;
  readonly pageBytes: number;
}
