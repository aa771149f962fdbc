import type { ArenaReading } from '../arena-readings.js';
import type { Family } from '../family.js';

const each = (name: string, help: string, type: Family['type'], unit: Family['unit'], valueOf: (arena: ArenaReading) => number): Family => ({
  name,
  help,
  type,
  unit,
  labels: ['arena'],
  read: ({ arenas }, emit) => {
    for (const [arena, reading] of arenas) emit(valueOf(reading), [arena]);
  },
});

/** What an allocator over real memory holds, and what it gave and refused. */
export const arenaFamilies: readonly Family[] = [
  each('nopage_arena_size_bytes', 'Memory that an arena can give out in all, as far as it has grown.', 'gauge', 'bytes', (arena) => arena.byteLength),
  each('nopage_arena_used_bytes', 'Memory that was asked for by those who hold it.', 'gauge', 'bytes', (arena) => arena.usedBytes),
  each('nopage_arena_granted_bytes', 'Memory that is held: what was asked for, and what rounding up to pages costs.', 'gauge', 'bytes', (arena) => arena.grantedBytes),
  each('nopage_arena_free_bytes', 'Memory that is free, reserve included.', 'gauge', 'bytes', (arena) => arena.freeBytes),
  each('nopage_arena_largest_free_bytes', 'Size of the largest piece that is free; 0 when nothing is.', 'gauge', 'bytes', (arena) => arena.largestFreeBytes),
  each('nopage_arena_served_total', 'Requests that got what they asked for.', 'counter', null, (arena) => arena.served),
  each('nopage_arena_refused_total', 'Requests that got a refusal.', 'counter', null, (arena) => arena.refused),
  each('nopage_arena_freed_total', 'Pieces that were given back.', 'counter', null, (arena) => arena.freed),
  each('nopage_arena_waiting', 'Requests that wait for memory.', 'gauge', null, (arena) => arena.waiting),
];
