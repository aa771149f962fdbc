import { eraOf, format, type FailureEvent } from '@nopage/gfp';

/** The first line of a report (and the lines that go with it), as the kernel of a release prints it. */
export function headlineText(event: FailureEvent, code: number, release: string | null): string[] {
  const lines = heldBack(event, code);
  switch (event.kind) {
    case 'mem-info':
      return lines;
    case 'suppressed':
      return [`${text(event, 'function') ?? 'warn_alloc'}: ${event.suppressed} callbacks suppressed`];
    case 'page-allocation-failure':
      return [...lines, ...pageLines(event, code, release)];
    case 'allocation-stall':
      return [...lines, `${name(event)}page allocation stalls for ${event.detail['stallMs'] ?? 0}ms, ${request(event, code, release)}`, ...cpusetLine(event)];
    case 'vmalloc-failure':
      return [...lines, ...vmallocLines(event, code, release)];
    case 'oom-kill':
      return event.mode === null ? lines : oomLines(event, code, release);
    case 'slub-failure':
      return [...lines, ...slabLines(event, code, release)];
    case 'cma-failure':
      return [...lines, `cma: ${text(event, 'function') ?? 'cma_alloc'}: ${event.detail['area'] == null ? '' : `${event.detail['area']}: `}alloc failed, req-size: ${event.detail['pages'] ?? 0} pages, ret: ${event.detail['error'] ?? 0}`];
    case 'fault-injection':
      return [...lines, 'FAULT_INJECTION: forcing a failure.', ...(event.detail['name'] == null ? [] : [`name ${['name', 'interval', 'probability', 'space', 'times'].map((key, at) => `${at === 0 ? '' : `${key} `}${event.detail[key] ?? 0}`).join(', ')}`])];
    case 'order-too-large':
      return [tooLargeLine(event, code)];
    // No kernel has a line for a kind that is not in the contract; the event may have come from a later reader.
    default:
      return [...lines, [`${name(event)}${String(event.kind)}`, request(event, code, release)].filter(Boolean).join(': ')];
  }
}

// lib/bug.c and kernel/panic.c, __warn(): the place came last up to 6.18, and who was running behind it since.
function tooLargeLine(event: FailureEvent, code: number): string {
  const { cpu, pid, comm, detail } = event;
  const place = `mm/page_alloc.c${detail['sourceLine'] == null ? '' : `:${detail['sourceLine']}`}`;
  const called = text(event, 'function') ?? '__alloc_pages_noprof';
  const known = cpu !== null && pid !== null;
  if (code >= 6_019_000) return `WARNING: ${place} at ${called}${known ? `, CPU#${cpu}: ${comm ?? ''}/${pid}` : ''}`;
  return `WARNING: ${known ? `CPU: ${cpu} PID: ${pid} ` : ''}at ${place} ${called}`;
}

function text(event: FailureEvent, key: string): string | null {
  const value = event.detail[key];
  return typeof value === 'string' ? value : null;
}

/** The limiters' names; those of the page allocator by the kernel. */
const LIMITERS: Readonly<Partial<Record<FailureEvent['kind'], string>>> = { 'slub-failure': 'slab_out_of_memory', 'cma-failure': 'cma_alloc', 'fault-injection': 'fail_dump' };

function heldBack(event: FailureEvent, code: number): string[] {
  if (event.suppressed === 0) return [];
  return [`${LIMITERS[event.kind] ?? (code < 4_009_000 ? 'warn_alloc_failed' : 'warn_alloc')}: ${event.suppressed} callbacks suppressed`];
}

function name(event: FailureEvent): string {
  return event.comm === null ? '' : `${event.comm}: `;
}

/** `0xcc0(GFP_KERNEL)`; up to 4.5 the number alone. A log's names are printed back as they were. */
function word(event: FailureEvent, code: number, release: string | null): string {
  const { mode } = event;
  if (mode?.mask == null) return '';
  const hex = `0x${mode.mask.toString(16)}`;
  if (event.source !== null && mode.from !== 'log') return hex;
  if (event.source === null && code < 4_006_000) return hex;
  const era = event.source === null ? eraOf(release ?? '6.12') : null;
  return `${hex}(${era === null ? (mode.names ?? []).join('|') : format(mode.mask, era)})`;
}

/** `order:2, mode:0xcc0(GFP_KERNEL)`, and where: of a cut headline what there is. */
function request(event: FailureEvent, code: number, release: string | null, order = true): string {
  const parts = [...(order && event.order !== null ? [`order:${event.order}`] : []), ...(event.mode?.mask == null ? [] : [`mode:${word(event, code, release)}`])];
  return `${parts.join(', ')}${where(event, code)}`;
}

/** `, nodemask=(null),cpuset=/,mems_allowed=0` since 5.0; the nodemask alone from 4.11 on. */
function where(event: FailureEvent, code: number): string {
  const nodemask = event.nodemask ?? (event.source === null && event.mode !== null && code >= 4_011_000 ? '(null)' : null);
  if (nodemask === null) return '';
  const inLine = event.cpuset !== null && event.detail['cpusetLine'] !== true && (event.source !== null || code >= 5_000_000);
  return `, nodemask=${nodemask}${inLine ? `,cpuset=${event.cpuset}${event.memsAllowed === null ? '' : `,mems_allowed=${event.memsAllowed}`}` : ''}`;
}

function cpusetLine(event: FailureEvent): string[] {
  return event.detail['cpusetLine'] === true ? [`${event.comm ?? ''} cpuset=${event.cpuset ?? ''} mems_allowed=${event.memsAllowed ?? ''}`] : [];
}

function pageLines(event: FailureEvent, code: number, release: string | null): string[] {
  if (event.detail['form'] === '2.4' || (event.source === null && code < 2_005_000)) {
    const gfp = event.mode?.mask == null ? '' : ` (gfp=0x${event.mode.mask.toString(16)}/${event.detail['memalloc'] === true ? 1 : 0})`;
    return [`__alloc_pages: ${event.order ?? 0}-order allocation failed${gfp}${event.detail['stop'] === true ? '.' : ''}${event.detail['caller'] == null ? '' : ` from ${event.detail['caller']}`}`];
  }
  const what = text(event, 'message') ?? 'page allocation failure';
  return [`${name(event)}${what}${(event.source === null ? code < 3_001_000 : event.detail['stop'] === true) ? '.' : ':'} ${request(event, code, release)}`, ...cpusetLine(event)];
}

function vmallocLines(event: FailureEvent, code: number, release: string | null): string[] {
  if (event.detail['room'] === true) return [roomLine(event)];
  const done = event.detail['allocatedBytes'];
  if (event.detail['twoLines'] === true || event.detail['form'] === undefined) {
    const first = done == null ? `vmalloc: allocation failure: ${event.bytes ?? 0} bytes` : `vmalloc: allocation failure, allocated ${done} of ${event.bytes ?? 0} bytes`;
    return event.mode === null ? [first] : [first, ...pageLines(event, code, release)];
  }
  const why = text(event, 'why');
  const size = event.detail['form'] === 'error' ? ` error: size ${event.bytes ?? 0}${why === null ? '' : `, ${why}`}` : done == null ? `: allocation failure: ${event.bytes ?? 0} bytes` : `: allocation failure, allocated ${done} of ${event.bytes ?? 0} bytes`;
  return [`${name(event)}vmalloc${size}${event.mode?.mask == null ? '' : `, ${request(event, code, release, false)}`}`, ...cpusetLine(event)];
}

function roomLine({ bytes, detail }: FailureEvent): string {
  const stop = detail['stop'] === true ? '.' : '';
  if (detail['form'] === 'range') return `vmalloc_node_range for size ${bytes ?? 0} failed: Address range restricted to ${detail['range'] ?? ''}${stop}`;
  return `${detail['form'] === 'space' ? 'allocation failed: out of vmalloc space -' : `vmap allocation for size ${bytes ?? 0} failed:`} use vmalloc=<size> to increase size${stop}`;
}

function oomLines(event: FailureEvent, code: number, release: string | null): string[] {
  const mask = `gfp_mask=${word(event, code, release)}`;
  if (event.detail['form'] === '2.6.11') return [`oom-killer: ${mask}${event.order === null ? '' : `, order=${event.order}`}`];
  return [`${event.comm ?? ''} invoked oom-killer: ${mask}, ${oomPlace(event)}order=${event.order ?? 0}${score(event)}`, ...cpusetLine(event)];
}

// Since 5.0 it stands in the line of the constraint.
function oomPlace(event: FailureEvent): string {
  return event.nodemask === null || event.detail['constraint'] != null ? '' : `nodemask=${event.nodemask}, ${event.detail['wideOrder'] === true ? ' ' : ''}`;
}

function score(event: FailureEvent): string {
  const { oomKillAdj, oomAdj, oomScoreAdj } = event.detail;
  return `${oomKillAdj == null ? '' : `, oomkilladj=${oomKillAdj}`}${oomAdj == null ? '' : `, oom_adj=${oomAdj}`}${oomScoreAdj == null ? '' : `, oom_score_adj=${oomScoreAdj}`}`;
}

function slabLines(event: FailureEvent, code: number, release: string | null): string[] {
  const { detail } = event;
  const gfp = event.mode?.from === 'log' ? `, gfp=${word(event, code, release)}` : ` (gfp=${word(event, code, release)})`;
  const on = detail['cpu'] == null ? '' : `CPU ${detail['cpu']} (of node ${detail['nodeOfCpu'] ?? 0}) on `;
  const lines = [`${text(event, 'allocator') ?? 'SLUB'}: Unable to allocate memory on ${on}node ${detail['node'] ?? -1}${gfp}`];
  if (detail['cache'] != null) {
    const buffer = detail['bufferBytes'] == null ? '' : `, buffer size: ${detail['bufferBytes']}`;
    const orders = detail['defaultOrder'] == null ? '' : detail['minOrder'] == null ? `, order: ${detail['defaultOrder']}` : `, default order: ${detail['defaultOrder']}, min order: ${detail['minOrder']}`;
    lines.push(`  cache: ${detail['cache']}, object size: ${detail['objectBytes'] ?? 0}${buffer}${orders}`);
  }
  for (const [key, value] of Object.entries(detail)) if (/^node\d+$/.test(key)) lines.push(`  node ${key.slice(4)}: ${value ?? ''}`);
  return lines;
}
