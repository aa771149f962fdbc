const VALUE = String.raw`[ \t]*:[ \t]*"((?:[^"\\]|\\.)*)`;
const TEXT = new RegExp(String.raw`"(?:MESSAGE|message|msg|log|textPayload)"${VALUE}`);
const MONOTONIC = new RegExp(`"_(?:SOURCE|_)?_MONOTONIC_TIMESTAMP"${VALUE}"`);
const FIELD = /^[ \t]*_{0,2}[A-Z][A-Z0-9_]{2,63}=/;

/**
 * The kernel's line in a JSON record (`journalctl -o json`, a container's log), behind its stamp where the record has
 * one; every other line as it is.
 */
export function unwrapped(physical: string): string {
  if (!physical.startsWith('{')) return physical;
  const quoted = TEXT.exec(physical)?.[1];
  if (quoted === undefined) return physical;
  const microseconds = Number(MONOTONIC.exec(physical)?.[1]);
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

/** Is the line a field of a journal's entry (`journalctl -o export`, `-o verbose`) other than its text? */
export function isField(physical: string): boolean {
  return FIELD.test(physical) && !physical.trimStart().startsWith('MESSAGE=');
}
