import { existsSync, readFileSync } from 'node:fs';
import { parseLog } from '@nopage/klog';
import { describe, expect, it } from 'vitest';
import type { FailureEvent } from '@nopage/gfp';
import { explain, formatMessage, type Cause, type Explanation, type Severity } from '../src/index.js';

const CORPUS = new URL('../../../../shared/corpus/', import.meta.url);
const absent = !existsSync(CORPUS);

/** The kinds of answer of the corpus' table, and what of ours agrees with each. `bug` asks for a fault or a wrong size, not for a cause. */
const CLASSES: Readonly<Record<string, { readonly causes: readonly Cause[]; readonly severities: readonly Severity[] }>> = {
  H: { causes: ['opportunistic', 'transient', 'atomic-reserve', 'unknown', 'fragmentation'], severities: ['benign'] },
  F: { causes: ['fragmentation', 'cma-held'], severities: ['watch', 'act'] },
  A: { causes: ['atomic-reserve', 'exhausted', 'transient', 'lowmem-reserve'], severities: ['watch', 'act'] },
  B: { causes: ['size', 'highatomic-held'], severities: ['watch', 'act'] },
  L: { causes: ['exhausted'], severities: ['act'] },
  C: { causes: ['zone-limit', 'cma-held', 'constraint', 'cgroup-limit', 'lowmem-reserve', 'highatomic-held'], severities: ['watch', 'act'] },
  V: { causes: ['vmalloc-space'], severities: ['watch', 'act'] },
};

interface Row {
  readonly row: number;
  /** Letters of the kinds of answer; any of them agrees. */
  readonly answer: string;
  readonly logs: readonly string[];
  /** Which event of the log the thread is about, where it is not the first that was refused. */
  readonly about?: (event: FailureEvent) => boolean;
  /** One of these advices is what helped or was advised; [] where the answer holds none. */
  readonly helped: readonly string[];
}

/** The rows of the corpus' table that have a log here: what the experts said, in our words. */
const ROWS: readonly Row[] = [
  { row: 1, answer: 'AH', logs: ['023'], helped: ['raise-min-free-kbytes'] },
  { row: 7, answer: 'B', logs: ['009', '010'], helped: ['upgrade-kernel'] },
  { row: 9, answer: 'L', logs: ['013'], helped: ['add-swap', 'upgrade-kernel'] },
  { row: 12, answer: 'A', logs: ['033'], helped: ['upgrade-kernel', 'raise-min-free-kbytes'] },
  { row: 14, answer: 'F', logs: ['029'], helped: ['use-kvmalloc', 'upgrade-kernel'] },
  { row: 16, answer: 'F', logs: ['001'], helped: ['compact-now', 'upgrade-kernel'] },
  { row: 17, answer: 'A', logs: ['003'], helped: ['raise-min-free-kbytes', 'upgrade-kernel'] },
  { row: 19, answer: 'A', logs: ['085'], helped: ['collect-report'] },
  { row: 21, answer: 'H', logs: ['093'], helped: ['raise-min-free-kbytes', 'more-memory', 'upgrade-kernel'] },
  { row: 22, answer: 'L', logs: ['082', '083'], helped: ['check-io'] },
  { row: 24, answer: 'H', logs: ['075'], helped: ['upgrade-kernel'] },
  { row: 26, answer: 'B', logs: ['088'], helped: ['upgrade-kernel'] },
  { row: 27, answer: 'A', logs: ['156', '157'], helped: ['raise-min-free-kbytes', 'more-memory'] },
  { row: 29, answer: 'C', logs: ['161', '237', '234'], helped: ['crashkernel-low', 'upgrade-kernel'] },
  { row: 31, answer: 'C', logs: ['094'], helped: ['shrink-rx-ring', 'bigger-crashkernel'] },
  { row: 32, answer: 'HF', logs: ['235'], helped: ['use-kvmalloc', 'compact-now'] },
  { row: 34, answer: 'H', logs: ['184', '236'], helped: ['add-nowarn'] },
  { row: 36, answer: 'BF', logs: ['178'], helped: ['upgrade-kernel'] },
  { row: 37, answer: 'F', logs: ['246'], helped: ['use-kvmalloc'] },
  { row: 39, answer: 'F', logs: ['180', '252'], helped: ['upgrade-kernel', 'use-kvmalloc'] },
  { row: 41, answer: 'F', logs: ['079'], helped: ['upgrade-kernel', 'use-kvmalloc'] },
  { row: 42, answer: 'F', logs: ['058', '059'], helped: ['compact-now'] },
  { row: 44, answer: 'F', logs: ['240'], helped: ['use-kvmalloc', 'upgrade-kernel'] },
  { row: 46, answer: 'BC', logs: ['182'], helped: ['upgrade-kernel', 'disable-kasan'] },
  { row: 47, answer: 'BH', logs: ['163'], helped: ['add-nowarn', 'upgrade-kernel'] },
  { row: 49, answer: 'V', logs: ['265', '266', '267'], helped: ['module-space', 'vmalloc-space'] },
  { row: 51, answer: 'V', logs: ['070', '071'], helped: ['module-space'] },
  { row: 52, answer: 'B', logs: ['039'], helped: ['bound-size'] },
  { row: 54, answer: 'B', logs: ['263'], helped: ['bound-size', 'upgrade-kernel'] },
  { row: 56, answer: 'CF', logs: ['072'], helped: ['use-dma-api', 'order0-atomic'] },
  { row: 57, answer: 'F', logs: ['042'], helped: ['allocate-early'] },
  { row: 62, answer: 'F', logs: ['062'], helped: ['use-kvmalloc', 'allocate-early'] },
  { row: 64, answer: 'F', logs: ['165'], about: ({ order }) => order === 6, helped: ['allocate-early'] },
  { row: 66, answer: 'A', logs: ['037'], about: ({ kind }) => kind !== 'mem-info', helped: ['raise-min-free-kbytes'] },
  { row: 66, answer: 'A', logs: ['036'], helped: ['raise-min-free-kbytes', 'usbnet-turbo-off'] },
  { row: 71, answer: 'C', logs: ['067', '068', '069', '261'], helped: ['raise-cgroup-limit'] },
  { row: 72, answer: 'B', logs: ['244'], helped: ['upgrade-kernel'] },
  { row: 74, answer: 'B', logs: ['260'], helped: ['bound-size', 'upgrade-kernel'] },
  { row: 76, answer: 'F', logs: ['249'], helped: ['use-kvmalloc', 'upgrade-kernel'] },
  { row: 77, answer: 'FL', logs: ['179'], helped: ['use-kvmalloc'] },
  { row: 79, answer: 'L', logs: ['154'], helped: ['smaller-initramfs'] },
  { row: 81, answer: 'H', logs: ['120'], helped: ['check-online'] },
  { row: 82, answer: 'F', logs: ['089'], helped: ['use-kvmalloc'] },
  { row: 84, answer: 'A', logs: ['060'], helped: [] },
];

/** Where we say something else than the experts did, and why we stand by it. */
const DISAGREEMENTS: Readonly<Record<string, string>> = {
  '003 class': 'An order-1 request that can not wait, without zones of its own: by mask and order fragmentation is the likelier half of "cannot reclaim, and order-1 pages only in the reserve". Advice and severity are the same.',
  '036 class': 'The same adapter, but this one asks for 32 KiB at a time: order 3 for a caller that can not wait is fragmentation first. The advice (min_free_kbytes, no turbo mode) is the one that helped.',
  '093 class': 'Hocko calls the single report recoverable and so do we ("only a warning"); an order-0 atomic failure without Mem-Info stays to be watched, because the same machine was killing processes.',
  '094 class': 'That this was a crash kernel is only in the thread; the log is one headline. By order and mask it is fragmentation.',
  '094 advice': 'As above: without the crash kernel in the log there is no reason to advise on it.',
  '182 class': 'The kernel was right to refuse a GFP_NOWAIT request; the regression that the thread found is not visible in this report. The advice (upgrade, no KASAN) agrees.',
  '120 advice': 'The log starts below the frames that name memory hotplug, so nothing in it speaks of hotplug; that memory was not short is said.',
};

const index = absent ? [] : (JSON.parse(readFileSync(new URL('index.json', CORPUS), 'utf8')) as { id: string; kernel: string | null }[]);

/** Nothing but the log: whoever types `nopage explain FILE` need not know the kernel. */
function judge(log: string, about: (event: FailureEvent) => boolean): Explanation {
  const events = parseLog(readFileSync(new URL(`logs/${log}.log`, CORPUS)));
  const event = events.find(about) ?? events.find(({ kind }) => kind !== 'suppressed');
  if (!event) throw new Error(`nothing found in ${log}`);
  return explain(event);
}

function agrees(answer: string, { cause, severity, signatures }: Explanation): boolean {
  if (answer.includes('B') && signatures.some(({ nature }) => nature === 'fault') && severity !== 'benign') return true;
  // A letter beside H: harmless as a rule, so that benign and watch both agree.
  const both = answer.includes('H') && answer.length > 1;
  return Array.from(answer).some((letter) => {
    const one = CLASSES[letter];
    return one !== undefined && one.causes.includes(cause) && (one.severities.includes(severity) || (both && severity !== 'act'));
  });
}

const SEEN: Readonly<Record<string, (event: FailureEvent) => boolean>> = { '003': ({ kind }) => kind === 'page-allocation-failure', '184': ({ kind }) => kind === 'page-allocation-failure' };

describe.skipIf(absent)("the experts' table", () => {
  const found = absent ? [] : ROWS.flatMap(({ row, answer, logs, about, helped }) => logs.map((log) => {
    const explanation = judge(log, about ?? SEEN[log] ?? (() => true));
    const ids = new Set(explanation.advice.map(({ id }) => id));
    return { row, log, answer, explanation, class: agrees(answer, explanation), advice: helped.length === 0 || helped.some((id) => ids.has(id)) };
  }));

  it.each(found.map((one) => [one.row, one.log, one] as const))('row %i, log %s: cause, severity and advice agree, or the difference is argued', (_row, log, one) => {
    const { cause, severity, advice } = one.explanation;
    const said = `${one.answer}: ${cause}, ${severity}, ${advice.map(({ id }) => id).join(' ')}`;
    if (!one.class) expect(DISAGREEMENTS, said).toHaveProperty([`${log} class`]);
    if (!one.advice) expect(DISAGREEMENTS, said).toHaveProperty([`${log} advice`]);
  });

  it('whatever the corpus holds has a verdict in six lines at most', () => {
    for (const { id, kernel } of index) {
      for (const event of parseLog(readFileSync(new URL(`logs/${id}.log`, CORPUS)), kernel === null ? {} : { kernel })) {
        const text = formatMessage(explain(event), event);
        expect(text.split('\n').length, id).toBeLessThanOrEqual(6);
        expect(text, id).not.toMatch(/undefined|NaN|Infinity|\[object/);
      }
    }
  });

  it('at least 85 % of the rows agree in every respect', () => {
    const rows = new Map<number, boolean>();
    for (const one of found) rows.set(one.row, (rows.get(one.row) ?? true) && one.class && one.advice);
    const agreed = [...rows.values()].filter(Boolean).length;
    expect(agreed / rows.size).toBeGreaterThanOrEqual(0.85);
  });

  it('no disagreement is argued that is none', () => {
    const real = new Set(found.flatMap((one) => [...(one.class ? [] : [`${one.log} class`]), ...(one.advice ? [] : [`${one.log} advice`])]));
    expect(Object.keys(DISAGREEMENTS).filter((key) => !real.has(key))).toEqual([]);
  });
});
