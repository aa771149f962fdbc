import { lowmemReserve, minFreeKbytes, perCpuLimits, zoneWatermarks, type ZoneName } from '@nopage/gfp';
import type { Memory } from '../memory.js';

/** Pages are 4 KiB in every formula that has kilobytes in it. */
const PAGE_KBYTES = 4;

/** The settings that watermarks, reserves and per-CPU lists follow from; the kernel's sysctls. */
export interface Sysctls {
  /** vm.min_free_kbytes; null for what the kernel computes from the size of memory. */
  readonly minFreeKbytes: number | null;
  /** vm.watermark_scale_factor: ten-thousandths of a zone, 1 to 3000. */
  readonly watermarkScaleFactor: number;
  /** vm.lowmem_reserve_ratio, a number for each kind of zone. */
  readonly lowmemReserveRatio: readonly number[];
  /** vm.percpu_pagelist_high_fraction; 0 for the kernel's own limits. */
  readonly highFraction: number;
  /** CPUs that share a zone's low watermark between their lists. */
  readonly cpus: number;
}

/** vm.lowmem_reserve_ratio by zone. Source: mm/page_alloc.c, sysctl_lowmem_reserve_ratio[], v6.12. */
export function defaultReserveRatio(name: string): number {
  if (name === 'DMA' || name === 'DMA32') return 256;
  return name === 'Normal' ? 32 : 0;
}

/**
 * Sets every zone's watermarks, reserves and per-CPU limits from its managed pages and the settings; no boost outlasts it.
 * Source: mm/page_alloc.c, __setup_per_zone_wmarks(), v6.12.
 */
export function setupZones(memory: Memory, sysctls: Sysctls): void {
  const { zones, kinds, profile } = memory;
  const sizes = zones.map((zone) => ({ name: zone.name as ZoneName, managedPages: zone.managedPages }));
  const marks = zoneWatermarks(sizes, { minFreeKbytes: minFreeOf(memory, sysctls), scaleFactor: sysctls.watermarkScaleFactor }, profile.setup);
  for (const zone of zones) {
    const { minPages, lowPages, highPages, promoPages } = marks[zone.index]!;
    zone.minPages = minPages;
    zone.lowPages = lowPages;
    zone.highPages = highPages;
    zone.promoPages = promoPages;
    zone.boostPages = 0;
    // In place: memory that is added must not fail half-way for want of a few bytes.
    if (zone.lowmemReserve.length !== kinds.length) zone.lowmemReserve = new Int32Array(kinds.length);
    zone.lowmemReserve.set(reservesOf(memory, zone.node, sysctls)[zone.rank]!);
    zone.settle();
    if (zone.pcp === null || zone.managedPages === 0) continue;
    const { managedPages } = zone;
    const limits = perCpuLimits({ managedPages, lowPages, cpus: sysctls.cpus, highFraction: sysctls.highFraction }, profile.setup);
    zone.pcp.batch = limits.batch;
    zone.pcp.highMin = limits.highMin;
    zone.pcp.highMax = limits.highMax;
    if (!profile.pcp.tunesHigh) zone.pcp.high = limits.highMin;
  }
}

/** What the zones of a node keep for themselves, by rank: only what the node has above them counts. */
function reservesOf({ zones, kinds, profile }: Memory, node: number, { lowmemReserveRatio }: Sysctls): number[][] {
  const managedPages = kinds.map((kind) => zones.find((zone) => zone.name === kind && zone.node === node)?.managedPages ?? 0);
  return lowmemReserve(managedPages, lowmemReserveRatio, profile.setup);
}

/** min_free_kbytes as it counts: the given one, or that of the kernel for this much lowmem. */
function minFreeOf({ zones, profile }: Memory, { minFreeKbytes: given }: Sysctls): number {
  if (given !== null) return given;
  let pages = 0;
  for (const zone of zones) if (zone.name !== 'HighMem' && zone.name !== 'Movable') pages += zone.managedPages;
  return minFreeKbytes(pages * PAGE_KBYTES, profile.setup.maxMinFreeKbytes);
}
