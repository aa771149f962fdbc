import type { FailureEvent } from '@nopage/gfp';
import { addNowarn } from './advice/code.js';
import { collectMore } from './advice/collect-more.js';
import { liveAdvice } from './advice/live.js';
import { upgrade } from './advice/upgrade.js';
import { namedAs, notToBlame } from './caller/not-to-blame.js';
import type { Advice, Cause, Explanation, Severity } from './explanation.js';
import { factsOf, type Beside, type Facts } from './facts.js';
import { isBefore, isDistributors } from './kernel/version.js';
import { meansOf } from './message/means.js';
import { missingParts } from './message/missing-parts.js';
import { titleOf } from './message/title.js';
import type { Finding, Rule } from './rule.js';
import { defaultRules } from './rules/index.js';
import { frequencyOf, severityWithFrequency } from './summary/frequency.js';
import { servedByNow } from './zones/zone-amounts.js';

/** What one can tell `explain` beside the event. */
export interface ExplainOptions extends Beside {
  /** Rules in the order in which they decide; {@link defaultRules} when absent. */
  readonly rules?: readonly Rule[];
}

interface Found {
  /** Name of the rule. */
  readonly rule: string;
  readonly finding: Finding;
}

const NEVER: Found = { rule: 'none', finding: { cause: 'unknown', severity: 'watch', confidence: 'guess', why: ['No rule applies to this event.'], advice: [] } };

/**
 * Judges one failure. The first rule that finds something decides; what later rules find is in `alsoTrue`.
 *
 * Pure: the same event and options give the same explanation, and the event is not changed.
 */
export function explain(printed: FailureEvent, options: ExplainOptions = {}): Explanation {
  const event = withHeadline(printed);
  const facts = factsOf(event, options);
  const [{ rule, finding }, ...others] = findingsOf(event, facts, options.rules ?? defaultRules);
  const once = severityOf(finding, facts);
  // What is to be acted on at once is a problem however seldom it comes.
  const frequency = once === 'act' ? frequencyOf(event, 'broken', options.sightings) : facts.frequency;
  return {
    kind: printed.kind,
    cause: finding.cause,
    severity: finding.cause === 'injected' || finding.confidence === 'guess' ? once : severityWithFrequency(once, frequency),
    confidence: finding.confidence,
    rule,
    title: titleOf(event, facts),
    why: whyOf(event, finding, facts),
    means: meansOf(event, finding, facts),
    frequency,
    advice: adviceOf(event, finding, facts),
    zones: facts.zones.map((zone) => zone.verdict),
    named: namedAs(facts),
    notToBlame: notToBlame(event, facts),
    alsoTrue: alsoTrue(finding.cause, others),
    signatures: facts.signatures,
    missing: missingOf(event, facts),
  };
}

/** A Mem-Info block without its headline is that of the kill which follows it, or which the trace in front of it shows. */
function withHeadline(event: FailureEvent): FailureEvent {
  const killed = typeof event.detail['victim'] === 'string' || event.stack.some((frame) => frame.startsWith('oom_kill_process'));
  return event.kind === 'mem-info' && killed ? { ...event, kind: 'oom-kill' } : event;
}

/** What the rules find, in their order; never nothing. */
function findingsOf(event: FailureEvent, facts: Facts, rules: readonly Rule[]): readonly [Found, ...Found[]] {
  const found: Found[] = [];
  for (const rule of rules) {
    const finding = rule.applies(event, facts);
    if (finding) found.push({ rule: rule.name, finding });
  }
  const [first = NEVER, ...others] = found;
  return [first, ...others];
}

function alsoTrue(decided: Cause, others: readonly Found[]): Explanation['alsoTrue'] {
  return others.filter(({ finding: { cause } }) => cause !== decided && cause !== 'unknown')
    .map(({ rule, finding: { cause, why } }) => ({ rule, cause, why: why[0] ?? '' }));
}

/** What the rule says of one failure; but what the caller is known to handle is benign, and a fault of the kernel is never benign. */
function severityOf({ severity }: Finding, { signatures }: Facts): Severity {
  const fault = signatures.some(({ nature }) => nature === 'fault');
  const handled = severity !== 'benign' && !fault && signatures.some(({ harmless }) => harmless);
  if (handled) return severity === 'act' ? 'watch' : 'benign';
  return severity === 'benign' && fault ? 'watch' : severity;
}

function whyOf(event: FailureEvent, finding: Finding, facts: Facts): readonly string[] {
  const why = [...finding.why];
  const refused = event.kind === 'page-allocation-failure' || event.kind === 'vmalloc-failure';
  const later = !refused || facts.live || why.some((line) => line.startsWith('By the numbers')) ? null : servedByNow(facts);
  if (later !== null && !/^(?:highatomic-held|vmalloc-space|size)$/.test(finding.cause)) why.push(later);
  if (finding.confidence === 'computed' && event.zones.length > 0 && !facts.live) {
    why.push(`The zones were printed ${refused ? 'after the refusal' : 'a moment later'}, so this is consistent with the report rather than proven by it.`);
  }
  if (event.mode?.consistent === false) {
    const distributor = event.kernel !== null && isDistributors(event.kernel) ? ', or the distributor took its memory management from a newer one' : '';
    why.push(`The mask's number, its names and the kernel's release do not belong together: part of the report was changed, or is of another kernel${distributor}.`);
  }
  for (const { harmless, text } of facts.signatures) if (!harmless) why.push(`Known: ${text}`);
  return why;
}

function adviceOf(event: FailureEvent, finding: Finding, facts: Facts): readonly Advice[] {
  if (facts.live && finding.cause !== 'injected') return liveAdvice(finding.cause, facts);
  const advice = new Map<string, Advice>();
  // Noise that no kernel has silenced yet is no reason to upgrade.
  const cured = facts.signatures.find(({ nature, fixedIn }) => nature === 'fault' || fixedIn !== null);
  const handled = facts.signatures.some(({ harmless }) => harmless) ? addNowarn() : [];
  const all = [...finding.advice, ...handled, ...(cured === undefined ? [] : [upgrade(event, cured)]), ...debugBuild(facts), ...moreOfTheReport(event, finding, facts)];
  for (const one of all) if (!advice.has(one.id)) advice.set(one.id, one);
  // Whoever reads at night runs the machine: what can be done there comes first.
  return [...advice.values()].sort((a, b) => Number(a.for === 'developer') - Number(b.for === 'developer'));
}

/** Without the zones the cause stays a conclusion from mask and order; the next report should be kept whole. */
function moreOfTheReport(event: FailureEvent, finding: Finding, facts: Facts): Advice[] {
  const guessed = event.kind === 'page-allocation-failure' && event.zones.length === 0 && finding.cause !== 'opportunistic' && finding.cause !== 'too-early';
  // Up to 2.6.12 there was no more to it than a headline and a stack.
  return guessed && !isBefore(facts.age, '2.6.13') ? collectMore(['the memory part (Mem-Info)'], facts) : [];
}

/** A build for debugging holds memory itself. */
function debugBuild({ kasan }: Facts): Advice[] {
  if (!kasan) return [];
  return [{
    id: 'disable-kasan', for: 'operator', text: 'This kernel is built with KASAN, which takes an eighth of memory for itself and keeps freed memory back. Use an ordinary kernel outside of tests.', cost: 'errors in memory use are no longer found',
  }];
}

function missingOf(event: FailureEvent, facts: Facts): readonly string[] {
  if (facts.live || event.kind === 'suppressed' || event.kind === 'fault-injection') return [];
  return [...(event.kernel === null && facts.release === null ? ['the kernel release'] : []), ...missingParts(event, facts)];
}
