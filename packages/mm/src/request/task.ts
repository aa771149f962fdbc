/** What the asking task is, beyond the word of its request. Bits. */
export const TaskFlag = {
  /** Frees memory itself: no watermark holds it, and it never reclaims. */
  MEMALLOC: 1,
  /** Chosen by the OOM killer. */
  OOM_VICTIM: 2,
  REALTIME: 4,
  /** Writes a core dump: nothing is killed on its behalf. */
  DUMPCORE: 8,
} as const;
