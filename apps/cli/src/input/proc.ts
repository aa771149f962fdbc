import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { release } from 'node:os';
import type { ZoneState } from '@nopage/gfp';
import { pageBytesOf, parseBuddyinfo, zonesOf, type BuddyZone } from '@nopage/klog';
import { CliError } from '../cli-error.js';
import { reasonOf } from './attempt.js';

const MACHINE = '/proc';
const USUAL_PAGE_BYTES = 4096;

/** What a machine says of its zones, now or in saved copies. */
export interface ProcView {
  readonly zones: readonly ZoneState[];
  /** Release of the kernel that wrote it; null when the copies don't say. */
  readonly kernel: string | null;
  /** Whether mobility is known: pagetypeinfo can be read by root only. */
  readonly mobility: boolean;
  /** Whether free blocks are known: without buddyinfo only amounts are. */
  readonly blocks: boolean;
  /** Size of a page. */
  readonly pageKib: number;
  /** The nodes that the asking task may use, as `0-1`; null when not known. */
  readonly memsAllowed: string | null;
}

/**
 * Reads zoneinfo, buddyinfo, pagetypeinfo and version from `/proc`, or from a folder with copies of them.
 *
 * @param folder - null for the machine at hand.
 * @throws {CliError} When zoneinfo can't be read or holds no zone.
 */
export function readProc(folder: string | null): ProcView {
  const root = folder ?? MACHINE;
  const zoneinfo = readNeeded(root, 'zoneinfo');
  const pagetypeinfo = read(root, 'pagetypeinfo') ?? undefined;
  const zones = zonesOf({ zoneinfo, buddyinfo: read(root, 'buddyinfo') ?? undefined, pagetypeinfo });
  const status = read(root, folder === null ? 'self/status' : 'status');
  if (zones.length === 0) throw new CliError(`${join(root, 'zoneinfo')}: has no zone in it`);
  const version = /^Linux version (\S+)/.exec(read(root, 'version') ?? '')?.[1] ?? null;
  return {
    zones, kernel: version ?? (folder === null ? release() : null),
    mobility: zones.some(({ freeBlocks }) => freeBlocks.some(({ types }) => types !== '')),
    blocks: zones.some(({ freeBlocks }) => freeBlocks.length > 0),
    pageKib: pageKibOf(zones, root),
    memsAllowed: /^Mems_allowed_list:\s*(\S+)/m.exec(status ?? '')?.[1] ?? null,
  };
}

/**
 * Reads the free blocks of every zone: buddyinfo alone is enough.
 *
 * @param folder - null for the machine at hand.
 * @throws {CliError} When buddyinfo can't be read or holds no zone.
 */
export function readFreeBlocks(folder: string | null): { readonly zones: readonly BuddyZone[]; readonly pageKib: number } {
  const root = folder ?? MACHINE;
  const zones = parseBuddyinfo(readNeeded(root, 'buddyinfo'));
  if (zones.length === 0) throw new CliError(`${join(root, 'buddyinfo')}: has no zone in it`);
  return { zones, pageKib: pageKibOf(zonesOf({ zoneinfo: read(root, 'zoneinfo') ?? '' }), root) };
}

function pageKibOf(zones: readonly ZoneState[], root: string): number {
  return (pageBytesOf(zones, read(root, 'meminfo') ?? '') ?? USUAL_PAGE_BYTES) / 1024;
}

function readNeeded(root: string, name: string): string {
  const path = join(root, name);
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw new CliError(`${path}: ${reasonOf(error)}${root === MACHINE ? "; --proc DIR reads copies of a Linux machine's" : ''}`);
  }
}

function read(root: string, name: string): string | null {
  try {
    return readFileSync(join(root, name), 'latin1');
  } catch {
    return null;
  }
}
