import { LIMITER_ERAS } from '../kernel-limiter.js';
import { MOST_KEYS } from '../limits.js';
import { OPINIONS } from '../vote.js';
import type { Field } from './fields.js';

/** One word that `use` may be, and the fields that go with it. */
export interface Entry {
  readonly about: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const duration = (about: string): Field => ({ type: { is: 'duration' }, about });
const whole = (about: string, min: number, max?: number): Field => ({ type: { is: 'number', min, whole: true, ...(max !== undefined && { max }) }, about });
const required = (field: Field): Field => ({ ...field, required: true });
const policies = required({ type: { is: 'policies' }, about: 'The policies that are asked, in order; null and false are left out.' });
const policy = required({ type: { is: 'policy' }, about: 'The policy that is asked.' });

/** Every policy that a JSON configuration can name. */
export const POLICY_TABLE: Readonly<Record<string, Entry>> = {
  any: { about: 'The loudest opinion wins.', fields: { policies } },
  all: { about: 'The quietest opinion wins.', fields: { policies } },
  first: { about: 'The first opinion wins.', fields: { policies } },
  when: { about: 'A policy for the events that pass a test.', fields: { test: required({ type: { is: 'test' }, about: 'What an event must be like.' }), policy } },
  'per-key': {
    about: 'A state of its own for each key.',
    fields: { key: { type: { is: 'key' }, about: 'A field of the event, or several; "site" when not given.' }, maxKeys: whole('Most keys remembered at once.', 1, MOST_KEYS), policy },
  },
  'at-least': { about: 'Raises quieter opinions.', fields: { verdict: required({ type: { is: 'one-of', words: OPINIONS }, about: 'The floor.' }), policy } },
  preset: {
    about: 'The policy of a preset.',
    fields: { name: required({ type: { is: 'string' }, about: 'linux-2.4, linux-2.6, linux-3.2, linux-5.4, recommended, or linux- with a release.' }), hz: whole('Ticks a second.', 1, 10_000) },
  },
  'respect-nowarn': { about: 'Holds back callers that asked for no warning.', fields: {} },
  'rate-limit': {
    about: "The kernel's limiter: so many lines in each window.",
    fields: {
      burst: required(whole('Lines in each window.', 0, 2 ** 31 - 1)),
      interval: required(duration('Length of a window.')),
      era: { type: { is: 'one-of', words: LIMITER_ERAS }, about: 'Whose algorithm.' },
      hz: whole('Ticks a second.', 1, 10_000),
    },
  },
  'on-powers-of-two': { about: "Tells a key's 1st, 2nd, 4th, 8th, ... failure.", fields: {} },
  'rare-first': {
    about: "Tells a key's first failure, and its first after a quiet time.",
    fields: { quiet: duration('A key quiet for this long is as good as new.'), burst: whole('New keys told in each interval.', 1, 2 ** 31 - 1), interval: duration('The interval of burst.') },
  },
  budget: {
    about: 'A ceiling of lines and bytes; stands under "all".',
    fields: {
      lines: { type: { is: 'number', min: 0 }, about: 'Lines in each interval.' },
      bytes: { type: { is: 'number', min: 0 }, about: 'Bytes in each interval.' },
      interval: duration('An hour when not given.'),
    },
  },
  'escalate-on-persistence': {
    about: 'Escalates what does not go away.',
    fields: {
      after: duration('A run of failures this long escalates.'),
      gap: duration('A pause this long ends a run.'),
      rate: whole('So many failures within rateInterval escalate.', 1, 2 ** 31 - 1),
      rateInterval: duration('The interval of rate.'),
      pressure: { type: { is: 'one-of', words: ['warning', 'critical', null] }, about: 'Memory pressure that escalates any failure; null for none.' },
      every: duration('Said again no sooner than this.'),
    },
  },
  summarize: {
    about: 'The first failure, then one line after each pause; pauses double.',
    fields: {
      interval: duration('The first pause.'),
      upTo: duration('The longest pause.'),
      tellFirst: { type: { is: 'boolean' }, about: 'Whether the very first failure is told; false leaves it to rare-first.' },
    },
  },
  trusted: { about: 'Holds back the sites of a list.', fields: { sites: required({ type: { is: 'strings' }, about: 'Sites that handle failure.' }) } },
  proven: {
    about: 'Holds back sites that a failure sweep has shown to survive, while their source is the same.',
    fields: { report: required({ type: { is: 'object' }, about: 'The evidence: { sites: [{ site, sourceHash, survived, cases }] }, or the name of a file that has it.' }) },
  },
};
