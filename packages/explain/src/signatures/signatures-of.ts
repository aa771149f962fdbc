import type { FailureEvent } from '@nopage/gfp';
import { bareName } from '../caller/call-path.js';
import { groupOfCache, slubCache } from '../event-detail.js';
import type { SignatureMatch } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore, isSince, mayBeBefore, mayBeSince, type Age } from '../kernel/version.js';
import type { Signature, SignatureConditions } from './signature.js';
import { SIGNATURES } from './signatures.js';

type Known = Pick<Facts, 'order' | 'age' | 'permits' | 'canSleep' | 'has' | 'frames' | 'path' | 'eligible'>;

/** Is a function named by any signature? Most stacks hold none that is, and one look at each name tells. */
const NAMED = new RegExp(SIGNATURES.flatMap(({ when }) => when.frames?.source ?? []).join('|'));
const NAMELESS = SIGNATURES.filter(({ when }) => when.frames === undefined);

/** A call site tells by itself, so the kernel has only to be possible; without one it has to be certain. */
function inTime({ since, before, frames, role }: SignatureConditions, age: Age | null): boolean {
  const named = frames !== undefined || role !== undefined;
  if (before !== undefined && !(named ? mayBeBefore : isBefore)(age, before)) return false;
  return since === undefined || (named ? mayBeSince : isSince)(age, since);
}

function fits({ when }: Signature, event: FailureEvent, facts: Known, frames: readonly string[]): boolean {
  if (when.kinds !== undefined && !when.kinds.includes(event.kind)) return false;
  if (when.frames !== undefined && !frames.some((name) => when.frames?.test(name))) return false;
  if (when.role !== undefined && facts.path?.role !== when.role) return false;
  if (when.release !== undefined && (event.kernel === null || !when.release.test(event.kernel))) return false;
  if (when.bytes !== undefined && event.bytes !== when.bytes) return false;
  if (when.minOrder !== undefined && (facts.order === null || facts.order < when.minOrder)) return false;
  if (when.maxOrder !== undefined && (facts.order === null || facts.order > when.maxOrder)) return false;
  if (when.wakesKswapd !== undefined && facts.permits?.kswapd !== when.wakesKswapd) return false;
  if (when.canSleep !== undefined && facts.canSleep !== when.canSleep) return false;
  if (when.arch !== undefined && (event.arch === null || !when.arch.test(event.arch))) return false;
  if (when.flags?.every((flag) => facts.has(flag)) === false) return false;
  if (when.without?.some((flag) => facts.has(flag)) === true) return false;
  if (!inTime(when, facts.age)) return false;
  if (when.ofGroup === true && groupOfCache(slubCache(event)) === null) return false;
  return when.onlyTypes === undefined || facts.eligible.some(({ commonBlockTypes }) => commonBlockTypes === when.onlyTypes);
}

/** The known faults that an event fits, by call site, version and mask; never by anything else in the file. */
export function signaturesOf(event: FailureEvent, facts: Known): readonly SignatureMatch[] {
  const frames = event.site === null ? facts.frames.all : [...facts.frames.all, bareName(event.site)];
  const named = frames.filter((name) => NAMED.test(name));
  return (named.length === 0 ? NAMELESS : SIGNATURES).filter((signature) => fits(signature, event, facts, named)).map(({ id, text, fixedIn, nature, harmless = false, source, when }) => ({
    id, text, fixedIn, nature, source,
    // The name of a process alone does not tell that it was this code that asked.
    harmless: harmless && (when.role === undefined || facts.path?.frame !== null),
  }));
}
