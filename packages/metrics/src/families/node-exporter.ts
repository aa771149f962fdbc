import type { ZoneState } from '@nopage/gfp';
import type { Family } from '../family.js';
import { byOrder, fieldBytes } from './memory.js';

const zonePages = (name: string, help: string, pagesOf: (state: ZoneState) => number | null): Family => ({
  name: `node_zoneinfo_${name}`,
  help,
  type: 'gauge',
  unit: null,
  labels: ['node', 'zone'],
  read: ({ zones }, emit) => {
    for (const { state, node, zone } of zones) {
      const pages = pagesOf(state);
      if (pages !== null) emit(pages, [node, zone]);
    }
  },
});

const pressure = (name: string, help: string, share: 'someSeconds' | 'fullSeconds'): Family => ({
  name: `node_pressure_memory_${name}_seconds_total`,
  help,
  type: 'counter',
  unit: 'seconds',
  labels: [],
  read: (reading, emit) => {
    if (reading.pressure !== null) emit(reading.pressure[share], []);
  },
});

/**
 * What node_exporter tells, too, by its names, labels and units (pages, where it has pages), for dashboards that know only
 * those. Source: node_exporter's collectors buddyinfo, zoneinfo, meminfo and pressure.
 */
export const nodeExporterFamilies: readonly Family[] = [
  {
    ...byOrder('node_buddyinfo_blocks', 'Count of free blocks according to size.', null, (zone, order) => zone.freeBlocks[order]!),
    labels: ['node', 'zone', 'size'],
  },
  zonePages('nr_free_pages', 'Free pages of a zone.', (state) => state.freePages),
  zonePages('min_pages', 'Watermark min of a zone.', (state) => state.minPages),
  zonePages('low_pages', 'Watermark low of a zone.', (state) => state.lowPages),
  zonePages('high_pages', 'Watermark high of a zone.', (state) => state.highPages),
  zonePages('present_pages', 'Pages that physically exist in a zone.', (state) => state.presentPages),
  zonePages('managed_pages', 'Pages of a zone that the allocator hands out.', (state) => state.managedPages),
  fieldBytes('node_memory_MemTotal_bytes', 'Memory of the machine.', ({ meminfo }) => meminfo['MemTotal']),
  fieldBytes('node_memory_MemAvailable_bytes', 'Memory that could be had without swapping.', ({ meminfo }) => meminfo['MemAvailable']),
  pressure('waiting', 'Time in which some task stood still for memory.', 'someSeconds'),
  pressure('stalled', 'Time in which every task stood still for memory.', 'fullSeconds'),
];
