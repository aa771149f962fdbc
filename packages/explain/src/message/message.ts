import type { FailureEvent } from '@nopage/gfp';
import type { Advice, Explanation, Named, Severity } from '../explanation.js';
import { frequencyText, isTooOften, PROBLEM_PER_HOUR, ratePerHour } from '../summary/frequency.js';
import { isSinceBoot } from '../summary/since-boot.js';
import { cleanText, lowerFirst } from '../words.js';
import { causeWords } from './cause-words.js';
import { decidingNumbers } from './deciding-numbers.js';

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
    why: `${howSure(explanation)}${causeWords(explanation, event)}${decidingNumbers(explanation, event)}.`,
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
