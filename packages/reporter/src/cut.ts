/**
 * A text of at most `length` characters and a mark. What is cut is a copy: a slice would keep the whole text it was
 * sliced from alive.
 */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : (JSON.parse(JSON.stringify(`${text.slice(0, length)}…`)) as string);
