/** The site of everything beyond the limit. */
export const OTHER = '(other)';

/** The value of a label whose text is not known. */
export const UNKNOWN = '(unknown)';

// Control characters, format characters that reorder a line, and halves of surrogate pairs.
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text from a log or a caller as the value of a label: at most `maxLength` code points, without control characters,
 * never empty. Writers still escape it for their format.
 */
export function labelText(text: string | null | undefined, maxLength = 80): string {
  // What a program without types hands over as a name is none, and costs its name only.
  if (typeof text !== 'string') return UNKNOWN;
  // Cut first: the work is bounded by the limit, not by the input. A code point is at most two units.
  const clean = text.slice(0, maxLength * 2).trim().replace(unfit, '_');
  const points = Array.from(clean);
  if (points.length === 0) return UNKNOWN;
  return points.length > maxLength ? `${points.slice(0, maxLength - 1).join('')}…` : clean;
}
