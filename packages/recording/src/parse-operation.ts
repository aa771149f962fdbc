import type { LineCursor } from './line-cursor.js';
import { EVENT_WIDTH, EventKind, LITE_WIDTH, LITE_ZONES, OperationKind, type Operation } from './operation.js';

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

function parseEvent(cursor: LineCursor, operation: Operation): void {
  const letter = cursor.peek();
  cursor.at++;
  const at = operation.addEvent(letter);
  const events = operation.events;
  switch (letter) {
    case EventKind.TAKEN:
    case EventKind.DRAINED:
    case EventKind.BORROWED: {
      events[at + 1] = cursor.hex();
      for (let i = 2; i < EVENT_WIDTH && cursor.accept(COLON); i++) events[at + i] = cursor.decimal();
      return;
    }
    case EventKind.RECLAIM:
    case EventKind.COMPACT:
      if (cursor.accept(CLOSE)) {
        events[at] = letter === EventKind.RECLAIM ? EventKind.RECLAIM_END : EventKind.COMPACT_END;
        events[at + 1] = cursor.decimal();
        return;
      }
      cursor.expect(OPEN);
      events[at + 1] = cursor.decimal();
      cursor.expect(COLON);
      events[at + 2] = cursor.hex();
      if (cursor.accept(COLON)) events[at + 3] = cursor.decimal();
      return;
    case EventKind.FOREIGN_ALLOC:
    case EventKind.FOREIGN_FREE:
      operation.foreignEvents++;
      cursor.skipWord();
      return;
    case EventKind.KSWAPD_WOKEN:
    case EventKind.KSWAPD_RAN:
    case EventKind.KSWAPD_SLEPT:
      cursor.skipWord();
      return;
    default:
      cursor.at--;
      cursor.fail('an event of the format expected');
  }
}
