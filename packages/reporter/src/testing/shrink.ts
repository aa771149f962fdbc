import type { Script, Step } from './script.js';

/** How many steps are played on the way to a small script, in all. */
const MAX_STEPS = 200_000;

/** A script that still fails, with as few steps and as plain ones as could be found. */
export function shrink(script: Script, fails: (script: Script) => boolean): Script {
  let best = script;
  let stepsLeft = MAX_STEPS;
  const adopt = (candidate: Script): boolean => {
    if (stepsLeft <= 0) return false;
    stepsLeft -= candidate.steps.length + 1;
    if (!fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < best.steps.length && stepsLeft > 0; ) if (!adopt(without(best, from, size))) from += size;
  }
  adopt({ ...best, start: 0 });
  for (let i = 0; i < best.steps.length && stepsLeft > 0; i++) {
    const change = (change: (step: Step) => Step): boolean => adopt({ ...best, steps: best.steps.map((step, n) => (n === i ? change(step) : step)) });
    const { dt = 0, count, pressure } = best.steps[i] ?? {};
    gapsBelow(dt).some((gap) => change((step) => ({ ...step, dt: gap })));
    if (count !== undefined && !change(({ count: _count, ...step }) => step)) change((step) => ({ ...step, count: 2 }));
    if (pressure !== undefined) change(({ pressure: _pressure, ...step }) => step);
    const [first] = best.steps;
    if (i > 0 && first !== undefined) change((step) => ({ ...step, seed: first.seed }));
  }
  return best;
}

/** Cuts steps out; the place of the cut moves with what is before it. */
function without({ steps, cut, ...rest }: Script, from: number, size: number): Script {
  const removedBefore = Math.max(0, Math.min(cut, from + size) - from);
  return { steps: [...steps.slice(0, from), ...steps.slice(from + size)], cut: cut - Math.min(removedBefore, cut), ...rest };
}

const gapsBelow = (dt: number): number[] =>
  [0, 1, Math.sign(dt) * 1000, Math.sign(dt) * 60_000, Math.trunc(dt / 2)].filter((gap) => Math.abs(gap) < Math.abs(dt));
