import { STATE } from '@nopage/buddy';
import { LIST_SHIFT } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { PerCpuLists } from '../pcp/per-cpu-lists.js';
import { namedVmCounters } from '../zones/vm-counters.js';
import type { Zone } from '../zones/zone.js';
import { NO_PAGEBLOCK, type AllocatorState, type PcpState, type ZoneRecord } from './state.js';

/** The zones as plain data, every list in full. */
export function dumpState(memory: Memory): AllocatorState {
  const counters = namedVmCounters(memory.vm, memory.zones);
  return {
    zones: memory.zones.map(dumpZone),
    vmstat: Object.fromEntries(Object.entries(counters).filter(([, value]) => value > 0)),
  };
}

function dumpZone(zone: Zone): ZoneRecord {
  const { buddy, index, name, node, startPfn, endPfn, presentPages, managedPages } = zone;
  const empty = managedPages === 0;
  const freeLists: (Int32Array | undefined)[] = [];
  const freeBlocks: number[] = [];
  for (let order = 0; !empty && order <= zone.maxOrder; order++) {
    freeBlocks.push(buddy.freeCount(order));
    for (let type = 0; type < 1 << LIST_SHIFT; type++) {
      const list = (order << LIST_SHIFT) | type;
      if (zone.counts[list] !== 0) freeLists[list] = Int32Array.from(buddy.list(order, type));
    }
  }
  const pageblockStartPfn = startPfn - (startPfn % zone.pageblockPages);
  const { boostPages, reservedHighatomicPages, freeHighatomicPages, flags, freePages, freeDiff, freeDiffThreshold } = zone;
  return {
    index, name, ...(node !== 0 && { node }), startPfn, spannedPages: endPfn - startPfn, presentPages, managedPages,
    watermarks: [zone.minPages, zone.lowPages, zone.highPages, zone.promoPages],
    boostPages, reservedHighatomicPages, freeHighatomicPages, flags, freePages,
    lowmemReserve: [...zone.lowmemReserve],
    pcp: zone.pcp === null || empty ? null : dumpPcp(zone.pcp),
    freeDiff, freeDiffThreshold, freeBlocks, freeLists, pageblockStartPfn,
    pageblockTypes: empty ? new Uint8Array(0) : dumpPageblocks(zone),
    movable: zone.movable === null ? new Int32Array(0) : zone.movable.ranges(),
  };
}

function dumpPageblocks({ buddy, startPfn, endPfn, pageblockPages }: Zone): Uint8Array {
  const first = startPfn - (startPfn % pageblockPages);
  return Uint8Array.from({ length: Math.ceil((endPfn - first) / pageblockPages) }, (_, block) => {
    const pfn = Math.max(first + block * pageblockPages, startPfn);
    return buddy.state[pfn - buddy.basePfn] === STATE.ABSENT ? NO_PAGEBLOCK : buddy.blockType(pfn);
  });
}

function dumpPcp(pcp: PerCpuLists): PcpState {
  const { count, high, highMin, highMax, batch, flags, allocFactor, freeCount, freeFactor } = pcp;
  const keptTypes = pcp.tuning.keepsType ? { keptTypes: pcp.lists.map((list) => list.bytesToArray()) } : {};
  return { count, high, highMin, highMax, batch, flags, allocFactor, freeCount, freeFactor, lists: pcp.lists.map((list) => list.toArray()), ...keptTypes };
}
