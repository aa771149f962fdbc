import { closingLength } from './closing-length.js';
import { monthOf } from './date.js';
import { canBeHost } from './host-word.js';
import { PrefixDate } from './prefix-date.js';
import * as layers from './prefix-layers.js';

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

// What the patterns for words begin with: most lines of a kernel begin with another letter.
const TAG_LETTERS: ReadonlySet<string> = new Set('kv');
const FACILITY_LETTERS: ReadonlySet<string> = new Set('kudsal');
const isDigit = (letter: string | undefined): boolean => letter !== undefined && letter >= '0' && letter <= '9';

const MAX_LAYERS = 14;
/** So far into a line the kernel's own stamp or tag is looked for behind what no rule knows. */
const LONGEST_UNKNOWN = 200;

/** What the layers so far have said. */
interface Said {
  /** Seconds since boot, by the kernel's own stamp: what follows is its text. */
  seconds: number | null;
  /** Milliseconds since 1970. */
  epoch: number | null;
  context: string | null;
  cpu: number | null;
  pid: number | null;
  dated: boolean;
  hosted: boolean;
  tagged: boolean;
  /** Nothing but quoting so far. */
  bare: boolean;
  /** The sign of a diff that it begins with; '' for none. */
  side: string;
  layers: number;
}

const NOTHING: Said = { seconds: null, epoch: null, context: null, cpu: null, pid: null, dated: false, hosted: false, tagged: false, bare: true, side: '', layers: 0 };

/** Peels every known kind of prefix, in any order and number, and keeps what they say. */
export class PrefixStripper {
  readonly #dates: PrefixDate;
  #text = '';
  #pos = 0;
  #said: Said = NOTHING;
  /** Does what was peeled so far tell by itself how it is peeled? Not behind what no rule knows, nor of a text that was put together. */
  #plain = true;
  /** The beginning of a line up to the kernel's own stamp, and what it said: the lines of a report share one. */
  #head: { readonly text: string; readonly said: Said } | null = null;
  /** The sign that the line before begins with, where it is one of a diff. */
  #sideBefore = '';
  /** The host that a line has named: most logs name one. */
  #lastHost = '';

  constructor(options: PrefixOptions = {}) {
    this.#dates = new PrefixDate(options.year ?? null);
  }

  /** Is the line another program's? Where the kernel's lines have come with a date and its stamp, one with the date alone is. */
  isOthers(line: string): boolean {
    return this.#head?.said.dated === true && layers.DATED.test(line) && !layers.KERNELS.test(line);
  }

  strip(line: string): Stripped {
    const head = this.#head !== null && line.startsWith(this.#head.text) ? this.#head : null;
    this.#sideBefore = this.#said.side;
    const said = (this.#said = { ...(head?.said ?? NOTHING) });
    this.#text = line;
    this.#pos = head?.text.length ?? 0;
    this.#plain = true;
    let end = line.length;
    for (; said.layers < MAX_LAYERS; said.layers++) {
      this.#skipBlanks();
      const peeled = this.#peel();
      if (peeled === 'quote') continue;
      if (peeled === 'none') {
        const unknown = this.#skipUnknown();
        if (unknown === null) break;
        end = line.length - closingLength(unknown, line.slice(this.#pos));
      }
      said.bare = false;
    }
    // A kernel that stamps its lines no more: the head tells nothing of what follows.
    if (said.dated && said.seconds === null && !said.tagged) this.#head = null;
    const text = this.#text.slice(this.#pos, this.#text === line ? end : undefined).trim();
    return {
      text: text.endsWith(']') ? text.replace(layers.FACILITY_BEHIND, '') : text,
      at: said.epoch ?? (said.seconds === null ? null : Math.round(said.seconds * 1e6) / 1000),
      context: said.context, cpu: said.cpu, pid: said.pid, bare: said.bare,
    };
  }

  /** Goes to the kernel's own stamp or tag behind whatever else stands there; returns what that was, null when there is neither. */
  #skipUnknown(): string | null {
    if (this.#said.seconds !== null || this.#said.tagged) return null;
    const head = this.#text.slice(this.#pos, this.#pos + LONGEST_UNKNOWN);
    const at = layers.STAMP.exec(head)?.index ?? layers.TAGGED.exec(head)?.index ?? 0;
    if (at === 0) return null;
    const before = head.slice(0, head[at] === '"' ? at + 1 : at);
    this.#pos += before.length;
    this.#plain = false;
    return before;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text[this.#pos])) this.#pos++;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#pos;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#pos = pattern.lastIndex;
    return found;
  }

  /** A pattern is tried where the line goes on with what it begins with: of the many, one or two for a layer. */
  #peel(): 'layer' | 'quote' | 'none' {
    const first = this.#text[this.#pos];
    switch (first) {
      case undefined:
        return 'none';
      case '>':
        return this.#match(layers.QUOTE) === null ? 'none' : 'quote';
      case ':':
        return this.#pos === 0 && this.#match(layers.COLON) !== null ? 'quote' : 'none';
      case '*':
        return this.#match(layers.STAR) === null ? 'none' : 'quote';
      case '|':
        return this.#match(layers.BOX) === null ? 'none' : 'quote';
      case '[':
        return this.#bracket() ? 'layer' : 'none';
      case '<':
        return this.#match(layers.LEVEL) === null ? 'none' : 'layer';
      case '+':
        return this.#said.bare && this.#sided(first) ? 'quote' : 'none';
      case '-':
      case '(':
        if (this.#onCore(layers.MEDIATEK, 1, 2) || this.#tag()) return 'layer';
        return this.#said.bare && this.#sided(first) ? 'quote' : 'none';
    }
    if (isDigit(first)) return this.#digits() ? 'layer' : 'none';
    const isCapital = first >= 'A' && first <= 'Z';
    if (isCapital && this.#pos === 0 && this.#match(layers.INITIALS) !== null) return 'quote';
    return (isCapital ? this.#capital(first) : this.#small(first)) || this.#unmarked() ? 'layer' : 'none';
  }

  #sided(sign: string): boolean {
    this.#said.side = sign;
    this.#plain = this.#sideBefore !== sign;
    return this.#match(this.#plain ? layers.DIFF : layers.DIFF_AGAIN) !== null;
  }

  #bracket(): boolean {
    let inside = this.#pos + 1;
    while (isBlank(this.#text[inside])) inside++;
    const first = this.#text[inside];
    if (isDigit(first)) return this.#seconded() || this.#dateInBrackets() || this.#onCore(layers.SAMSUNG, 1, 3);
    if (first === '<' || first === '+') return this.#match(layers.RELATIVE) !== null;
    return this.#caller() || this.#human() || this.#onCore(layers.HUAWEI, 2, 1) || this.#match(layers.RELATIVE) !== null || this.#match(layers.NOTHING) !== null || this.#tag();
  }

  #seconded(): boolean {
    const found = this.#match(layers.SECONDS), said = this.#said;
    if (found === null) return false;
    said.seconds = Number(found[2]);
    if (found[1] !== undefined) said.cpu = Number(found[1]);
    if (this.#plain && isBlank(this.#text[this.#pos])) {
      this.#head = { text: this.#text.slice(0, this.#pos + 1), said: { ...said, bare: false, layers: said.layers + 1 } };
    }
    return true;
  }

  #caller(): boolean {
    const found = this.#match(layers.CALLER);
    if (found !== null) this.#said.context = found[1] ?? null;
    return found !== null;
  }

  #human(): boolean {
    const found = this.#match(layers.HUMAN);
    if (found !== null) this.#date(found[0], found[6], monthOf(found[1] ?? ''), found[2], found[3], found[4], found[5]);
    return found !== null;
  }

  #dateInBrackets(): boolean {
    const found = this.#match(layers.BRACKET_ISO);
    if (found !== null) this.#date(found[0], found[1], Number(found[2]) - 1, found[3], found[4], found[5], found[6], found[7], found[8]);
    return found !== null;
  }

  #date(...date: Parameters<PrefixDate['read']>): void {
    this.#said.epoch = this.#dates.read(...date) ?? this.#said.epoch;
  }

  #tag(): boolean {
    if (this.#match(layers.TAG) === null) return false;
    this.#said.tagged = true;
    return true;
  }

  /** What stands behind a number decides what it may be. */
  #digits(): boolean {
    let behind = this.#pos + 1;
    while (isDigit(this.#text[behind])) behind++;
    switch (this.#text[behind]) {
      case ',':
        return this.#kmsg();
      case '-':
      case '/':
        return this.#iso() || this.#logcat() || this.#match(layers.GREP) !== null;
      case '.':
        return this.#match(layers.FACILITY_LEVEL) !== null || this.#unix() || this.#address();
      case ':':
        return this.#match(layers.CLOCK) !== null || this.#match(layers.GREP) !== null;
      case ' ':
      case '\t':
        return this.#match(layers.RFC5424) !== null || this.#match(layers.COUNTER) !== null;
      default:
        return false;
    }
  }

  #kmsg(): boolean {
    const found = this.#match(layers.KMSG);
    if (found === null) return false;
    this.#said.seconds = Number(found[1]) / 1e6;
    const caller = /caller=([TC]\d+)/.exec(found[2] ?? '');
    if (caller !== null) this.#said.context = caller[1] ?? null;
    return true;
  }

  #iso(): boolean {
    const found = this.#match(layers.ISO);
    if (found === null) return false;
    this.#date(found[0], found[1], Number(found[2]) - 1, found[3], found[4], found[5], found[6], found[7], found[8]);
    this.#said.dated = true;
    // `dmesg --time-format=iso` has a comma there, programs of Go have slashes: no host behind.
    this.#said.hosted = found[0].includes(',') || found[0].includes('/');
    return true;
  }

  #logcat(): boolean {
    const found = this.#match(layers.LOGCAT);
    if (found === null) return false;
    this.#date(found[0], undefined, Number(found[1]) - 1, found[2], found[3], found[4], found[5], found[6]);
    this.#logcatTag();
    return true;
  }

  #unix(): boolean {
    const found = this.#match(layers.UNIX);
    if (found === null) return false;
    this.#said.epoch = Number(found[1]) * 1000;
    this.#said.dated = true;
    return true;
  }

  #address(): boolean {
    if (!this.#said.dated || this.#said.hosted || this.#match(layers.ADDRESS) === null) return false;
    this.#said.hosted = true;
    return true;
  }

  /** Logcat cuts the text at its first colon to make a tag; put it together again. */
  #logcatTag(): void {
    const found = this.#match(layers.LOGCAT_TAG);
    if (found === null) return;
    const tag = found[1] ?? '', rest = found[2] ?? '';
    // `Binder:31542_2: page allocation failure` has become tag `Binder`, text `31542_2: page allocation failure`.
    const cutName = /^[\w/.-]{1,12}: (?:page allocation|vmalloc)/.test(rest) && !/^(?:page|vmalloc)/.test(rest);
    this.#putTogether(tag === '' || tag === 'kernel' ? rest : cutName ? `${tag}:${rest}` : `${tag}: ${rest}`);
  }

  #capital(first: string): boolean {
    const date = this.#text[this.#pos + 3] === ' ' ? this.#match(layers.SYSLOG) : null;
    if (date !== null && monthOf(date[1] ?? '') !== null) {
      this.#date(date[0], date[3] ?? date[8], monthOf(date[1] ?? ''), date[2], date[4], date[5], date[6], date[7]);
      this.#said.dated = true;
      return true;
    }
    const isMessage = first === 'M' && this.#match(layers.MESSAGE) !== null;
    if (!isMessage && (this.#text[this.#pos + 1] !== '/' || this.#match(layers.LOGCAT_KERNEL) === null)) return false;
    this.#said.hosted = true;
    return true;
  }

  #small(first: string): boolean {
    if (first === 'c') return this.#said.seconds !== null && this.#onCore(layers.CORE, 1, 2);
    const isTag = TAG_LETTERS.has(first) && this.#tag();
    if (!isTag && !(FACILITY_LETTERS.has(first) && (this.#match(layers.FACILITY_LEVEL) !== null || (this.#said.dated && this.#match(layers.FACILITY) !== null)))) return false;
    this.#said.hosted = true;
    return true;
  }

  /** What is known by where it stands only. */
  #unmarked(): boolean {
    if (this.#said.seconds !== null && !this.#said.hosted && this.#match(layers.HOST_BEFORE_TAG) !== null) return true;
    if (!this.#said.dated || this.#said.hosted || this.#said.seconds !== null) return this.#brief();
    return this.#host();
  }

  #brief(): boolean {
    const code = this.#text.charCodeAt(this.#pos + 1);
    if (this.#said.dated || this.#said.seconds !== null || (code !== 47 && code !== 32)) return false;
    const found = this.#match(layers.LOGCAT_BRIEF);
    if (found === null) return false;
    const tag = (found[1] ?? '').trim(), rest = this.#text.slice(this.#pos);
    if (tag !== 'kernel') this.#putTogether(/^\d+_\w+: page/.test(rest) ? `${tag}:${rest}` : `${tag}: ${rest}`);
    return true;
  }

  #putTogether(text: string): void {
    this.#text = text;
    this.#pos = 0;
    this.#plain = false;
  }

  #host(): boolean {
    const start = this.#pos;
    const word = this.#match(layers.HOST)?.[0] ?? '';
    this.#said.hosted = true;
    if (this.#pos >= this.#text.length || (word !== this.#lastHost && !canBeHost(word))) {
      this.#pos = start;
      return false;
    }
    this.#lastHost = word;
    return true;
  }

  /** @param cpu - The group of the pattern that is the CPU. @param pid - The one that is the task on it, where it is told. */
  #onCore(pattern: RegExp, cpu: number, pid: number): boolean {
    const found = this.#match(pattern);
    if (found === null) return false;
    this.#said.cpu = Number(found[cpu]);
    const task = found[pid];
    if (task === undefined) return true;
    this.#said.pid = Number(task);
    this.#said.context ??= `T${task}`;
    return true;
  }
}

const isBlank = (letter: string | undefined): boolean => letter === ' ' || letter === '\t';
