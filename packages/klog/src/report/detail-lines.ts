import { parseCpuset } from '../headline/placement.js';
import type { KernelLine } from '../kernel-line.js';
import { parseCache, parseCmaRoom, parseFault, parseSlabs, type Detail } from './detail.js';
import type { ReportQueue } from './report-queue.js';
import type { Report } from './report.js';
import { sameName } from './same-name.js';

/** What a program was refused that wanted pages without an MMU. Source: mm/nommu.c, do_mmap_pgoff() of v2.6.18, do_mmap_private() of v6.12 */
const MAPPING = /^Allocation of length (\d+) from process (\d+)(?: \(.{1,15}\))? failed$/;

/** Lines below a headline that tell more of the request: the cpuset, a cache and its nodes, the room in a CMA area, the mapping of a program without an MMU, a fault's parameters. */
export class DetailLines {
  readonly #queue: ReportQueue;
  /** The last line of a cache: a mailer may have broken it between two fields. */
  #last: { readonly text: string; readonly parse: (text: string) => Detail | null; readonly report: Report; readonly place: number } | null = null;

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  /** The report that the line has told more of; null when it is no such line, or nobody's. */
  take(text: string, line: KernelLine): Report | null {
    const cpuset = parseCpuset(text);
    if (cpuset !== null) return this.#cpuset(cpuset, line);
    const cache = parseCache(text);
    if (cache !== null) return this.#broken(settled(this.#queue.findOldest((report) => report.kind === 'slub-failure' && !report.settled), cache, line), text, parseCache, line);
    const slabs = parseSlabs(text);
    if (slabs !== null) return this.#broken(this.#slabs(slabs), text, parseSlabs, line);
    const room = parseCmaRoom(text);
    if (room !== null) return this.#cmaRoom(room, line);
    const mapping = text.startsWith('Allocation of length ') ? MAPPING.exec(text) : null;
    return mapping === null ? this.#fault(text, line) : this.#mapping(Number(mapping[1]), Number(mapping[2]), line);
  }

  /** The report whose last line goes on in this one: only what adds something does. */
  goOn(text: string, line: KernelLine): Report | null {
    const last = this.#last;
    if (last === null || !line.bare || last.place !== line.place - 1 || last.report.closed) return null;
    const joined = `${last.text} ${text}`, detail = last.parse(joined);
    if (detail === null || Object.entries(detail).every(([key, value]) => last.report.detail[key] === value)) return null;
    return this.#broken(last.report.learn(detail), joined, last.parse, line);
  }

  #broken(report: Report | null, text: string, parse: (text: string) => Detail | null, { place }: KernelLine): Report | null {
    this.#last = report === null ? null : { text, parse, report, place };
    return report;
  }

  #cmaRoom(room: Detail, line: KernelLine): Report | null {
    return this.#queue.find(line, (report) => report.kind === 'cma-failure' && report.detail['areaPages'] === undefined && report.isNear(line))?.learn(room) ?? null;
  }

  #mapping(bytes: number, pid: number, line: KernelLine): Report | null {
    const target = this.#queue.find(line, (report) => report.kind === 'page-allocation-failure' && report.isNear(line));
    if (target === null) return null;
    target.pid ??= pid;
    return target.learn({ mmapBytes: bytes });
  }

  #cpuset({ comm, cpuset, memsAllowed }: NonNullable<ReturnType<typeof parseCpuset>>, line: KernelLine): Report | null {
    const target = this.#queue.find(line, ({ headline }) => headline?.memsAllowed === null && sameName(headline.comm, comm));
    if (target?.headline == null) return null;
    target.headline = { ...target.headline, cpuset, memsAllowed };
    return target.learn({ cpusetLine: true });
  }

  #slabs(slabs: Detail): Report | null {
    const [key = ''] = Object.keys(slabs);
    const isCache = (report: Report): boolean => report.kind === 'slub-failure' && report.settled;
    // A cache that was named before the next one failed has had its nodes when that one is named.
    const isPast = ({ settledLine }: Report): boolean => this.#queue.findOldest((later) => isCache(later) && later.line > settledLine) !== null;
    return this.#queue.findOldest((report) => isCache(report) && report.detail[key] === undefined && !isPast(report))?.learn(slabs) ?? null;
  }

  #fault(text: string, line: KernelLine): Report | null {
    const waiting = this.#queue.find(line, (report) => report.kind === 'fault-injection' && !report.settled && report.isNear(line));
    if (waiting === null) return null;
    const goesOn = waiting.text.startsWith('name ') && line.bare;
    if (!text.startsWith('name ') && !goesOn) return null;
    waiting.text = text.startsWith('name ') ? text : `${waiting.text} ${text}`;
    const fault = parseFault(waiting.text);
    return fault === null ? waiting : settled(waiting, fault, line);
  }
}

/** Nothing more of the kind is to come. */
function settled(report: Report | null, detail: Detail, { number }: KernelLine): Report | null {
  if (report === null) return null;
  report.settledLine = number;
  report.settled = true;
  return report.learn(detail);
}
