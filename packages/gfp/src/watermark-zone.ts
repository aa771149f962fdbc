/**
 * What the watermark arithmetic reads of a zone, by index and without a call. `mm`'s zones are such objects; a zone out
 * of a report becomes one with `watermarkZoneOf(state)`.
 */
export interface WatermarkZone {
  /** Pages, by the index of the request's highest zone. */
  readonly lowmemReserve: ArrayLike<number>;
  readonly reservedHighatomicPages: number;
  readonly freeHighatomicPages: number;
  readonly freeCmaPages: number;
  /** Free blocks, indexed `order << LIST_SHIFT | migratetype`. */
  readonly counts: ArrayLike<number>;
  /** Largest order of the zone's buddy, 10 as a rule. */
  readonly maxOrder: number;
}
