const REPEATED = /\b(?:last|previous|above) (?:message|output)(?: '.{0,400}')? (?:repeat(?:ed|s)|buffered) (?:(\d+) times?|(once|twice))\b|^chatty: .{0,80} identical (\d+) lines?$/i;

/** How often a daemon says the line before was repeated; null for every other line. */
export function parseRepeated(text: string): number | null {
  if (!text.includes('repeat') && !text.includes('buffered') && !text.includes('identical')) return null;
  const found = REPEATED.exec(text);
  if (found?.[2] !== undefined) return found[2].toLowerCase() === 'once' ? 1 : 2;
  return Number(found?.[1] ?? found?.[3] ?? Number.NaN) || null;
}
