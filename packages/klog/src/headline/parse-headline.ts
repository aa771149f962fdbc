import { cmaHeadline } from './cma-headline.js';
import { NOTHING_TOLD, type Headline } from './headline.js';
import { killHeadline } from './kill-headline.js';
import { oldHeadline } from './old-headline.js';
import { pageHeadline } from './page-headline.js';
import { slabHeadline } from './slab-headline.js';
import { stallHeadline } from './stall-headline.js';
import { tooLargeHeadline } from './too-large-headline.js';
import { vmallocHeadline } from './vmalloc-headline.js';

// One of these stands in every headline, and in hardly any frame of a trace: functions are named after what they allocate.
const WORDS = / alloc[at ]|ation failed|^[a-z ]*failure[.:] |vmalloc error|vmalloc_node_range for|mm\/page_alloc\.c|oom-killer|^FAULT_INJECTION/;

/** Headlines by the words that they begin with and by what follows: a ring or a buffer that ran over loses the beginning of a line. */
const BEGINNINGS = [{ words: 'page allocation failure', follows: /(?<=failure)[.:] order:\d/ }, { words: '__alloc_pages: ', follows: /\d+-order allocation failed/ }] as const;

/** Reads any first line that a kernel since 2.4 prints when memory could not be had; null when the line is none. */
export function parseHeadline(text: string): Headline | null {
  if (!WORDS.test(text)) return null;
  if (text.includes('oom-killer')) return killHeadline(text);
  if (text.startsWith("FAULT_INJECTION: forcing a failure")) return { ...NOTHING_TOLD, kind: 'fault-injection' };
  const whole = withBeginning(text);
  if (whole !== null) return beheaded(pageHeadline(whole) ?? oldHeadline(whole));
  return stallHeadline(text) ?? vmallocHeadline(text) ?? pageHeadline(text) ?? oldHeadline(text) ?? slabHeadline(text) ?? cmaHeadline(text) ?? tooLargeHeadline(text);
}

const beheaded = (headline: Headline | null): Headline | null => (headline === null ? null : { ...headline, complete: false });

/** The line with the beginning that it has lost; null when it has lost none. */
function withBeginning(text: string): string | null {
  for (const { words, follows } of BEGINNINGS) {
    const at = text.search(follows);
    if (at >= 0 && at < words.length && words.endsWith(text.slice(0, at))) return `${words.slice(0, words.length - at)}${text}`;
  }
  return null;
}
