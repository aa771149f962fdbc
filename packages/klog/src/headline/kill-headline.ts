import { containerLimit } from './container-limit.js';
import { NOTHING_TOLD, type Headline } from './headline.js';
import { nameBefore } from './name-before.js';
import { orderOf } from './numbers.js';
import { placementIn } from './placement.js';
import { printedModeIn } from './printed-mode.js';

const OOM = /^(.*?) invoked oom-killer(?::[ \t]*(.*))?$/;

// mm/oom_kill.c, out_of_memory(), v2.6.11 to v2.6.17: who asked is not told.
const OOM_2_6_11 = /(?:^|[ \t])oom-killer: (gfp_mask=.*)$/;

// OpenVZ on 2.6.32: who asked, and the number of the container that was full.
const OOM_OPENVZ = /(?:^|[ \t])(\d+) \((.{1,15})\) invoked oom-killer in ub (\d+) generation \d+ gfp (0x[0-9a-f]+)/;

/** `NAME invoked oom-killer: gfp_mask=0xcc0, order=0`, and older forms. */
export function killHeadline(text: string): Headline | null {
  return ofMachine(text) ?? ofContainer(text);
}

function ofMachine(text: string): Headline | null {
  const found = OOM.exec(text), nameless = found === null ? OOM_2_6_11.exec(text) : null;
  if (found === null && nameless === null) return null;
  const rest = found?.[2] ?? nameless?.[1] ?? '';
  const { closed, ...mode } = printedModeIn(rest);
  const order = /\border=(-?\d+)/.exec(rest);
  const adj = /oom_score_adj=(-?\d+)/.exec(rest), oldAdj = /oom_adj=(-?\d+)/.exec(rest), killAdj = /oomkilladj=(-?\d+)/.exec(rest);
  return {
    ...NOTHING_TOLD, ...placementIn(rest), kind: 'oom-kill', ...(found === null ? {} : nameBefore(found[1] ?? '')), order: orderOf(order?.[1], text), ...mode,
    complete: mode.mask !== null && closed && (order !== null || nameless !== null),
    detail: {
      ...(nameless === null ? {} : { form: '2.6.11' }),
      ...(adj === null ? {} : { oomScoreAdj: Number(adj[1]) }),
      ...(oldAdj === null ? {} : { oomAdj: Number(oldAdj[1]) }),
      ...(killAdj === null ? {} : { oomKillAdj: Number(killAdj[1]) }),
      ...(/nodemask=[^,]*,[ \t]{2}order/.test(rest) ? { wideOrder: true } : {}),
    },
  };
}

function ofContainer(text: string): Headline | null {
  const found = OOM_OPENVZ.exec(text);
  if (found === null) return null;
  return { ...NOTHING_TOLD, kind: 'oom-kill', pid: Number(found[1]), comm: found[2] ?? null, mask: found[4] ?? null, detail: { form: 'openvz', ...containerLimit(found[3]) } };
}
