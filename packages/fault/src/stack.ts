/** A frame of a JavaScript stack. */
export interface CallSite {
  /** Function as the runtime names it (`Parser.read`, `async load`'s `load`); '' when it has none. */
  readonly name: string;
  /** File or URL; '' when there is none. */
  readonly file: string;
  /** From 1; 0 when not known. */
  readonly line: number;
  readonly column: number;
}

/** What a stack filter looks at: a frame, or a return address of a recording. */
export type StackEntry = CallSite | bigint;

const DEPTH = 64;

/**
 * The stack of whoever called `below`, innermost frame first, at most 64 frames; [] where the runtime keeps none.
 * Costs microseconds: meant for requests that fail.
 */
export function captureStack(below: (...args: never[]) => unknown): CallSite[] {
  const text = withErrorSetting('stackTraceLimit', DEPTH, () => stackText(below));
  return parseStack(text);
}

/** As the program formats stacks (so do source maps); where that is no text, as the runtime does. */
function stackText(below: (...args: never[]) => unknown): string {
  const asSet = rawStack(below);
  const stack = typeof asSet === 'string' ? asSet : withErrorSetting('prepareStackTrace', undefined, () => rawStack(below));
  return typeof stack === 'string' ? stack : '';
}

function rawStack(below: (...args: never[]) => unknown): unknown {
  if (typeof Error.captureStackTrace !== 'function') return new Error().stack;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, below);
  return holder.stack;
}

/** Does without the setting where `Error` is frozen. */
function withErrorSetting<T>(name: 'stackTraceLimit' | 'prepareStackTrace', value: unknown, run: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Error, name);
  Reflect.set(Error, name, value);
  try {
    return run();
  } finally {
    if (before) Reflect.defineProperty(Error, name, before);
    else Reflect.deleteProperty(Error, name);
  }
}

/** The frames in the text of an error's stack (V8's layout, and that of SpiderMonkey and JavaScriptCore). */
export function parseStack(text: string): CallSite[] {
  const frames: CallSite[] = [];
  for (const line of text.split('\n')) {
    const frame = parseFrame(line);
    if (frame) frames.push(frame);
  }
  return frames;
}

function parseFrame(line: string): CallSite | null {
  const v8 = /^\s*at (.*)$/.exec(line);
  const other = v8 ? null : /^([^@\s]*)@(.*)$/.exec(line);
  if (!v8 && !other) return null;
  const text = v8?.[1] ?? '';
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
  const named = open < 0 ? (other?.[1] ?? '') : text.slice(0, open);
  const place = other?.[2] ?? (open < 0 ? text.replace(/^async /, '') : text.slice(open + 2, -1));
  const located = /^(.*?):(\d+):(\d+)$/.exec(place);
  return {
    name: named.replace(/^(async|new) /, '').replace(/ \[as [^\]]*\]$/, ''),
    file: located?.[1] ?? place,
    line: Number(located?.[2] ?? 0),
    column: Number(located?.[3] ?? 0),
  };
}

/** The path of a file URL; anything else as it is, without a query. */
export function pathOf(file: string): string {
  const plain = file.replace(/[?#].*$/, '');
  return plain.startsWith('file://') ? decodeURIComponent(plain.slice(7)) : plain;
}

// Bundled into a file of somebody else's, this package has no folder of its own.
const OWN = /\/stack\.[jt]s$/.test(import.meta.url) ? pathOf(new URL('.', import.meta.url).href) : null;

/** Does this frame lie in this package? */
export function isOwnFrame({ file }: CallSite): boolean {
  return OWN !== null && pathOf(file).startsWith(OWN);
}

/** A frame as a line of text: `name (file:line:column)`. */
export function frameText({ name, file, line, column }: CallSite): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return name === '' ? place : `${name} (${place})`;
}
