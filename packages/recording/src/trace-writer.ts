import { LIST_SHIFT } from '@nopage/gfp';
import { NO_PAGE, NO_PAGEBLOCK, type AllocatorSettings, type AllocatorState, type PcpState, type ZoneRecord } from '@nopage/mm';
import { RecordingError } from './errors.js';
import { LOW_LISTS } from './restore.js';

/** Text of a recording, a line at a time, as {@link TraceReader} reads it. `write` gets whole lines with their ends. */
export class TraceWriter {
  private readonly write: (text: string) => void;
  private index = 0;
  private slot = 0;

  /**
   * Writes the head: what the allocator is.
   *
   * @param scenario - What is recorded, in a word.
   * @throws {RecordingError} `BAD_ARGUMENT` where `write` is no function.
   */
  constructor(write: (text: string) => void, scenario: string, settings: AllocatorSettings) {
    if (typeof write !== 'function') throw new RecordingError('BAD_ARGUMENT', 0, 'what a recording is written with is a function');
    this.write = write;
    const { maxOrder, pageblockOrder, hugeOrder, cachesPages, watermarkBoostFactor, movesPages } = settings;
    const lists = !cachesPages ? 0 : hugeOrder === null || hugeOrder < 0 ? LOW_LISTS : LOW_LISTS + 2;
    write(`# patrace v1 scenario=${oneWord(scenario)} kernel=${settings.profile}\n`);
    write(`FACTS release=${settings.profile.replace('linux-', '')} page_size=4096 max_page_order=${maxOrder} pageblock_order=${pageblockOrder} nr_pcp_lists=${lists} movable=${movesPages ? 1 : 0} events=0\n`);
    write(`<<<SYSCTL\nwatermark_boost_factor=${watermarkBoostFactor}\n>>>\n`);
    write('S rec 1\n');
  }

  /** A state, in full. The first one is where a replay starts, the later ones are compared. */
  state(label: string, state: AllocatorState): void {
    this.write(`STATE ${oneWord(label)} op=${this.index}\n`);
    for (const zone of state.zones) this.zone(zone);
    this.write(`VM ${Object.entries(state.vmstat).map(([name, value]) => `${name}=${value}`).join(' ')}\nEND\n`);
  }

  /** A request. @param others - Events of others inside it, each a word: the replay is taken up at the next state then. */
  allocated(gfp: number, order: number, pfn: number, others: readonly string[] = []): void {
    this.write(`A ${this.index} ${this.slot} ${order} ${gfp.toString(16)}${foreign(others)} = ${pfn === NO_PAGE ? '-' : pfn.toString(16)}\n`);
    this.index++;
    this.slot++;
  }

  freed(pfn: number, order: number): void {
    this.write(`F ${this.index++} 0 ${pfn.toString(16)} ${order}\n`);
  }

  /** @param others - As of {@link TraceWriter.allocated}. */
  allocatedBulk(gfp: number, wanted: number, pfns: Int32Array, others: readonly string[] = []): void {
    this.write(`L ${this.index} 0 ${wanted} ${gfp.toString(16)}${foreign(others)} = ${pfns.length}:${Array.from(pfns, (pfn) => pfn.toString(16)).join(',')}\n`);
    this.index++;
  }

  split(pfn: number, order: number): void {
    this.write(`T ${this.index++} 0 ${pfn.toString(16)} ${order}\n`);
  }

  drained(): void {
    this.write(`D ${this.index++}\n`);
  }

  /** What is no operation, in a word: a replay ends here, and is taken up at the next state. */
  aside(what: string): void {
    this.write(`!${oneWord(what)}\n`);
  }

  /** Writes the foot; nothing may follow. */
  end(): void {
    this.write(`S rec 0\nDONE script ops=${this.index} foreign=0 nested=0\nEOF\n`);
  }

  private zone(zone: ZoneRecord): void {
    const { index, name, spannedPages, presentPages, managedPages } = zone;
    const empty = managedPages === 0;
    const node = zone.node !== undefined ? `node=${zone.node} ` : '';
    const sizes = `${node}start=${zone.startPfn.toString(16)} spanned=${spannedPages} present=${presentPages} managed=${managedPages} wmark=${zone.watermarks.join(',')}`;
    if (empty) {
      this.write(`ZONE ${index} ${name} empty ${sizes} lowmem=${zone.lowmemReserve.join(',')}\n`);
      return;
    }
    this.write(`ZONE ${index} ${name} ${sizes} boost=${zone.boostPages} resvhigh=${zone.reservedHighatomicPages} freehigh=${zone.freeHighatomicPages} flags=${zone.flags.toString(16)} free=${zone.freePages} lowmem=${zone.lowmemReserve.join(',')}\n`);
    if (zone.pcp !== null) this.pcp(index, zone.pcp);
    if (zone.freeDiffThreshold > 0) this.write(`PZ ${index} cpu=0 diff=${zone.freeDiff} threshold=${zone.freeDiffThreshold} drift_mark=0\n`);
    zone.freeBlocks.forEach((count, order) => {
      this.write(`FA ${index} ${order} nr_free=${count}\n`);
      for (let type = 0; type < 1 << LIST_SHIFT; type++) {
        const pfns = zone.freeLists[(order << LIST_SHIFT) | type];
        if (pfns !== undefined && pfns.length > 0) this.write(`FL ${index} ${order} ${type} ${frames(pfns)}\n`);
      }
    });
    this.write(`PB ${index} ${zone.pageblockStartPfn.toString(16)} ${Array.from(zone.pageblockTypes, (type) => (type === NO_PAGEBLOCK ? '-' : String(type))).join('')}\n`);
    const ranges: string[] = [];
    for (let i = 0; i < zone.movable.length; i += 2) ranges.push(`${zone.movable[i]!.toString(16)}-${zone.movable[i + 1]!.toString(16)}`);
    this.write(`LRU ${[index, ...ranges].join(' ')}\n`);
  }

  private pcp(zone: number, pcp: PcpState): void {
    const { count, high, highMin, highMax, batch, flags, allocFactor, freeCount, freeFactor } = pcp;
    this.write(`PCP ${zone} cpu=0 count=${count} high=${high} high_min=${highMin} high_max=${highMax} batch=${batch} flags=${flags.toString(16)} alloc_factor=${allocFactor} free_count=${freeCount} free_factor=${freeFactor}\n`);
    pcp.lists.forEach((pfns, list) => {
      if (pfns.length === 0) return;
      this.write(`PL ${zone} 0 ${list} ${frames(pfns)}\n`);
      const types = pcp.keptTypes?.[list];
      if (types !== undefined) this.write(`PT ${zone} 0 ${list} ${types.join('')}\n`);
    });
  }
}

function foreign(events: readonly string[]): string {
  return events.map((event) => ` !${event}`).join('');
}

function frames(pfns: Int32Array): string {
  return `${pfns.length} : ${Array.from(pfns, (pfn) => pfn.toString(16)).join(' ')}`;
}

function oneWord(text: string): string {
  return text.trim().replace(/\s+/g, '-') || '-';
}
