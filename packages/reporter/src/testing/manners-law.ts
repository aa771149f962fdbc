import type { Policy, View } from '../policy.js';
import type { Reportable } from '../reportable.js';
import type { Vote } from '../vote.js';
import { play } from './books.js';
import type { Law } from './law.js';
import { Rig } from './rig.js';

/** What a value is made of, in text: names and values, also those that JSON leaves out, and whether it can be changed. */
function fingerprint(value: unknown, met: readonly object[] = []): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if (met.includes(value)) return 'itself';
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).join();
  const entries = value instanceof Map || value instanceof Set ? [...value].map((entry: unknown) => fingerprint(entry, [...met, value])) : [];
  const names = Reflect.ownKeys(value).map((name) => `${String(name)}:${fingerprint(Reflect.get(value, name), [...met, value])}`);
  return `${Object.isExtensible(value) ? '' : 'fixed '}{${[...names, ...entries].join()}}`;
}

type Parts = Readonly<Record<PropertyKey, string>>;

const partsOf = (event: object): Parts => ({
  ...Object.fromEntries(Reflect.ownKeys(event).map((name) => [name, fingerprint(Reflect.get(event, name))])),
  'leave to change': Object.isExtensible(event) ? 'given' : 'taken',
});

const partsOfView = ({ now, count, bytes, pressure, detailed, key, total }: View): Parts => ({
  now: `${now}`, count: `${count}`, bytes: `${bytes}`, pressure, detailed: `${detailed}`, key: `${key.seen} seen`, total: `${total.seen} seen`,
});

/** The part that was changed, in words; null when none was. */
function changeOf(before: Parts, after: Parts): string | null {
  const name = Reflect.ownKeys({ ...before, ...after }).find((key) => before[key] !== after[key]);
  return name === undefined ? null : `${String(name)} was ${before[name] ?? 'not there'}, and is ${after[name] ?? 'gone'}`;
}

/** What is wrong with a vote by itself; null when nothing is. */
function faultOf({ code, why, evidence }: Vote, declared: ReadonlySet<string>): string | null {
  if (code === 'policy/threw' || code === 'policy/nonsense') return why;
  if (!declared.has(code)) return `${code} is not among the policy's codes`;
  if (why === '') return `a vote with ${code} does not say why`;
  for (const [name, value] of Object.entries(evidence ?? {})) {
    if (!['number', 'string', 'boolean'].includes(typeof value)) return `the evidence ${name} of ${code} is ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}, and must be a number, a text or a boolean`;
  }
  return null;
}

/** A policy's good manners. */
export const manners: Law = {
  name: 'manners',
  title: 'the policy does not throw, votes with codes that it declares and reasons in words, and leaves events, views and votes as they are',
  pace: 'rough',
  check(trial, script) {
    const policy = trial.policy as Policy<Reportable>;
    const declared = new Set([...policy.codes, 'none']);
    const votes: [vote: Vote, text: string][] = [];
    let trouble: string | null = null;
    const watched: Policy<Reportable> = {
      name: policy.name, codes: policy.codes,
      init() {
        const state: unknown = policy.init();
        if (state instanceof Promise) trouble ??= 'init() returned a promise';
        return state;
      },
      vote(event, view, state) {
        const [eventBefore, viewBefore] = [partsOf(event), partsOfView(view)];
        const vote: Vote = policy.vote(event, view, state);
        const [eventChange, viewChange] = [changeOf(eventBefore, partsOf(event)), changeOf(viewBefore, partsOfView(view))];
        if (eventChange !== null) trouble ??= `the event was changed: ${eventChange}`;
        if (viewChange !== null) trouble ??= `the view was changed: ${viewChange}`;
        votes.push([vote, fingerprint(vote)]);
        return vote;
      },
    };
    const rig = new Rig(watched, trial.makeReporter);
    const makeEvent: typeof trial.makeEvent = (random, at) => (random.oneIn(20) ? { ...trial.makeEvent(random, at), at: null } : trial.makeEvent(random, at));
    const found = play(rig, trial.hasOwnEvents ? { ...trial, makeEvent } : trial, script, (i) => {
      const vote = rig.votes[i];
      return trouble ?? (vote === undefined ? null : faultOf(vote, declared));
    });
    if (found !== null) return found;
    const undeclared = policy.codes.find((code) => !declared.has(code));
    if (undeclared !== undefined) return `${undeclared} was not among the policy's codes when it began`;
    const changed = votes.find(([vote, text]) => fingerprint(vote) !== text);
    return changed === undefined ? null : `a vote was ${changed[1]}, and became ${fingerprint(changed[0])}`;
  },
};
