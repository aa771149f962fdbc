import type { FailureEvent, ZoneState } from '@nopage/gfp';
import type { Advice, Cause, Explanation, Named, Severity, ZoneVerdict } from './explanation.js';
import { freePagesOf } from './free-pages.js';
import { frequencyText, isTooOften, PROBLEM_PER_HOUR, ratePerHour } from './frequency.js';
import { isSinceBoot } from './since-boot.js';
import { cleanText, lowerFirst, pagesText, sizeText, zoneText } from './words.js';

/** What the composer knows beside event and explanation. Times are in the event's clock. */
export interface MessageOptions {
  /** Failures of this kind so far, this one included. */
  readonly seen?: number;
  /** From the first of them to this one. */
  readonly spanMs?: number;
  /** Messages of this kind held back since the last one that was told. */
  readonly held?: number;
  /** When the first of them was held back. */
  readonly heldSince?: number | null;
  /** How a moment is written; by default the time of day in UTC, or seconds since boot. */
  readonly formatTime?: (ms: number) => string;
}

/** Hooks that dress the parts of a message for a terminal; what is absent stays plain. */
export interface MessageStyle {
  readonly severity?: (text: string, severity: Severity) => string;
  readonly label?: (text: string) => string;
  readonly title?: (text: string) => string;
  readonly command?: (text: string) => string;
}

/** The parts of a message for people, in the order in which they are needed. Plain data. */
export interface Message {
  readonly severity: Severity;
  readonly title: string;
  readonly means: string;
  readonly often: string;
  readonly why: string;
  readonly try: string;
  /** Which advice that is; null when there is none. */
  readonly adviceId: string | null;
  /** What to type; null when it is not that simple. */
  readonly command: string | null;
  /** What to set where nothing can be typed: a word of the kernel command line, say. */
  readonly setting: string | null;
  readonly held: string | null;
}

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  'atomic-reserve': 'the reserve for callers that can not wait was used up',
  exhausted: 'memory was used up',
  fragmentation: 'enough was free, but not in one piece',
  'lowmem-reserve': 'what was free is kept for requests that can use no other zone',
  'zone-limit': 'the only zone it may use had too little',
  'cma-held': 'what was free is lent to movable memory only (CMA)',
  'highatomic-held': 'what was free is kept for urgent requests of several pages',
  constraint: 'the nodes it is confined to had nothing for it',
  'cgroup-limit': 'the control group reached its own limit',
  opportunistic: 'the caller asked for a light attempt only, and has something to fall back on',
  size: 'the size itself is wrong',
  'vmalloc-space': 'no addresses were left to map it at, memory or not',
  injected: 'fault injection made it fail',
  'too-early': 'the allocator had no pages yet',
  transient: 'too little for a moment; by the numbers printed it would pass now',
  unknown: 'the report does not say',
};

/** The cause in words; where the same cause has two faces, the one that shows. */
function causeWords({ cause, kind, rule, zones, severity }: Explanation): string {
  if (rule === 'allocation-stall' && cause === 'opportunistic' && severity === 'act') return 'huge pages are made while the program waits for them';
  if (rule === 'marks-too-high') return cause === 'unknown' ? "the kernel's own count of pages is wrong" : 'what was free is kept back by a min mark that was set too high';
  if (rule === 'oom-by-hand') return 'somebody asked for it (SysRq f)';
  if (rule === 'lowmem-of-32-bit') return 'low memory was used up, and a 32-bit kernel has no other for its own data';
  if (rule === 'runtime-refused' && cause === 'constraint') return 'the memory may not grow beyond the maximum that it was made with';
  if (kind === 'cma-failure') return 'the area for contiguous memory could not give such a block';
  if (cause === 'zone-limit' && zones.some(({ reason }) => reason === 'no-pages') && zones.every(({ reason }) => reason === 'no-pages' || reason === 'above-highest-zone')) return 'the only zone it may use has no pages at all';
  return CAUSE_WORDS[cause];
}

/** Of the zones that failed by amount, the one of the kind the request prefers (the last) that came nearest. */
function nearest(zones: readonly ZoneVerdict[]): ZoneVerdict | null {
  const short = zones.filter(({ reason }) => reason === 'below-watermark');
  const tested = (short.length > 0 ? short : zones).filter((zone) => zone.usablePages !== null && zone.neededPages !== null);
  const preferred = tested.at(-1)?.name;
  const gap = ({ neededPages, usablePages }: ZoneVerdict): number => (neededPages ?? 0) - (usablePages ?? 0);
  return tested.filter(({ name }) => name === preferred).sort((a, b) => gap(a) - gap(b))[0] ?? null;
}

/** The zone whose two numbers bear the cause out; null when none does. */
function closest({ cause, zones }: Explanation): ZoneVerdict | null {
  if (cause === 'fragmentation') return nearest(zones.filter(({ reason }) => reason !== 'below-watermark'));
  if (cause === 'transient') return nearest(zones);
  const zone = zones.some(({ allowed }) => allowed === true) ? null : nearest(zones);
  return zone !== null && (zone.usablePages ?? 0) > (zone.neededPages ?? 0) ? null : zone;
}

/** Of the zones that had enough but not in one piece, the one with most free. */
function freest(zones: readonly ZoneState[], verdicts: readonly ZoneVerdict[]): ZoneState | null {
  let best: ZoneState | null = null;
  zones.forEach((zone, at) => {
    const verdict = verdicts[at];
    const cutUp = verdict?.reason === 'no-suitable-block' || (verdict?.allowed === false && verdict.refusedAtOrder !== null);
    if (cutUp && (zone.freePages ?? 0) > (best?.freePages ?? -1)) best = zone;
  });
  return best;
}

/** How much of what is free is held for others. */
function heldNumbers({ cause, zones }: Explanation, event: FailureEvent): string {
  const part = (zone: ZoneState): number =>
    cause === 'cma-held' ? (zone.freeCmaPages ?? 0) : cause === 'highatomic-held' ? (zone.freeHighatomicPages ?? zone.reservedHighatomicPages ?? 0) : 0;
  const zone = event.zones.filter((one, at) => part(one) > 0 && zones[at]?.allowed === false).sort((a, b) => part(b) - part(a))[0];
  if (zone !== undefined) return ` (${zoneText(zone)}: ${part(zone)} of ${zone.freePages ?? 0} free pages)`;
  if (cause !== 'highatomic-held') return '';
  const all = event.zones.find(({ freeBlocks }) => freeBlocks.some(({ count }) => count > 0) && freeBlocks.every(({ count, types }) => count === 0 || types === 'H'));
  return all === undefined ? '' : ` (${zoneText(all)}: all of ${pagesText(freePagesOf(all) ?? 0)})`;
}

/** The two numbers that decide; '' when the report has none. */
function numbers(explanation: Explanation, event: FailureEvent): string {
  const pageBytes = event.pageBytes ?? 4096;
  if (explanation.cause === 'size' || explanation.cause === 'vmalloc-space' || explanation.cause === 'injected' || explanation.cause === 'cgroup-limit') return '';
  const zone = freest(event.zones, explanation.zones);
  const decided = zone === null ? undefined : explanation.zones[event.zones.indexOf(zone)];
  const order = event.order ?? 0;
  const hasLarge = zone?.freeBlocks.slice(order).some((blocks) => blocks.count > 0) === true;
  const forOthers = hasLarge && decided?.refusedAtOrder === null;
  if (explanation.cause === 'fragmentation' && decided !== undefined && hasLarge && !forOthers && decided.usablePages !== null) {
    return ` (${zoneText(decided)}: in large enough blocks ${pagesText(Math.max(decided.usablePages, 0))}, more than ${decided.neededPages ?? 0} needed)`;
  }
  const held = heldNumbers(explanation, event);
  if (held !== '') return held;
  if (zone !== null && (explanation.cause === 'fragmentation' || !explanation.zones.some(({ reason }) => reason === 'below-watermark'))) {
    const largest = zone.freeBlocks.slice(0, forOthers ? order : undefined).findLastIndex((blocks) => blocks.count > 0);
    const block = largest < 0 ? `no block ${forOthers ? 'it may use' : 'at all'}` : `the largest block ${forOthers ? 'it may use ' : ''}${sizeText(2 ** largest * pageBytes)}`;
    return ` (${zoneText(zone)}: ${sizeText((zone.freePages ?? 0) * pageBytes)} free, ${block})`;
  }
  const close = closest(explanation);
  return close === null ? '' : ` (${zoneText(close)}: ${pagesText(Math.max(close.usablePages ?? 0, 0))} free for it, more than ${close.neededPages ?? 0} needed)`;
}

function timeText(ms: number): string {
  return isSinceBoot(ms) ? `${Math.floor(ms / 1000)} s after boot` : `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

/** The message for people as data: what failed and for whom, what it means, how often, why, what to try, what was held. */
export function messageOf(explanation: Explanation, event: FailureEvent, options: MessageOptions = {}): Message {
  const { frequency, severity } = explanation;
  const seen = options.seen ?? frequency.seen;
  const often = options.seen === undefined ? frequency.text : frequencyText(seen, options.spanMs ?? 0, frequency.problemPerHour);
  const advice = mostUseful(explanation);
  const tooOften = isTooOften(options.seen === undefined ? frequency : { ...frequency, seen, perHour: ratePerHour(seen, options.spanMs ?? 0) });
  const when = options.heldSince === undefined || options.heldSince === null ? '' : ` since ${(options.formatTime ?? timeText)(options.heldSince)}`;
  return {
    severity,
    title: `${explanation.title}${whoText(explanation, event)}.`,
    means: `${weight(severity, tooOften && frequency.problemPerHour > PROBLEM_PER_HOUR.broken)}: ${lowerFirst(explanation.means)}`,
    often: explanation.cause === 'injected' ? `${often.split('. ')[0] ?? ''}.` : often,
    why: `${howSure(explanation)}${causeWords(explanation)}${numbers(explanation, event)}.`,
    try: tryText(severity, advice),
    adviceId: advice?.id ?? null,
    command: advice?.command ?? null,
    setting: advice?.command === undefined ? (advice?.persist ?? null) : null,
    held: options.held === undefined || options.held === 0 ? maybeHeld(event) : `${options.held} more like this${when}.`,
  };
}

const NAMED_WORDS: Readonly<Record<Named, string>> = { asked: 'asked', reclaiming: 'asked, to free memory', interrupted: 'was only running', running: 'was running' };

/** The process that is named in the report and not yet in the title: did it ask, or was it only running? */
function whoText({ title, named }: Explanation, { comm, kind }: FailureEvent): string {
  const name = comm === null ? '' : `"${cleanText(comm)}"`;
  if (name === '' || kind === 'oom-kill' || title.includes(name)) return '';
  // The task that starts the kernel is the kernel.
  return named === 'asked' && name.startsWith('"swapper') ? '' : `; ${name} ${NAMED_WORDS[named]}`;
}

/** What the limiter of all the kernel's messages held back before the report; null when it held back nothing. */
function maybeHeld({ detail }: FailureEvent): string | null {
  const count = detail['printkSuppressed'];
  return typeof count === 'number' ? `Perhaps up to ${count} more: so many messages of any kind the kernel held back just before.` : null;
}

/** What is worth doing though nothing is wrong: a look, or an end to what was switched on. All else is tuning. */
const WORTH_DOING = /^(?:check-online|smaller-dma-pool|stop-fault-injection)$/;

/** What to tell first: to whoever runs the machine. */
function mostUseful({ advice, severity }: Explanation): Advice | undefined {
  const operator = advice.find((one) => one.for === 'operator' && (severity !== 'benign' || WORTH_DOING.test(one.id)));
  return operator ?? (severity === 'benign' ? undefined : advice[0]);
}

function weight(severity: Severity, tooOften: boolean): string {
  if (severity !== 'act') return 'Only a warning';
  return tooOften ? 'More than a warning, because it comes so often' : 'More than a warning';
}

function howSure({ confidence, cause }: Explanation): string {
  if (confidence === 'guess') return cause === 'unknown' ? '' : 'perhaps ';
  return confidence === 'inferred' && /^(?:fragmentation|atomic-reserve|exhausted|zone-limit)$/.test(cause) ? 'most likely ' : '';
}

function tryText(severity: Severity, advice: Advice | undefined): string {
  if (advice === undefined) return 'Nothing needs doing.';
  return severity === 'watch' && /^(?:Raise|Set|Compact) /.test(advice.text) ? `If it comes back: ${lowerFirst(advice.text)}` : advice.text;
}

const plain = (text: string): string => text;

/**
 * The message for people, at most six lines, without a line break at the end.
 *
 * @param style - Colours or the like, for a terminal; by default plain text.
 */
export function formatMessage(explanation: Explanation, event: FailureEvent, options: MessageOptions = {}, style: MessageStyle = {}): string {
  const message = messageOf(explanation, event, options);
  const label = (text: string): string => (style.label ?? plain)(text.padEnd(7));
  const severity = message.severity.toUpperCase().padEnd(7);
  const typed = message.command ?? message.setting;
  const command = typed === null ? '' : ` ${message.command === null ? 'Set' : 'Type'}: ${(style.command ?? plain)(typed)}`;
  return [
    `${style.severity?.(severity, message.severity) ?? severity}${(style.title ?? plain)(message.title)}`,
    `${label('means')}${message.means}`,
    `${label('often')}${message.often}`,
    `${label('why')}${message.why}`,
    `${label('try')}${message.try}${command}`,
    ...(message.held === null ? [] : [`${label('held')}${message.held}`]),
  ].join('\n');
}
