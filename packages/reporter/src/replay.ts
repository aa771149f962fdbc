import type { FailureEvent } from '@nopage/gfp';
import { asIterable } from './checked.js';
import { formatLine } from './format-line.js';
import { heldIn, type Line } from './line.js';
import type { Policy } from './policy.js';
import { bySite, type Reportable } from './reportable.js';
import { Reporter } from './reporter.js';
import type { Formatter } from './sink.js';
import { asWarnings, type Warnings } from './warnings.js';
import { tells, type Verdict, type Vote } from './vote.js';

/** What a policy made of one event. */
export interface ReplayedEvent {
  /** Place in the stream, from 1. */
  readonly seq: number;
  readonly verdict: Verdict;
  readonly code: string;
  /** What was said to be held back just before it: the ledger's count, or for a kernel's preset the kernel's own. */
  readonly suppressedBefore: number;
  readonly vote: Vote;
}

/** What a policy would have told and held of a stream. */
export interface Replay {
  readonly policy: string;
  readonly events: number;
  /** Events with a line of their own; `events = told + held`. */
  readonly told: number;
  readonly held: number;
  /** Lines of every kind, the last disclosures included. */
  readonly lines: number;
  /** UTF-16 units of those lines with their newlines: bytes, for the text of the default formatter. */
  readonly bytes: number;
  /** Sites that no line names, in order of their first event. */
  readonly sitesNeverShown: readonly string[];
}

export interface ReplayOptions<E extends Reportable = FailureEvent> {
  /** What lines are measured by. @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
  /** Called for each event, in order. */
  readonly each?: (event: ReplayedEvent) => void;
  /** Builds whole trees of votes, for `each`. @defaultValue false */
  readonly detailed?: boolean;
}

/**
 * Runs a policy over a recorded stream, in the events' own time and with nobody listening. The same events give the
 * same answer.
 */
export function replayPolicy<E extends Reportable = FailureEvent>(
  policy: Policy<E> | Warnings<E>,
  events: Iterable<E>,
  options: ReplayOptions<E> = {},
): Replay {
  const warnings = asWarnings<E>(policy);
  const format = options.format ?? formatLine;
  const sites = new Map<string, boolean>();
  let lines = 0;
  let bytes = 0;
  const said = { before: 0 };
  const reporter = new Reporter<E>({
    ...warnings,
    detailed: options.detailed ?? false,
    sink: {
      write(line: Line<E>): number {
        const text = format(line);
        lines++;
        bytes += text.length + 1;
        if (line.event !== null) {
          sites.set(bySite(line.event), true);
          said.before = heldIn(line);
        } else if (sites.has(line.key)) sites.set(line.key, true);
        return text.length + 1;
      },
    },
  });
  let seq = 0;
  let told = 0;
  for (const event of asIterable('events', events)) {
    seq++;
    const site = bySite(event);
    if (!sites.has(site)) sites.set(site, false);
    said.before = 0;
    const vote = reporter.report(event);
    if (tells(vote.verdict)) told++;
    const suppressedBefore = warnings.countedBy === 'policy' ? (vote.notice?.suppressed ?? 0) : said.before;
    options.each?.({ seq, verdict: vote.verdict, code: vote.code, suppressedBefore, vote });
  }
  reporter.close();
  const sitesNeverShown = [...sites].filter(([, shown]) => !shown).map(([site]) => site);
  return { policy: warnings.name, events: seq, told, held: seq - told, lines, bytes, sitesNeverShown };
}

/** The whole tree of votes on the `seq`-th event, counted from 1; null when there is none. */
export function voteAt<E extends Reportable = FailureEvent>(policy: Policy<E> | Warnings<E>, events: Iterable<E>, seq: number): Vote | null {
  const found: { vote: Vote | null } = { vote: null };
  const each = (event: ReplayedEvent): void => {
    if (event.seq === seq) found.vote = event.vote;
  };
  replayPolicy(policy, upTo(events, seq), { each, detailed: true });
  return found.vote;
}

function* upTo<T>(values: Iterable<T>, count: number): Generator<T, void> {
  let taken = 0;
  if (count < 1) return;
  for (const value of values) {
    yield value;
    if (++taken >= count) return;
  }
}
