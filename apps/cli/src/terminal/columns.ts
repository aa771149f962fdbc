import { stripVTControlCharacters } from 'node:util';
import type { Paint } from './paint.js';

const NUMBER = /^[\d,.]+( ?%| [KMG]?i?B)?$|^-$/;

/** A table in plain columns: numbers to the right, a dim head, no ruling. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const plain = rows.map((row) => row.map((cell) => stripVTControlCharacters(cell)));
  const widths = head.map((title, at) => Math.max(title.length, ...plain.map((row) => row[at]?.length ?? 0)));
  const right = head.map((_, at) => plain.every((row) => NUMBER.test(row[at] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        const blank = ' '.repeat((widths[at] ?? 0) - stripVTControlCharacters(cell).length);
        return right[at] ? blank + cell : cell + blank;
      })
      .join('  ')
      .trimEnd();
  return [paint.dim(line(head)), ...rows.map(line), ''].join('\n');
}
