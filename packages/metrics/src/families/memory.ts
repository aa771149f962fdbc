import { fragmentationIndex, MIGRATETYPE_NAMES, unusableIndex, type ZoneState } from '@nopage/gfp';
import { single, type Family } from '../family.js';
import { largestFreeOrder } from '../largest-free-order.js';
import type { Reading, ZoneReading } from '../reading.js';

const orderLabels = Array.from({ length: 64 }, (_, order) => String(order));
const mobilityLabels = MIGRATETYPE_NAMES.map((name) => name.toLowerCase());

type PagesOf = (state: ZoneState) => number | null;

/** A gauge of so many bytes a zone; a zone that does not know has no sample. */
const zoneBytes = (name: string, help: string, pagesOf: PagesOf): Family => ({
  name,
  help,
  type: 'gauge',
  unit: 'bytes',
  labels: ['node', 'zone'],
  read: ({ zones, pageBytes }, emit) => {
    for (const { state, node, zone } of zones) {
      const pages = pagesOf(state);
      if (pages !== null) emit(pages * pageBytes, [node, zone]);
    }
  },
});

const marks: readonly [mark: string, pagesOf: PagesOf][] = [
  ['min', (state) => state.minPages],
  ['low', (state) => state.lowPages],
  ['high', (state) => state.highPages],
  ['boost', (state) => state.boostPages],
];

/** Calls back for every order and mobility; a log has no mobilities, and gives none. */
function eachFreeList({ zones }: Reading, take: (labels: readonly string[], order: number, blocks: number) => void): void {
  for (const { state, node, zone } of zones) {
    for (let order = 0; order < state.freeBlocks.length; order++) {
      const { count, byMigratetype } = state.freeBlocks[order]!;
      if (byMigratetype === undefined) {
        take([node, zone, orderLabels[order]!, 'any'], order, count);
        continue;
      }
      const kinds = Math.min(byMigratetype.length, mobilityLabels.length);
      for (let kind = 0; kind < kinds; kind++) take([node, zone, orderLabels[order]!, mobilityLabels[kind]!], order, byMigratetype[kind]!);
    }
  }
}

/** A gauge with a value for every order of every zone. */
export const byOrder = (name: string, help: string, unit: Family['unit'], valueOf: (zone: ZoneReading, order: number) => number): Family => ({
  name,
  help,
  type: 'gauge',
  unit,
  labels: ['node', 'zone', 'order'],
  read: ({ zones }, emit) => {
    for (const zone of zones) {
      for (let order = 0; order < zone.freeBlocks.length; order++) emit(valueOf(zone, order), [zone.node, zone.zone, orderLabels[order]!]);
    }
  },
});

export const fieldBytes = (name: string, help: string, bytesOf: (reading: Reading) => number | undefined): Family => single(name, help, 'gauge', 'bytes', bytesOf);

/** What is free, in which pieces, and what stands in the way of using it. */
export const memoryFamilies: readonly Family[] = [
  zoneBytes('nopage_zone_free_bytes', 'Free memory of a zone, reserves included.', (state) => state.freePages),
  zoneBytes('nopage_zone_managed_bytes', 'Memory of a zone that the allocator hands out.', (state) => state.managedPages),
  zoneBytes('nopage_zone_present_bytes', 'Memory that physically exists in a zone.', (state) => state.presentPages),
  zoneBytes('nopage_zone_pcp_bytes', 'Memory on the per-CPU lists of a zone; it is not in its free memory.', (state) => state.freePcpPages),
  zoneBytes('nopage_zone_reserved_highatomic_bytes', 'Memory set aside for high-order atomic requests, free or not.', (state) => state.reservedHighatomicPages),
  zoneBytes('nopage_zone_free_highatomic_bytes', 'Free memory set aside for high-order atomic requests.', (state) => state.freeHighatomicPages),
  zoneBytes('nopage_zone_free_cma_bytes', 'Free memory that only movable requests may use.', (state) => state.freeCmaPages),
  {
    name: 'nopage_zone_watermark_bytes',
    help: 'Watermarks of a zone, boost included, and the boost itself.',
    type: 'gauge',
    unit: 'bytes',
    labels: ['node', 'zone', 'mark'],
    read: ({ zones, pageBytes }, emit) => {
      for (const { state, node, zone } of zones) {
        for (const [mark, pagesOf] of marks) {
          const pages = pagesOf(state);
          if (pages !== null) emit(pages * pageBytes, [node, zone, mark]);
        }
      }
    },
  },
  {
    name: 'nopage_zone_lowmem_reserve_bytes',
    help: 'Memory kept from requests that could have used a higher zone, by the index of that zone.',
    type: 'gauge',
    unit: 'bytes',
    labels: ['node', 'zone', 'class'],
    read: ({ zones, pageBytes }, emit) => {
      for (const { state, node, zone } of zones) {
        state.lowmemReserve.forEach((pages, index) => emit(pages * pageBytes, [node, zone, String(index)]));
      }
    },
  },
  {
    name: 'nopage_buddy_free_blocks',
    help: 'Free blocks by order and mobility.',
    type: 'gauge',
    unit: null,
    labels: ['node', 'zone', 'order', 'mobility'],
    read: (reading, emit) => eachFreeList(reading, (labels, _order, blocks) => emit(blocks, labels)),
  },
  {
    name: 'nopage_buddy_free_bytes',
    help: 'Free memory by the order and mobility of the block it is in.',
    type: 'gauge',
    unit: 'bytes',
    labels: ['node', 'zone', 'order', 'mobility'],
    read: (reading, emit) => eachFreeList(reading, (labels, order, blocks) => emit(blocks * 2 ** order * reading.pageBytes, labels)),
  },
  {
    name: 'nopage_buddy_largest_free_block_bytes',
    help: 'Size of the largest free block of a zone; 0 when nothing is free.',
    type: 'gauge',
    unit: 'bytes',
    labels: ['node', 'zone'],
    read: ({ zones, pageBytes }, emit) => {
      for (const { freeBlocks, node, zone } of zones) {
        if (freeBlocks.length === 0) continue;
        const order = largestFreeOrder(freeBlocks);
        emit(order < 0 ? 0 : 2 ** order * pageBytes, [node, zone]);
      }
    },
  },
  byOrder('nopage_buddy_unusable_free_ratio', 'Share of the free memory that a request of this order can not use, 0 to 1; 1 when nothing is free.', 'ratio', (zone, order) =>
    unusableIndex(zone.freeBlocks, order) / 1000),
  byOrder('nopage_buddy_fragmentation_index', 'Why a request of this order would fail: towards 0 for lack of memory, towards 1 for fragmentation; -1 when it would not fail.', null, (zone, order) =>
    fragmentationIndex(zone.freeBlocks, order) / 1000),
  fieldBytes('nopage_page_cache_bytes', 'File pages that reclaim could give back.', ({ vmstat, pageBytes }) => {
    const { nr_inactive_file: inactive, nr_active_file: active } = vmstat;
    return inactive === undefined && active === undefined ? undefined : ((inactive ?? 0) + (active ?? 0)) * pageBytes;
  }),
  fieldBytes('nopage_memory_total_bytes', 'Memory of the machine, as /proc/meminfo has it.', ({ meminfo }) => meminfo['MemTotal']),
  fieldBytes('nopage_memory_available_bytes', 'Memory that could be had without swapping, as /proc/meminfo estimates it.', ({ meminfo }) => meminfo['MemAvailable']),
  {
    name: 'nopage_memory_stalled_seconds_total',
    help: 'Time in which some task, or every task, stood still for memory, as /proc/pressure/memory counts it.',
    type: 'counter',
    unit: 'seconds',
    labels: ['share'],
    read: ({ pressure }, emit) => {
      if (pressure === null) return;
      emit(pressure.someSeconds, ['some']);
      emit(pressure.fullSeconds, ['full']);
    },
  },
];
