import type { HeadLine } from './head-lines.js';

/** So many lines with a prefix that go on behind the same column are no chance. */
const ENOUGH = 3;
const NARROWEST = 60, WIDEST = 400;

/**
 * The column that a terminal has broken the lines of a log at, wherever that was in a word or a number; null where none
 * has. It is told by lines without the prefix that the others have: they stand behind the longest ones, and hardly anywhere else.
 * A mailer breaks lines at blanks, so those that go on are of many lengths.
 */
export function wrapColumnOf(lines: readonly HeadLine[]): number | null {
  const longest = lines.reduce((most, { length }) => Math.max(most, length), 0);
  let broken = 0, behindLongest = 0, behindOthers = 0, prefixed = false;
  lines.forEach(({ bare }, at) => {
    const before = lines[at - 1];
    prefixed ||= !bare;
    if (!bare || !prefixed || before === undefined || before.length === 0) return;
    if (before.length !== longest) behindOthers++;
    else if (before.bare) behindLongest++;
    else broken++;
  });
  const isColumn = broken >= ENOUGH && behindOthers * 3 <= broken + behindLongest;
  return isColumn && longest >= NARROWEST && longest <= WIDEST ? longest : null;
}
