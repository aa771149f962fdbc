import { fractionMs, monthOf, zoneMinutes } from './date.js';

/** A line without what carried it, and what the carrier said about it. */
export interface Stripped {
  /** The kernel's own text, without the blanks at either end. */
  readonly text: string;
  /** Milliseconds: since 1970 where the prefix has a whole date, else since boot; null without a time. */
  readonly at: number | null;
  /** Who was printing, where the prefix says it (`T5555`, `C1`, a pid): keeps interleaved reports apart. */
  readonly context: string | null;
  readonly cpu: number | null;
  readonly pid: number | null;
  /** True when nothing but quoting and blanks stood before the text. */
  readonly bare: boolean;
}

export interface PrefixOptions {
  /** The year of dates that are printed without one (classic syslog); without it such dates give no time. */
  readonly year?: number | undefined;
}

const QUOTE = /(?:[ \t]*>)+(?:[ \t]?\|(?=[ \t]|$))?/y;
/** Old mailers put the author's initials before the sign of a quote. */
const INITIALS = /[A-Z]{1,4}>(?=[ \t>]|$)/y;
const BOX = /\|[ \t](?=\[|<)/y;
const LEVEL = /<\d{1,3}>/y;
const RFC5424 = /1 (?=\d{4}-\d\d-\d\dT)/y;
const SECONDS = /\[[ \t]*(\d+\.\d+)(?:s|@\d+|[ \t]*<[ \t]*\d+\.\d+[ \t]*>)?\](?::(?=[ \t])|[d-](?=[ \t]))?/y;
const CALLER = /\[[ \t]*([TC]\d+)\]/y;
const NOTHING = /\[\][ \t]/y;
const HUMAN = /\[(?:\p{L}{2,4})\.? +(\p{L}{3,5})\.? +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\]/uy;
const RELATIVE = /\[(?:[ \t]*<[ \t]*\d+\.\d+[ \t]*>|[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d|[ \t]*\+[ \t]*\d+\.\d+|[A-Z][a-z]{2} \d{1,2})\]/y;
const BRACKET_ISO = /\[(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)?\]:?/y;
const ISO = /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)?:?(?=[ \t]|$)/y;
const SYSLOG = /(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +)?([A-Z][a-z]{2}) +(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?: (\d{4})(?=[ \t]))?:?(?=[ \t]|$)/y;
const LOGCAT = /(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3,6})(?=[ \t])/y;
const LOGCAT_TAG = /[ \t]+(?:[a-z]\w{0,31}[ \t]+)?\d+[ \t]+\d+ [VDIWEF] (.{0,60}?)[ \t]{0,20}: (.*)$/y;
const LOGCAT_KERNEL = /[VDIWEF]\/kernel[ \t]*\([ \t]*\d+\):[ \t]?/y;
const LOGCAT_BRIEF = /[VDIWEF][/ ]([^()]{1,40}?)[ \t]*(?:\([ \t]*\d+\))?[ \t]*: (?=\S)/y;
const KMSG = /\d{1,3},\d+,(\d+),[-c+](?:,([^;]{0,200}))?;/y;
const UNIX = /(1\d{9}\.\d+)(?=[ \t])/y;
const CLOCK = /\d\d:\d\d:\d\d(?:[.,]\d+)?(?=[ \t]+\[)/y;
const COUNTER = /0\d{3,9}[ \t]+(?=[[<A-Za-z]|[\w.]{1,15}: )/y;
const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?=[ \t])/y;
const GREP = /\d{1,9}[:-](?=\[[ \t]*\d|<\d|[A-Z][a-z]{2} +\d)/y;
const FACILITY = /(?:kern|user|daemon|syslog|local\d)\.[a-z]+(?=[ \t])/y;
/** `dmesg -x`, and systems that spell it in their own way. */
const FACILITY_LEVEL = /(?:\d{1,3}(?:\.\d{1,3}){3}: )?(?:kern|user|daemon|syslog|auth|authpriv|local\d)[ \t]*:[ \t]?(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug)[ \t]*:(?=[ \t])/y;
// klogd may itself be who asked for memory.
const TAG = /(?:kernel(?:\[\d+\])?|vmunix|klogd?(?:\[\d+\])?(?!: (?:page|vmalloc))):(?:[ \t]+:)?(?=[ \t]|$)|\[kernel\]|\(kernel\)|kernel - - (?:- |\[[^\]]{0,200}\] ?)?/y;
/** A field of `journalctl -o export` and `-o verbose`. */
const MESSAGE = /MESSAGE=/y;
/** A CPU, and perhaps a pid, as some vendors of phones have it; the number may also be the line's own. */
const CORE = /c(\d{1,3})(?:[ \t]+(\d+)(?![ \t]+(?:(?:free |reserved |slab )?pages\b|total pagecache)))?[ \t]+(?=\S)/y;
const STAMP = /\[[ \t]*\d{1,8}\.\d{3,6}(?:@\d+)?\]/;
const TAGGED = /(?:^|[ \t])(?:kernel(?:\[\d+\])?|vmunix|klogd?(?!: (?:page|vmalloc))):(?=[ \t])/;
const SAMSUNG = /\[[ \t]*(\d+):[ \t]*(.{1,16}?):[ \t]*(\d+)\]/y;
const HUAWEI = /\[pid:(\d+),cpu(\d+),(.{0,16}?)\](?!\])/y;
const MEDIATEK = /-?\((\d+)\)\[(\d+):(.{1,16}?)\](?!\])/y;
const HOST = /\S+/y;
const HOST_BEFORE_TAG = /[\w.-]+(?=[ \t]+kernel:)/y;
// Kernel lines that begin with a bare word: not a host name although a date stands before.
const KERNEL_WORD = /^(?:Node|CPU|Call|Free|Total|Swap|Out|Hardware|Pid:|cpu|Killed|\d+|Unable|Active|SLUB:|SLAB:|last|Workqueue:|Tainted:|Modules|page|vmalloc:)$/;

const MAX_LAYERS = 14;
/** So far into a line the kernel's own stamp or tag is looked for behind what no rule knows. */
const LONGEST_UNKNOWN = 200;

/** Peels every known kind of prefix, in any order and number, and keeps what they say. */
export class PrefixStripper {
  readonly #year: number | null;
  #text = '';
  #pos = 0;
  #seconds: number | null = null;
  #epoch: number | null = null;
  #context: string | null = null;
  #cpu: number | null = null;
  #pid: number | null = null;
  #dated = false;
  #hosted = false;
  #tagged = false;

  constructor(options: PrefixOptions = {}) {
    this.#year = options.year ?? null;
  }

  strip(line: string): Stripped {
    this.#text = line;
    this.#pos = 0;
    this.#seconds = this.#epoch = this.#context = this.#cpu = this.#pid = null;
    this.#dated = this.#hosted = this.#tagged = false;
    let bare = true, end = line.length;
    for (let layer = 0; layer < MAX_LAYERS; layer++) {
      this.#skipBlanks();
      const peeled = this.#peel();
      if (peeled === 'quote') continue;
      if (peeled === 'none') {
        const unknown = this.#skipUnknown();
        if (unknown === null) break;
        end = line.length - closingLength(unknown, line);
      }
      bare = false;
    }
    return {
      text: this.#text.slice(this.#pos, this.#text === line ? end : undefined).trim(),
      at: this.#time(),
      context: this.#context, cpu: this.#cpu, pid: this.#pid, bare,
    };
  }

  #time(): number | null {
    if (this.#epoch !== null) return this.#epoch;
    return this.#seconds === null ? null : Number((this.#seconds * 1000).toFixed(3));
  }

  /** Goes to the kernel's own stamp or tag behind whatever else stands there; returns what that was, null when there is neither. */
  #skipUnknown(): string | null {
    if (this.#seconds !== null || this.#tagged) return null;
    const head = this.#text.slice(this.#pos, this.#pos + LONGEST_UNKNOWN);
    const at = STAMP.exec(head)?.index ?? TAGGED.exec(head)?.index ?? 0;
    if (at === 0) return null;
    this.#pos += at;
    return head.slice(0, at);
  }

  #skipBlanks(): void {
    let code = this.#text.charCodeAt(this.#pos);
    while (code === 32 || code === 9) code = this.#text.charCodeAt(++this.#pos);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#pos;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#pos = pattern.lastIndex;
    return found;
  }

  #peel(): 'layer' | 'quote' | 'none' {
    const code = this.#text.charCodeAt(this.#pos);
    if (this.#pos === 0 && this.#match(INITIALS) !== null) return 'quote';
    if (code === 62) return this.#match(QUOTE) === null ? 'none' : 'quote';
    if (code === 124) return this.#match(BOX) === null ? 'none' : 'quote';
    if (code === 91) return this.#bracket() ? 'layer' : 'none';
    if (code === 60) return this.#match(LEVEL) !== null ? 'layer' : 'none';
    if (code >= 48 && code <= 57) return this.#digits() ? 'layer' : 'none';
    if (code === 45 || code === 40) return (this.#mediatek() || this.#tag()) ? 'layer' : 'none';
    if (Number.isNaN(code)) return 'none';
    return this.#words() ? 'layer' : 'none';
  }

  #bracket(): boolean {
    const seconds = this.#match(SECONDS);
    if (seconds !== null) {
      this.#seconds = Number(seconds[1]);
      return true;
    }
    const caller = this.#match(CALLER);
    if (caller !== null) {
      this.#context = caller[1] ?? null;
      return true;
    }
    const human = this.#match(HUMAN);
    if (human !== null) {
      this.#setDate(human[6], monthOf(human[1] ?? ''), human[2], human[3], human[4], human[5]);
      return true;
    }
    const iso = this.#match(BRACKET_ISO);
    if (iso !== null) {
      this.#setIso(iso);
      return true;
    }
    const samsung = this.#match(SAMSUNG);
    if (samsung !== null) {
      this.#cpu = Number(samsung[1]);
      this.#setPid(samsung[3]);
      return true;
    }
    const huawei = this.#match(HUAWEI);
    if (huawei !== null) {
      this.#cpu = Number(huawei[2]);
      this.#setPid(huawei[1]);
      return true;
    }
    return this.#match(RELATIVE) !== null || this.#match(NOTHING) !== null || this.#tag();
  }

  #tag(): boolean {
    if (this.#match(TAG) === null) return false;
    this.#tagged = true;
    return true;
  }

  #core(): boolean {
    const found = this.#match(CORE);
    if (found === null) return false;
    this.#cpu = Number(found[1]);
    if (found[2] !== undefined) this.#setPid(found[2]);
    return true;
  }

  #mediatek(): boolean {
    const found = this.#match(MEDIATEK);
    if (found === null) return false;
    this.#cpu = Number(found[1]);
    this.#setPid(found[2]);
    return true;
  }

  #digits(): boolean {
    const kmsg = this.#match(KMSG);
    if (kmsg !== null) {
      this.#seconds = Number(kmsg[1]) / 1e6;
      const caller = /caller=([TC]\d+)/.exec(kmsg[2] ?? '');
      if (caller !== null) this.#context = caller[1] ?? null;
      return true;
    }
    if (this.#match(FACILITY_LEVEL) !== null) return true;
    const iso = this.#match(ISO);
    if (iso !== null) {
      this.#setIso(iso);
      this.#dated = true;
      // `dmesg --time-format=iso` has a comma there, programs of Go have slashes: no host behind.
      this.#hosted = /[,/]/.test(iso[0]);
      return true;
    }
    const logcat = this.#match(LOGCAT);
    if (logcat !== null) {
      this.#setDate(undefined, Number(logcat[1]) - 1, logcat[2], logcat[3], logcat[4], logcat[5], logcat[6]);
      this.#logcatTag();
      return true;
    }
    const unix = this.#match(UNIX);
    if (unix !== null) {
      this.#epoch = Number(unix[1]) * 1000;
      this.#dated = true;
      return true;
    }
    if (this.#dated && !this.#hosted && this.#match(ADDRESS) !== null) {
      this.#hosted = true;
      return true;
    }
    return this.#match(RFC5424) !== null || this.#match(CLOCK) !== null || this.#match(GREP) !== null || this.#match(COUNTER) !== null;
  }

  /** Logcat cuts the text at its first colon to make a tag; put it together again. */
  #logcatTag(): void {
    const found = this.#match(LOGCAT_TAG);
    if (found === null) return;
    const tag = found[1] ?? '', rest = found[2] ?? '';
    // `Binder:31542_2: page allocation failure` has become tag `Binder`, text `31542_2: page allocation failure`.
    const cutName = /^[\w/.-]{1,12}: (?:page allocation|vmalloc)/.test(rest) && !/^(?:page|vmalloc)/.test(rest);
    this.#text = tag === '' || tag === 'kernel' ? rest : cutName ? `${tag}:${rest}` : `${tag}: ${rest}`;
    this.#pos = 0;
  }

  #words(): boolean {
    const date = this.#match(SYSLOG);
    if (date !== null && monthOf(date[1] ?? '') !== null) {
      this.#setDate(date[3] ?? date[8], monthOf(date[1] ?? ''), date[2], date[4], date[5], date[6], date[7]);
      this.#dated = true;
      return true;
    }
    if (this.#tag() || this.#match(FACILITY_LEVEL) !== null || this.#match(MESSAGE) !== null || this.#match(LOGCAT_KERNEL) !== null) {
      this.#hosted = true;
      return true;
    }
    if (this.#seconds !== null && this.#core()) return true;
    if (this.#dated && this.#match(FACILITY) !== null) {
      this.#hosted = true;
      return true;
    }
    if (this.#seconds !== null && !this.#hosted && this.#match(HOST_BEFORE_TAG) !== null) return true;
    if (!this.#dated || this.#hosted || this.#seconds !== null) return this.#brief();
    return this.#host();
  }

  #brief(): boolean {
    const code = this.#text.charCodeAt(this.#pos + 1);
    if (this.#dated || this.#seconds !== null || (code !== 47 && code !== 32)) return false;
    const found = this.#match(LOGCAT_BRIEF);
    if (found === null) return false;
    const tag = (found[1] ?? '').trim(), rest = this.#text.slice(this.#pos);
    if (tag !== 'kernel') this.#text = /^\d+_\w+: page/.test(rest) ? `${tag}:${rest}` : `${tag}: ${rest}`;
    if (tag !== 'kernel') this.#pos = 0;
    return true;
  }

  #host(): boolean {
    const start = this.#pos;
    const word = this.#match(HOST)?.[0] ?? '';
    this.#hosted = true;
    const isAddress = /^[0-9a-f]*:[0-9a-f:.]*$/i.test(word);
    if ((/[:=[(*]/.test(word) && !isAddress) || KERNEL_WORD.test(word) || this.#pos >= this.#text.length) {
      this.#pos = start;
      return false;
    }
    return true;
  }

  #setPid(text: string | undefined): void {
    this.#pid = Number(text);
    this.#context ??= `T${text ?? ''}`;
  }

  #setIso(m: RegExpExecArray): void {
    this.#setDate(m[1], Number(m[2]) - 1, m[3], m[4], m[5], m[6], m[7]);
    if (this.#epoch !== null) this.#epoch -= zoneMinutes(m[8]) * 60_000;
  }

  #setDate(year: string | undefined, month: number | null, day: string | undefined, hour: string | undefined, minute: string | undefined, second: string | undefined, fraction?: string): void {
    const fullYear = year === undefined ? this.#year : Number(year);
    if (fullYear === null || month === null) return;
    this.#epoch = Date.UTC(fullYear, month, Number(day), Number(hour), Number(minute), Number(second)) + fractionMs(fraction);
  }
}

/** Length of what a tool put behind the text, as what it put in front foretells: a quotation mark, or a tag again. */
function closingLength(before: string, line: string): number {
  if (before.includes('%KERN-')) return / - kernel[ \t]*$/.exec(line)?.[0].length ?? 0;
  return before.split('"').length % 2 === 0 ? (/(?:\\n)?"[^"]*$/.exec(line)?.[0].length ?? 0) : 0;
}
