/** What a zone's boost follows from, in pages. */
export interface BoostInput {
  readonly boostPages: number;
  /** The high mark without boost. */
  readonly highPages: number;
  readonly managedPages: number;
  readonly pageblockPages: number;
  /** watermark_boost_factor in ten-thousandths of high, 15000 as a rule; 0 for none. */
  readonly factor: number;
}

/** A zone's boost after one more request had to take from a block of another mobility (5.0 and later). */
// mm/page_alloc.c, boost_watermark(), v6.12
export function boostWatermark({ boostPages, highPages, managedPages, pageblockPages, factor }: BoostInput): number {
  if (factor === 0 || managedPages < pageblockPages * 4) return boostPages;
  const limit = Math.floor((highPages * factor) / 10000);
  if (limit === 0) return boostPages;
  return Math.min(boostPages + pageblockPages, Math.max(pageblockPages, limit));
}
