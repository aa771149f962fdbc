import { MIGRATETYPE_NAMES, unusableIndex, type ZoneState } from '@nopage/gfp';
import type { ToldLine } from './told-lines.js';

/** A zone as it stands, in pages. */
export interface ZoneView {
  readonly name: string;
  readonly managedPages: number;
  readonly freePages: number;
  readonly freePcpPages: number;
  readonly boostPages: number;
  /** Watermarks, boost included. */
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** Free blocks, `[order][mobility]`, mobility in the order of {@link MachineView.mobilities}. */
  readonly freeBlocks: readonly (readonly number[])[];
  /** Share of free memory that can't serve an order, 0 to 1, by order. */
  readonly unusable: readonly number[];
}

/** Requests since the machine began. `refused = told + held + pending`, at every moment. */
export interface MachineCounts {
  readonly served: number;
  readonly refused: number;
  readonly told: number;
  readonly held: number;
  readonly pending: number;
  readonly injected: number;
}

export interface SiteCounts {
  readonly site: string;
  readonly served: number;
  readonly refused: number;
  /** Lines that told of it. */
  readonly told: number;
}

/** A whole machine at one moment, as plain data. */
export interface MachineView {
  readonly atMs: number;
  readonly steps: number;
  readonly profile: string;
  readonly scenario: string;
  readonly seed: number;
  /** The scenario's parameters as they are set now. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly policy: string;
  /** Chance that a request is made to fail, 0 to 100. */
  readonly faultPercent: number;
  /** Pages that shrinkers could give back. */
  readonly cachePages: number;
  readonly mobilities: readonly string[];
  readonly zones: readonly ZoneView[];
  readonly counts: MachineCounts;
  readonly sites: readonly SiteCounts[];
  /** Newest last, bounded. */
  readonly lines: readonly ToldLine[];
}

/** Mobilities that a machine of ours can have. */
export const MOBILITIES: readonly string[] = MIGRATETYPE_NAMES.slice(0, 4).map((name) => name.toLowerCase());

/** A zone for a view; what a live allocator always knows is never null. */
export function zoneView(zone: ZoneState): ZoneView {
  const freeBlocks = zone.freeBlocks.map(({ byMigratetype = [] }) => MOBILITIES.map((_, type) => byMigratetype[type] ?? 0));
  const counts = zone.freeBlocks.map(({ count }) => count);
  return {
    name: zone.name,
    managedPages: zone.managedPages ?? 0,
    freePages: zone.freePages ?? 0,
    freePcpPages: zone.freePcpPages ?? 0,
    boostPages: zone.boostPages ?? 0,
    minPages: zone.minPages ?? 0,
    lowPages: zone.lowPages ?? 0,
    highPages: zone.highPages ?? 0,
    freeBlocks,
    unusable: counts.map((_, order) => unusableIndex(counts, order) / 1000),
  };
}
