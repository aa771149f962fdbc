import type { Script, Step } from './script.js';

/** How many scripts are tried on the way to a small one. */
const MAX_TRIES = 3000;

/** A script that still fails, with as few steps and as small numbers as could be found. */
export function shrink(script: Script, fails: (script: Script) => boolean): Script {
  let best = script;
  let tries = 0;
  const adopt = (candidate: Script): boolean => {
    if (tries >= MAX_TRIES) return false;
    tries++;
    if (!fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.steps.length && tries < MAX_TRIES; ) if (!adopt(without(best, from, size))) from += size;
  }
  for (let i = 0; i < best.steps.length; i++) {
    for (const simpler of simplerSteps(best.steps[i])) {
      if (adopt({ ...best, steps: best.steps.map((step, n) => (n === i ? simpler : step)) })) break;
    }
  }
  return best;
}

/** Cuts steps out; the place of the cut moves with what is before it. */
function without({ steps, cut, seed }: Script, from: number, size: number): Script {
  const removedBefore = Math.max(0, Math.min(cut, from + size) - from);
  return { steps: [...steps.slice(0, from), ...steps.slice(from + size)], cut: cut - Math.min(removedBefore, cut), seed };
}

function simplerSteps(step: Step | undefined): Step[] {
  if (step === undefined) return [];
  const gaps = [0, 1, Math.sign(step.dt) * 1000, Math.sign(step.dt) * 60_000, Math.trunc(step.dt / 2)];
  return gaps.filter((dt) => Math.abs(dt) < Math.abs(step.dt)).map((dt) => ({ ...step, dt }));
}
