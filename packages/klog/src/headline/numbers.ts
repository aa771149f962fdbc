/** Digits as a number; null for none. */
export function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** An order that the line ends with may be cut: of 1, a second digit could be missing. One of three digits is something else's. */
export function orderOf(digits: string | undefined, line: string): number | null {
  return (digits === '1' && line.endsWith('order:1')) || (digits?.length ?? 0) > 2 ? null : numberOf(digits);
}
