/** Length of what a tool put behind the text, as what it put in front foretells: a quotation mark, or a tag again. */
export function closingLength(before: string, line: string): number {
  if (before.includes('%KERN-')) return / - kernel[ \t]*$/.exec(line)?.[0].length ?? 0;
  return before.split('"').length % 2 === 0 ? (/(?:\\n)?"[^"]*$/.exec(line)?.[0].length ?? 0) : 0;
}
