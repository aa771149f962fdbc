import type { FailureKind } from '@nopage/gfp';
import type { KernelLine } from '../kernel-line.js';
import { memInfoLine } from '../mem-info/mem-info-line.js';
import type { Report } from '../report/report.js';
import type { Headline } from './headline.js';
import { parseHeadline } from './parse-headline.js';
import { isUnfinished } from './unfinished.js';

/** A headline that is there, if perhaps not to its end. */
export interface Begun {
  readonly headline: Headline;
  readonly text: string;
  /** The line that it begins in. */
  readonly first: KernelLine;
}

/** Kinds whose headline is the first of the lines that tell of them. */
const IN_ONE_LINE: ReadonlySet<FailureKind> = new Set(['slub-failure', 'cma-failure', 'order-too-large']);
const MOST_PIECES = 4;
const REST = /^,$|^,? ?(?:nodemask=|cpuset=|mems_allowed=|mode:|gfp_mask=|order[=:]|oom_(?:score_)?adj=|\(?_*GFP_)/;
// The rest of a number that was cut at a column; the kernel prints its pieces at the ends of words.
const DIGITS = /^[\da-f]+(?=[(,.]|$)/;
// The rest of a list of flag names that was cut at a column.
const NAMES = /^[A-Z0-9_|x]+\)?(?:,.*)?$/;

/** Puts headlines together that a mailer, a terminal or the kernel itself has printed in several lines. */
export class HeadlineJoiner {
  #partial: { text: string; first: KernelLine; pieces: number } | null = null;
  #growing: Report | null = null;
  #growth = 0;
  readonly #onBroken: (line: number) => void;

  /** @param onBroken - Told the line of a beginning that nothing came of. */
  constructor(onBroken: (line: number) => void) {
    this.#onBroken = onBroken;
  }

  /** A headline; `wait` for a line that may be the beginning of one, `rest` for one that went into one; null for every other line. */
  offer(text: string, line: KernelLine): Begun | 'wait' | 'rest' | null {
    if (this.#partial !== null) {
      const { first, pieces } = this.#partial;
      // A mailer breaks at a blank, a terminal anywhere.
      const joined = `${this.#partial.text} ${text}`, glued = `${this.#partial.text}${text}`;
      for (const whole of [joined, glued]) {
        const headline = parseHeadline(whole);
        if (headline === null) continue;
        this.#partial = null;
        return { headline, text: whole, first };
      }
      if (pieces < MOST_PIECES && isUnfinished(joined)) {
        this.#partial = { text: joined, first, pieces: pieces + 1 };
        return 'wait';
      }
      this.giveUp();
    }
    if (this.#grow(text, line)) return 'rest';
    const headline = parseHeadline(text);
    if (headline !== null) return { headline, text, first: line };
    if (!isUnfinished(text) || memInfoLine(text) !== null) return null;
    this.#partial = { text, first: line, pieces: 1 };
    return 'wait';
  }

  /** The report's headline may go on in the next lines. */
  expectRest(report: Report): void {
    if (IN_ONE_LINE.has(report.kind)) return;
    this.#growing = report;
    this.#growth = 0;
  }

  /** A line of another part has come: the headline of that report (or of any) has ended, unless it lacks its end and the line may be another CPU's. */
  endRest(report: Report | null = null): void {
    if (report === null || (report === this.#growing && report.headline?.complete !== false)) this.#growing = null;
  }

  giveUp(): void {
    if (this.#partial !== null && /\bpage allocation$|-order/.test(this.#partial.text)) this.#onBroken(this.#partial.first.number);
    this.#partial = null;
  }

  #grow(text: string, line: KernelLine): boolean {
    const report = this.#growing;
    if (report === null) return false;
    // The kernel's reasons have several words (`exceeds total pages`): only what makes no sense apart was one.
    const inWord = line.bare && report.headline?.mask === null && /[a-z:,]$/.test(report.text) && parseHeadline(text) === null;
    if (inWord && [`${report.text} ${text}`, `${report.text}${text}`].some((joined) => this.#append(report, joined, line))) return true;
    const inBrackets = report.text.lastIndexOf('(') > report.text.lastIndexOf(')');
    const isDigits = line.bare && DIGITS.test(text);
    if (this.#growth >= MOST_PIECES || !(isDigits || REST.test(text) || (inBrackets && NAMES.test(text))) || memInfoLine(text) !== null) {
      // Another CPU's line may stand between the pieces, where lines have prefixes and so are whole.
      const waits = report.headline?.complete === false && this.#growth < MOST_PIECES && !line.bare;
      if (waits) this.#growth++;
      else this.#growing = null;
      return false;
    }
    const inNumber = isDigits && /(?:0x[\da-f]*|order[:=]\d+)$/.test(report.text);
    const joined = `${report.text}${inBrackets || inNumber || text.startsWith(',') ? '' : ' '}${text}`;
    return this.#append(report, joined, line);
  }

  /** Takes the headline with its rest for the report's, unless it says no more than the one without. */
  #append(report: Report, joined: string, line: KernelLine): boolean {
    const headline = parseHeadline(joined), before = report.headline;
    if (headline === null || headline.kind !== parseHeadline(report.text)?.kind) return false;
    if (headline.mask === null && before?.mask === null && headline.order === before.order) return false;
    this.#growth++;
    report.text = joined;
    // What a line before this one said of a vmalloc failure holds.
    report.headline = { ...headline, kind: report.kind, comm: before?.comm ?? headline.comm, bytes: before?.bytes ?? headline.bytes };
    report.detail = { ...report.detail, ...headline.detail };
    report.lastPlace = line.place;
    return true;
  }
}
