// What the words of UNFINISHED end in: d, e, m, n, o, r, y, a colon, a comma and a full stop.
const LAST_LETTERS = new Set([100, 101, 109, 110, 111, 114, 121, 58, 44, 46]);
const UNFINISHED = /(?:\bpage(?: allocation(?: failure[.:])?)?|-order(?: allocation)?|\ballocation failed|\binvoked|^__alloc_pages:|\bUnable(?: to(?: allocate(?: memory(?: on[^=]*)?)?)?)?|\ballocation failed\b.{0,40}\bfrom)$/;

/** Lines that are known by how they begin, as far as they may go on. */
const BEGUN = /^(?:(?:cma: )?_{0,2}cma_alloc\w*: (?:.{1,64}: )?alloc failed,(?: req-size:(?: \d+(?: pages?,(?: ret:)?)?)?)?|WARNING:(?: CPU: \d+ PID: \d+)? at(?: (?:\/\S{1,200}\/)?mm\/page_alloc\.c:\d+)?)$/;

/** Terminals break lines within words, too. */
const PHRASE = ' page allocation failure: order:';

function endsInPhrase(text: string): boolean {
  const at = text.lastIndexOf(' page a');
  return at !== -1 && PHRASE.startsWith(text.slice(at).replace('.', ':'));
}

/** Could the line be the beginning of a headline that a mailer, a daemon or a terminal has broken? */
export function isUnfinished(text: string): boolean {
  return text.length < 300 && ((LAST_LETTERS.has(text.charCodeAt(text.length - 1)) && UNFINISHED.test(text)) || endsInPhrase(text) || BEGUN.test(text));
}
