import { asOptions, wholeInRange } from '../checked.js';
import { askNow, limiterState, type LimiterEra, type LimiterRule, type LimiterState } from '../kernel-limiter.js';
import type { Policy, View } from '../policy.js';
import { isNowarn, type Warnable } from '../policies/respect-nowarn.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';
import type { Release } from './release.js';
import { isBefore } from './release.js';

/** What the kernel's gate asks of a failure. `FailureEvent` has it all; what an event does not say counts as not so. */
export interface GateEvent extends Warnable {
  readonly kind?: string;
  readonly reason?: string | null;
  readonly permits?: { readonly warn: boolean; readonly highestZone: string } | null;
  readonly mode?: { readonly names: readonly string[] | null } | null;
  readonly zones?: readonly { readonly name: string; readonly managedPages: number | null }[];
}

export interface GateOptions {
  /** Ticks a second of the machine's clock, 1 to 10,000; events are in milliseconds. @defaultValue 1000 */
  readonly hz?: number;
  /** `debug_guardpage_minorder=` of the machine: above 0, kernels 3.4 to 4.11 print nothing. @defaultValue 0 */
  readonly guardpageMinorder?: number;
}

export type GateCode =
  | 'gate/always'
  | 'gate/not-reached'
  | 'nowarn/opt-out'
  | 'rate/pass'
  | 'rate/full'
  | 'gate/no-managed-dma'
  | 'gate/guardpage'
  | 'none';

/** The report's limiter and, from 4.11 to 5.2, the one of its Mem-Info block. */
export interface GateState {
  readonly report: LimiterState;
  readonly memInfo: LimiterState;
}

/** Reports that `warn_alloc()` prints; other kinds have printers and limiters of their own. */
const PRINTED_HERE = new Set(['page-allocation-failure', 'vmalloc-failure']);

/** What the limiter says, by the name it says it under. */
interface Words {
  readonly before: string;
  readonly after: string;
}

const ALWAYS: Vote<GateCode> = fixed('emit', 'gate/always', 'this kernel prints every failure');
const NOT_REACHED: Vote<GateCode> = fixed('suppress', 'gate/not-reached', 'the kernel returns before it would warn');
const NOWARN: Vote<GateCode> = fixed('suppress', 'nowarn/opt-out', '__GFP_NOWARN');
const NO_DMA: Vote<GateCode> = fixed('suppress', 'gate/no-managed-dma', '__GFP_DMA on a machine that has no page in ZONE_DMA');
const GUARDPAGE: Vote<GateCode> = fixed('suppress', 'gate/guardpage', 'guard pages are being debugged');
const PASS: Vote<GateCode> = fixed('emit', 'rate/pass', 'the limiter has room');
const FULL: Vote<GateCode> = fixed('suppress', 'rate/full', 'the limiter is used up');

/**
 * The kernel's own gate: what is asked in which order, what uses up the limiter, and which words the limiter prints.
 * mm/page_alloc.c, warn_alloc() and its ancestors, v2.4.32 to v6.19; the versions of each rule stand beside it.
 *
 * One state for the whole machine, as in the kernel. Up to 3.0 the kernel shares this limiter with everything else it
 * prints; here it has it to itself.
 */
export function linuxGate(release: Release, options: GateOptions = {}): Policy<GateEvent, GateState, GateCode> {
  const { hz = 1000, guardpageMinorder = 0 } = asOptions(options);
  wholeInRange('hz', hz, 1, 10_000);
  wholeInRange('guardpageMinorder', guardpageMinorder, 0, 63);
  const rule = ruleOf(release, hz);
  const memInfoRule: LimiterRule = { era: rule.era, interval: hz, burst: 1 };
  const limitsMemInfo = !isBefore(release, 4, 11) && isBefore(release, 5, 3);
  const words = wordsOf(release);
  const always = isBefore(release, 2, 5);
  // debug_guardpage_minorder: 3.4 to 4.11, asked last.
  const guarded = guardpageMinorder > 0 && !isBefore(release, 3, 4) && isBefore(release, 4, 12);
  // DMA without managed pages: 5.17, and 5.4 and 5.15 in their stable releases.
  const asksForDma = !isBefore(release, 5, 17) || (release.major === 5 && (release.minor === 4 || release.minor === 15 || release.minor === 10));

  return {
    name: `linux-${release.text}`,
    codes: ['gate/always', 'gate/not-reached', 'nowarn/opt-out', 'rate/pass', 'rate/full', 'gate/no-managed-dma', 'gate/guardpage', 'none'],
    init: () => ({ report: limiterState(rule), memInfo: limiterState(memInfoRule) }),
    vote(event, view, state) {
      if (event.kind !== undefined && !PRINTED_HERE.has(event.kind)) {
        return event.kind === 'fault-injection' || event.kind === 'order-too-large' ? NOT_REACHED : ABSTAIN;
      }
      if (always) return ALWAYS;
      if (event.reason === 'injected' || event.reason === 'order-too-large') return NOT_REACHED;
      if (isNowarn(event)) return NOWARN;
      state.report.asked = Math.floor((view.now * hz) / 1000);
      const passes = askNow(rule, state.report, false);
      let result = passes ? PASS : FULL;
      if (passes && guarded) result = GUARDPAGE;
      // Asked after the limiter, so it has used up what the limiter gave.
      if (passes && asksForDma && wantsDma(event) && !hasManagedDma(event)) result = NO_DMA;
      state.memInfo.asked = state.report.asked;
      const memInfo = limitsMemInfo && result === PASS ? askNow(memInfoRule, state.memInfo, false) : null;
      return dressed(result, state, words, memInfo, view);
    },
  };
}

/** The vote with what the limiter has to say; the same object as long as it has nothing. */
function dressed(result: Vote<GateCode>, state: GateState, words: Words, memInfo: boolean | null, view: View): Vote<GateCode> {
  const { announced, missed } = state.report;
  if (announced === 0 && memInfo === null && !view.detailed) return result;
  const evidence: Record<string, number | boolean> = { missed };
  if (memInfo !== null) {
    evidence['memInfo'] = memInfo;
    if (state.memInfo.announced > 0) evidence['memInfoSuppressed'] = state.memInfo.announced;
  }
  if (announced === 0) return { ...result, evidence };
  return { ...result, evidence, notice: { suppressed: announced, text: `${words.before}${announced}${words.after}` } };
}

/** Interval and burst, and whose limiter it is. Source: the history in spec form of lib/ratelimit.c, v2.6.26 to v6.18. */
function ruleOf(release: Release, hz: number): LimiterRule {
  // nopage_rs is 10 s with a burst of 1 since 5.3, and the 5 s with 10 of printk before that.
  if (isBefore(release, 5, 3)) return { era: eraOf(release), interval: 5 * hz, burst: 10 };
  return { era: eraOf(release), interval: 10 * hz, burst: 1 };
}

function eraOf(release: Release): LimiterEra {
  if (isBefore(release, 2, 6, 27)) return 'token-bucket';
  if (isBefore(release, 2, 6, 33)) return '2.6.27';
  if (isBefore(release, 2, 6, 34)) return '2.6.33';
  if (isBefore(release, 4, 6)) return '2.6.34';
  return isBefore(release, 6, 16) ? '4.6' : '6.16';
}

/** The limiter names the function that asked; before 2.6.33 it named itself. */
function wordsOf(release: Release): Words {
  if (isBefore(release, 2, 6, 26)) return { before: 'printk: ', after: ' messages suppressed.' };
  if (isBefore(release, 2, 6, 27)) return { before: '__ratelimit: ', after: ' messages suppressed' };
  const asker = isBefore(release, 2, 6, 33)
    ? '__ratelimit'
    : isBefore(release, 3, 1)
      ? '__alloc_pages_slowpath'
      : isBefore(release, 4, 9)
        ? 'warn_alloc_failed'
        : 'warn_alloc';
  return { before: `${asker}: `, after: ' callbacks suppressed' };
}

const wantsDma = (event: GateEvent): boolean =>
  event.permits != null
    ? event.permits.highestZone === 'DMA'
    : event.mode?.names?.some((name) => name === 'GFP_DMA' || name === '__GFP_DMA') === true;

/** A report lists every zone that has pages; one that lists no zone at all says nothing about ZONE_DMA. */
const hasManagedDma = ({ zones = [] }: GateEvent): boolean =>
  zones.length === 0 || zones.some((zone) => zone.name === 'DMA' && zone.managedPages !== 0);
