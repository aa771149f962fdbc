import { fragmentationIndex, unusableIndex } from '@nopage/gfp';
import type { BuddyZone } from '@nopage/klog';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { readFreeBlocks } from '../input/proc.js';
import { print } from '../io.js';
import { columns } from '../terminal/columns.js';

/** A zone's free memory by order. Indices are 0 to 1; the kernel's own −1 says that a block is at hand. */
interface ZoneFragmentation {
  readonly node: number;
  readonly name: string;
  readonly freePages: number;
  readonly largestOrder: number;
  readonly largestBytes: number;
  readonly orders: readonly { readonly order: number; readonly blocks: number; readonly pages: number; readonly unusable: number; readonly fragmentationIndex: number }[];
}

/** Free memory by zone and order, and how much of it could not serve that order. */
export async function showFragmentation({ io, paint }: Context, proc: string | null, json: boolean): Promise<ExitCode> {
  const { zones: found, pageKib } = readFreeBlocks(proc);
  const zones = found.map((zone) => fragmentationOf(zone, pageKib));
  if (json) {
    await print(io, `${JSON.stringify({ v: 1, zones })}\n`);
    return ExitCode.DONE;
  }
  const orders = Math.max(0, ...zones.map((zone) => zone.orders.length));
  const shade = (share: number): string => {
    const text = `${Math.round(share * 100)}%`;
    return share >= 0.9 ? paint.red(text) : share >= 0.5 ? paint.yellow(text) : text;
  };
  const head = ['node', 'zone', 'free', 'largest', ...Array.from({ length: orders }, (_, order) => String(order))];
  const rows = zones.map((zone) => [
    String(zone.node),
    zone.name,
    kib(zone.freePages * pageKib),
    zone.largestOrder < 0 ? '-' : kib(zone.largestBytes / 1024),
    ...zone.orders.map(({ unusable }) => shade(unusable)),
  ]);
  await print(io, `${columns(head, rows, paint)}${paint.dim('under each order: share of the free memory that can not serve it')}\n`);
  return ExitCode.DONE;
}

function fragmentationOf({ node, name, counts }: BuddyZone, pageKib: number): ZoneFragmentation {
  const largestOrder = counts.findLastIndex((count) => count > 0);
  return {
    node,
    name,
    freePages: counts.reduce((sum, count, order) => sum + count * 2 ** order, 0),
    largestOrder,
    largestBytes: largestOrder < 0 ? 0 : pageKib * 1024 * 2 ** largestOrder,
    orders: counts.map((blocks, order) => ({ order, blocks, pages: blocks * 2 ** order, unusable: unusableIndex(counts, order) / 1000, fragmentationIndex: fragmentationIndex(counts, order) / 1000 })),
  };
}

function kib(size: number): string {
  if (size < 1024) return `${size} KiB`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(size < 10240 ? 1 : 0)} MiB` : `${(size / 1024 / 1024).toFixed(1)} GiB`;
}
