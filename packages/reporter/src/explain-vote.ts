import type { Vote } from './vote.js';

interface Row {
  readonly lead: string;
  readonly name: string;
  readonly vote: Vote;
}

/**
 * A vote as a tree of text: who voted what, with code, reason and numbers. A reporter or replay that is `detailed`
 * gives the whole tree.
 *
 * @param name - The policy whose vote it is.
 */
export function explainVote(vote: Vote, name: string = vote.policy ?? 'policy'): string {
  const rows = (vote.children ?? []).flatMap((child, i, all) => rowsOf(child, '', i === all.length - 1));
  const width = (pick: (row: Row) => string): number => Math.max(0, ...rows.map((row) => pick(row).length));
  const named = width((row) => row.lead + row.name);
  const coded = width((row) => row.vote.code);
  const head = `${shortName(name, vote)} → ${vote.verdict}`;
  const lines = rows.map(({ lead, name: who, vote: { verdict, code, why, evidence } }) =>
    `${(lead + who).padEnd(named)}  ${verdict.padEnd(9)}  ${code.padEnd(coded)}  ${why}${numbers(evidence)}`);
  return [rows.length === 0 ? `${head}  ${vote.code}  ${vote.why}${numbers(vote.evidence)}` : head, ...lines].join('\n');
}

function rowsOf(vote: Vote, indent: string, isLast: boolean): Row[] {
  const below = `${indent}${isLast ? '   ' : '│  '}`;
  const children = vote.children ?? [];
  return [
    { lead: `${indent}${isLast ? '└─ ' : '├─ '}`, name: shortName(vote.policy ?? vote.code, vote), vote },
    ...children.flatMap((child, i) => rowsOf(child, below, i === children.length - 1)),
  ];
}

/** A combinator's name without the children that stand below it. */
const shortName = (name: string, vote: Vote): string => (vote.children === undefined ? name : name.replace(/\(.*$/s, ''));

const numbers = (evidence: Vote['evidence']): string =>
  evidence === undefined ? '' : ` (${Object.entries(evidence).map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(6)) : String(value)}`).join(', ')})`;
