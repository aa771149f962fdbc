const VALUE = String.raw`[ \t]*:[ \t]*"((?:[^"\\]|\\.)*)`;
const TEXT = new RegExp(String.raw`"(?:MESSAGE|message|msg|log|textPayload)"${VALUE}`);
/** A record that is spread over lines has its text in one of its own (`journalctl -o json-pretty`, `dmesg --json`). */
const SPREAD = /^[ \t]*"(?:MESSAGE|message|msg)"[ \t]*:[ \t]*"((?:[^"\\]|\\.)*)"?,?[ \t]*$/;
const SPREAD_FIELD = /^[ \t]*(?:[{}\][,]+|"(?:_{0,2}[A-Z][A-Z0-9_]{0,63}|pri|fac|time|caller|dmesg)"[ \t]*:.*)$/;
/** What announces a record in a sequence of them (`-o json-seq`, `-o json-sse`). */
const ANNOUNCED = new RegExp(`^(?:${String.fromCharCode(30)}|data: )(?=\\{)`);
const MONOTONIC = new RegExp(`"_(?:SOURCE|_)?_MONOTONIC_TIMESTAMP"${VALUE}"`);
const FIELD = new RegExp(String.raw`^[ \t]*_{0,2}[A-Z][A-Z0-9_]{2,63}=|${SPREAD_FIELD.source}`);
/** What a record begins with, or its text in a line of its own: hardly any other line does. */
const BEGINS = new RegExp(String.raw`^(?:\{|[ \t]*")|${ANNOUNCED.source}`);

/**
 * The kernel's line in a JSON record (`journalctl -o json`, a container's log), behind its stamp where the record has
 * one; every other line as it is.
 */
export function unwrapped(physical: string): string {
  if (!BEGINS.test(physical)) return physical;
  const record = physical.startsWith('{') ? physical : physical.replace(ANNOUNCED, '');
  if (!record.startsWith('{')) {
    const spread = SPREAD.exec(physical)?.[1];
    return spread === undefined ? physical : plain(spread).trimEnd();
  }
  const quoted = TEXT.exec(record)?.[1];
  if (quoted === undefined) return physical;
  const microseconds = Number(MONOTONIC.exec(record)?.[1]);
  const text = plain(quoted).trimEnd();
  return Number.isNaN(microseconds) ? text : `[${(microseconds / 1e6).toFixed(6)}] ${text}`;
}

/** What a line break inside the record's text means is up to who reads lines; a record that is cut ends where it ends. */
function plain(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, letter?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === 'n' ? '\r' : letter === 't' ? '\t' : letter === 'r' ? '' : (letter ?? '');
  });
}

/** Is the line a field of a journal's entry (`journalctl -o export`, `-o verbose`) or of a spread record other than its text? */
export function isField(physical: string): boolean {
  return FIELD.test(physical) && !physical.trimStart().startsWith('MESSAGE=') && !SPREAD.test(physical);
}
