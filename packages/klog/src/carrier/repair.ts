/** One physical line, mended and cut where a transport had glued several kernel lines together. */
export interface Mended {
  readonly lines: readonly string[];
  /** Quoted-printable: the last line goes on in the next physical line, without a blank between. */
  readonly soft: boolean;
}

// ESC-introduced colours, rsyslog's spelling of ESC, and what a pager leaves when it eats the ESC byte.
const ESCAPE = String.fromCharCode(27), NUL = String.fromCharCode(0);
const ANSI = new RegExp(`(?:${ESCAPE}|#033|\\^\\[)\\[[0-9;?]*[A-Za-z]`, 'g');
const INVISIBLE = new RegExp(`[${NUL}\u200b\ufeff]`, 'g');
const GLUED_HEADLINES = /(?<=order:\d{1,2})(?=page alloc)/;
const GLUED = new RegExp(String.raw`#012|\\x0a|\\n(?= |$)|\r|\^M|${GLUED_HEADLINES.source}`);
// 'order=20' at the end of a line is a number; anything else before '=20' is an encoded blank.
const ENCODED_BLANK = /(?<!(?:order|adj|total|free|surp|uid|pid|times|probability))=20$/;
// Whatever the rules below may change, but for glued headlines: signs, and beginnings of what is spelled with signs that every log has.
const SPECIAL = new RegExp(`[${ESCAPE}\r\u00a0${NUL}\u200b\ufeff\u00d7]|#0[13]|\\^[[M]|\\\\[xn_[<*(-]|=(?:$|0[AD]|20$|3D|7F|C2)|<br|&(?:[gl]t|amp);`);

/** What fills a terminal's row up to its end, where the next row was then put behind it. */
const PADDING = ' '.repeat(60);
const PADDED = /(?<=[^ ]) {60,}(?=[^ ])/g;

// Markdown puts a backslash in front of each sign that would be one of its own.
const MARKED_DOWN = /\\(?=[_*()<>[\]~#.+-])/g;

/** Where a record begins, as a page or a field shows it that keeps no line breaks. */
const RECORDS = [/(?=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.,:+Z-]{0,20} \S{1,64} kernel:)/, /(?=\[ {0,8}\d{1,8}\.\d{6}\])/];
const RECORD_WITHIN = /kernel: |\[ {0,8}\d{1,8}\.\d{6}\]/g;
/** A prefix is not longer, and no record is as long as two prefixes. */
const LONGEST_PREFIX = 100;

/** The records of a line that holds several; null for every other line. */
function records(text: string): readonly string[] | null {
  if (text.length < 2 * LONGEST_PREFIX) return null;
  RECORD_WITHIN.lastIndex = LONGEST_PREFIX;
  if (!RECORD_WITHIN.test(text)) return null;
  return RECORDS.map((start) => text.split(start)).find(({ length }) => length > 2) ?? null;
}

/** Is there anything to mend? Most lines are as the kernel wrote them. */
function isDamaged(physical: string): boolean {
  return SPECIAL.test(physical) || (physical.includes('page alloc') && GLUED_HEADLINES.test(physical)) || physical.includes(PADDING);
}

/** Undoes what terminals, mailers and log daemons do to a line. Linear in the line's length. */
export function mend(physical: string): Mended {
  if (!isDamaged(physical)) return { lines: records(physical) ?? [physical], soft: false };
  let text = physical.replace(ANSI, '').replace(INVISIBLE, '').replace(/\u00a0/g, ' ');
  text = text.replace(/([0-9])\u00d7(?=[0-9a-fA-F])/g, '$1x').replace(MARKED_DOWN, '').replace(PADDED, '');
  if (text.includes('<br')) text = text.replace(/<br ?\/?>$/, '');
  if (text.includes('&')) text = text.replace(/&gt;/g, '>').replace(/&lt;/g, '<').replace(/&amp;/g, '&');
  // Kernels of old ruled a trace off with a line of such signs.
  let soft = text.endsWith('=') && !text.endsWith('==');
  if (text.includes('=')) {
    text = text.replace(/=3D/g, '=').replace(/=C2=A0/g, ' ').replace(/=7F/g, '').replace(ENCODED_BLANK, ' ');
    // An encoded line break is one, and the soft one behind it none.
    text = text.replace(/(?:=0D)?=0A=?$/, '').replace(/=0D$/, '');
    // A buddy line that a mailer broke behind the '=' of its sum ends so too: joined again it lacks a sign that says nothing.
    soft &&= text.endsWith('=');
    if (soft) text = text.slice(0, -1);
  }
  return { lines: (GLUED.test(text) ? text.split(GLUED) : [text]).flatMap((line) => records(line) ?? [line]), soft };
}
