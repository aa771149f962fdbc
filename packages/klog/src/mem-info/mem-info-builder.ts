import { sinceOfZone, SUMMARY_WORDS } from './layout.js';
import type { MemInfoLine } from './mem-info-line.js';
import { readMemInfo, type MemInfo } from './mem-info.js';
import type { MemInfoRecord } from './record.js';
import { wholeSummary } from './totals.js';

/** What the machine-wide summary begins with, at the beginning of a line and wherever it was joined to another. */
const COUNTS = /^[Aa]ctive(?:_anon)?:/;
const COUNTED = /\bactive(?:_anon)?:/i;
const ENDS_WHOLE = /(?:[kK]B|\byes|\bno|[?)=,])$/;

/** Collects the lines of one block, in whatever pieces they come. */
export class MemInfoBuilder {
  readonly #records: MemInfoRecord[] = [];
  #title: string | null = null;
  #tailSeen = false;
  #pieces = 0;

  get titled(): boolean {
    return this.#title !== null;
  }

  /** Whether the totals of RAM have begun: what comes after them is not of this block. */
  get tailSeen(): boolean {
    return this.#tailSeen;
  }

  /** Zones, or at least the summary: enough to be worth an event of its own. */
  get substantial(): boolean {
    return this.#records.some(({ part }) => part === 'zone' || part === 'buddy' || part === 'summary');
  }

  /** When the youngest field of its zones came, as a number of `LayoutField.since`. */
  get since(): number {
    return this.#records.reduce((since, { part, text }) => (part === 'zone' ? Math.max(since, sinceOfZone(text)) : since), 0);
  }

  /** Does the line begin another block? */
  isOver(line: MemInfoLine, text: string): boolean {
    switch (line.part) {
      case 'title':
        return this.titled || this.#records.length > 0;
      case 'summary':
        return this.#tailSeen || (COUNTS.test(text) && this.#records.some((record) => record.part === 'summary' && COUNTED.test(record.text)));
      case 'node':
      case 'zone':
      case 'buddy':
        return this.#tailSeen || this.#records.some((record) => record.part === line.part && record.node === line.node && record.name === ('name' in line ? line.name : ''));
      case 'reserve':
        return this.#tailSeen;
      default:
        return false;
    }
  }

  /** Has a line of this part come? */
  has(part: MemInfoLine['part']): boolean {
    return this.#records.some((record) => record.part === part);
  }

  /** @param bare - Nothing stood before it: it may be the rest of the line before. */
  add(line: MemInfoLine, text: string, bare = false, width = 0): void {
    if (line.part === 'title') {
      this.#title ??= line.word;
      return;
    }
    if (line.part === 'fragment') {
      this.#fragment(text);
      return;
    }
    if (line.part === 'tail' && /pages (?:RAM|of RAM)/.test(text)) this.#tailSeen = true;
    const last = this.#records.at(-1);
    if (line.part === 'summary' && last?.part === 'summary') {
      const before = bare ? last.text : wholeSummary(last.text);
      if (bare || before !== last.text) last.ends.pop();
      last.text = `${before}${bare ? glue(last, text) : ' '}${text}`;
      last.ends.push({ at: last.text.length, width });
      return;
    }
    const node = 'node' in line ? line.node : null;
    const name = 'name' in line ? line.name : '';
    // A mailer that breaks lines at underscores leaves a blank there when they are joined again.
    if (this.#records.length < 4096) this.#records.push({ part: line.part, node, name, text: text.includes('_ ') ? text.replace(/_ (?=[a-z])/g, '_') : text, ends: [{ at: text.length, width }] });
  }

  /**
   * Takes a line that no part begins with as the rest of the one before, as mailers and terminals break them.
   *
   * @param bare - Nothing stood before it. Behind a prefix only the numbers of a reserve come alone, as 4.9 printed them.
   * @returns false when it can't be that.
   */
  continue(text: string, bare: boolean): boolean {
    const last = this.#records.at(-1);
    if (!bare && last?.part !== 'reserve') return false;
    if (last === undefined || ++this.#pieces > 4096 || last.text.length > 16_384) return false;
    if (!canContinue(last, text)) return false;
    last.text += `${glue(last, text)}${text}`;
    last.ends.pop();
    if (last.part === 'tail' && last.text.includes(' pages RAM')) this.#tailSeen = true;
    return true;
  }

  #fragment(text: string): void {
    for (let at = this.#records.length - 1; at >= 0; at--) {
      const record = this.#records[at];
      if (record?.part !== 'buddy' && record?.part !== 'fragment') continue;
      if (/= \d+kB$/.test(record.text)) break;
      record.text += `${glue(record, text)}${text}`;
      return;
    }
    if (this.#records.length < 4096) this.#records.push({ part: 'fragment', node: null, name: '', text, ends: [] });
  }

  /** As {@link readMemInfo} reads what has come. */
  build(fallbackPageBytes: number | null, column: number | null = null): MemInfo {
    return readMemInfo(this.#records, this.#title, fallbackPageBytes, column);
  }
}

function canContinue(last: MemInfoRecord, text: string): boolean {
  if (last.part === 'per-cpu' || last.part === 'allocations') return /^\d+(?:, btch|$)|^btch:|^usd:|^\d+ usd:/.test(text);
  if (last.part === 'reserve') return /^\d+(?:[ \t]\d+)*$/.test(text);
  if (last.part === 'buddy') return !/= \d+kB$/.test(last.text) && /^(?:[\d*_]*k?B?|\([A-Z]*\)?|[A-Z]*\)|=)(?:[ \t]|$)/.test(text);
  if (last.part === 'hugepages') return /^hugepages_|^\w*=\d/.test(text);
  if (last.part === 'tail') return /swap/i.test(last.text) && /^(?:=|\d[\d,/+ ]*(?:kB)?$|delete|find|race|\d+, )/.test(text);
  if (last.part === 'zone' || last.part === 'node') return !/all_unreclaimable\? (?:yes|no)$/.test(last.text) && /^[\w()?]*(?::|$|[ \t]|\?)/.test(text) && (/[:?]|\d*[kK]B/.test(text) || text.length < 4);
  return /^[a-z_]*:[ \t]?\d+(?![\dkK])/.test(text) || /^\d+(?:[ \t]|$)/.test(text);
}

/** What stood at a break: a blank that the mailer ate, or nothing where the line was cut at a column. */
function glue(last: MemInfoRecord, text: string): string {
  if (last.part === 'buddy' || last.part === 'fragment') return /(?:\*|\d|k|\([A-Z]*)$/.test(last.text) && !last.text.endsWith('kB') && /^[\d*kBA-Z)]/.test(text) ? '' : ' ';
  if (last.part === 'zone' || last.part === 'node') return ENDS_WHOLE.test(last.text) || text.startsWith('(') || (/\d$/.test(last.text) && /^(?![kK]B)[A-Za-z]/.test(text)) ? ' ' : '';
  // A number goes on in a number, and the beginning of a word in its end.
  if (last.part === 'summary' && (/\d$/.test(last.text) ? /^\d/.test(text) : SUMMARY_WORDS.has(`${/[a-z_]*$/.exec(last.text)?.[0] ?? ''}${/^[a-z_]*/.exec(text)?.[0] ?? ''}`))) return '';
  return ' ';
}
