import type { LineCursor } from './line-cursor.js';

/** Kinds of operation, as the byte that begins their line. */
export const OperationKind = {
  ALLOC: 0x41,
  ALLOC_MEMALLOC: 0x4d,
  ALLOC_OOM_VICTIM: 0x4f,
  FREE: 0x46,
  BULK: 0x4c,
  SPLIT: 0x54,
  DRAIN: 0x44,
} as const;
export type OperationKind = (typeof OperationKind)[keyof typeof OperationKind];

/** Integers per event: its letter and up to six numbers. */
export const EVENT_WIDTH = 7;
/** Integers per zone in the `v` fields of an operation, at most. */
export const LITE_WIDTH = 10;
const LITE_ZONES = 8;

/**
 * One operation of a recording. The reader fills the same object again and again: take what you need before the next
 * one, or `copy` it.
 */
export class Operation {
  kind: OperationKind = OperationKind.ALLOC;
  line = 0;
  index = 0;
  slot = 0;
  order = 0;
  gfp = 0;
  /** Frame allocated (-1: refused), freed or split. */
  pfn = -1;
  /** Pages asked for by a bulk call. */
  wanted = 0;
  /** Frames that a bulk call returned: `frames[0, frameCount)`. */
  frames: Int32Array = new Int32Array(64);
  frameCount = 0;
  /** `eventCount` events of {@link EVENT_WIDTH} integers: letter, then its numbers, unused ones 0. */
  events: Int32Array = new Int32Array(64 * EVENT_WIDTH);
  eventCount = 0;
  /** Requests and frees of others inside this operation: it can't be replayed alone. */
  foreignEvents = 0;
  /** Bit per zone whose `v` field is in `lite`, from `zone * LITE_WIDTH`; `liteFields` of them count. */
  liteZones = 0;
  liteFields = 0;
  readonly lite: Int32Array = new Int32Array(LITE_ZONES * LITE_WIDTH);
  /** Did the tracepoint of the allocation stay silent (an injected failure, an order that is too large)? */
  silent = false;
  /** Was the page marked as one that only the freeing of memory may use? */
  pfmemalloc = false;
  hasFaults = false;
  /** Fault attribute after the operation: probability, interval, times, space, count, fail_nth. */
  readonly faults: Float64Array = new Float64Array(6);

  reset(kind: OperationKind, line: number): void {
    this.kind = kind;
    this.line = line;
    this.pfn = -1;
    this.order = this.gfp = this.slot = this.wanted = 0;
    this.frameCount = this.eventCount = this.foreignEvents = this.liteZones = this.liteFields = 0;
    this.silent = this.pfmemalloc = this.hasFaults = false;
  }

  /** Room for one more event; returns where its letter goes. */
  addEvent(letter: number): number {
    const at = this.eventCount * EVENT_WIDTH;
    if (at === this.events.length) this.events = grown(this.events);
    this.events[at] = letter;
    for (let i = 1; i < EVENT_WIDTH; i++) this.events[at + i] = 0;
    this.eventCount++;
    return at;
  }

  addFrame(pfn: number): void {
    if (this.frameCount === this.frames.length) this.frames = grown(this.frames);
    this.frames[this.frameCount++] = pfn;
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

const EQUALS = 0x3d;
const COLON = 0x3a;
const BANG = 0x21;
const OPEN = 0x28;
const CLOSE = 0x29;
const LOWER_V = 0x76;
/** What stands for the frame of a tracepoint that said nothing. */
const NO_EVENT = 'fffffffffffffffe';

/** Reads the line of an operation, whose first byte is its kind, into `operation`. */
export function parseOperation(cursor: LineCursor, operation: Operation): void {
  const kind = cursor.peek() as OperationKind;
  cursor.at++;
  operation.reset(kind, cursor.line);
  cursor.expect(0x20);
  operation.index = cursor.decimal();
  if (kind !== OperationKind.DRAIN) {
    cursor.expect(0x20);
    operation.slot = cursor.decimal();
    cursor.expect(0x20);
    switch (kind) {
      case OperationKind.FREE:
      case OperationKind.SPLIT:
        operation.pfn = cursor.hex();
        cursor.expect(0x20);
        operation.order = cursor.decimal();
        break;
      case OperationKind.BULK:
        operation.wanted = cursor.decimal();
        cursor.expect(0x20);
        operation.gfp = cursor.hex();
        break;
      default:
        operation.order = cursor.decimal();
        cursor.expect(0x20);
        operation.gfp = cursor.hex();
    }
  }
  const hasResult = kind === OperationKind.ALLOC || kind === OperationKind.ALLOC_MEMALLOC
    || kind === OperationKind.ALLOC_OOM_VICTIM || kind === OperationKind.BULK;
  parseFields(cursor, operation, hasResult);
}

function parseFields(cursor: LineCursor, operation: Operation, hasResult: boolean): void {
  let resultSeen = false;
  while (cursor.nextField()) {
    const byte = cursor.peek();
    if (byte === EQUALS) {
      cursor.at++;
      cursor.expect(0x20);
      if (operation.kind === OperationKind.BULK) parseBulkResult(cursor, operation);
      else if (cursor.accept(0x2d)) operation.pfn = -1;
      else operation.pfn = cursor.hex();
      resultSeen = true;
    } else if (byte === BANG) {
      operation.foreignEvents++;
      cursor.skipWord();
    } else if (byte === LOWER_V) {
      parseLite(cursor, operation);
    } else if (cursor.acceptName('fi=')) {
      for (let i = 0; i < 6; i++) {
        if (i > 0) cursor.expect(0x2f);
        operation.faults[i] = cursor.decimal();
      }
      operation.hasFaults = true;
    } else if (cursor.acceptName('ev=')) {
      operation.silent = cursor.acceptName(NO_EVENT);
      cursor.skipWord();
    } else if (cursor.acceptName('pfmemalloc')) {
      operation.pfmemalloc = true;
    } else if (cursor.acceptName('t0=') || cursor.acceptName('j0=') || cursor.acceptName('t=') || cursor.acceptName('j=')) {
      cursor.skipWord();
    } else {
      parseEvent(cursor, operation);
    }
  }
  if (resultSeen !== hasResult) cursor.fail(hasResult ? 'the result is missing' : 'a result where none can be');
}

function parseBulkResult(cursor: LineCursor, operation: Operation): void {
  const count = cursor.decimal();
  cursor.expect(COLON);
  for (let i = 0; i < count; i++) {
    if (i > 0) cursor.expect(0x2c);
    operation.addFrame(cursor.hex());
  }
}

function parseLite(cursor: LineCursor, operation: Operation): void {
  cursor.at++;
  const zone = cursor.decimal();
  if (zone < 0 || zone >= LITE_ZONES) cursor.fail('a zone index below 8 expected');
  cursor.expect(EQUALS);
  let fields = 0;
  do {
    if (fields === LITE_WIDTH) cursor.fail('too many fields of a zone');
    // The last field, the zone's flags, is hexadecimal; so far no flag is above 9, and pcp flags are single digits.
    operation.lite[zone * LITE_WIDTH + fields++] = cursor.decimal();
  } while (cursor.accept(0x2f));
  operation.liteZones |= 1 << zone;
  operation.liteFields = fields;
}

/** `z17ff:0:1:1`, `d2438:2:2`, `x...`, `k2:7:110cc0`, `r(0:cc0`, `r)0`, `c(2:cc0:1`, `K`, `S`, `a...`, `f...`. */
function parseEvent(cursor: LineCursor, operation: Operation): void {
  const letter = cursor.peek();
  cursor.at++;
  const at = operation.addEvent(letter);
  const events = operation.events;
  switch (letter) {
    case 0x7a: // z
    case 0x64: // d
    case 0x78: { // x
      events[at + 1] = cursor.hex();
      for (let i = 2; i < EVENT_WIDTH && cursor.accept(COLON); i++) events[at + i] = cursor.decimal();
      return;
    }
    case 0x72: // r
    case 0x63: // c
      if (cursor.accept(CLOSE)) {
        events[at] = letter === 0x72 ? 0x52 : 0x43;
        events[at + 1] = cursor.decimal();
        return;
      }
      cursor.expect(OPEN);
      events[at + 1] = cursor.decimal();
      cursor.expect(COLON);
      events[at + 2] = cursor.hex();
      if (cursor.accept(COLON)) events[at + 3] = cursor.decimal();
      return;
    case 0x61: // a
    case 0x66: // f
      operation.foreignEvents++;
      cursor.skipWord();
      return;
    case 0x6b: // k
    case 0x4b: // K
    case 0x53: // S
      cursor.skipWord();
      return;
    default:
      cursor.at--;
      cursor.fail('an event of the format expected');
  }
}
