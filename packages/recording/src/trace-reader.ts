import { RecordingError } from './errors.js';
import { LineCursor } from './line-cursor.js';
import { LineSplitter } from './line-splitter.js';
import { Operation, OperationKind } from './operation.js';
import { parseOperation } from './parse-operation.js';
import { readFields, StateParser, type RecordedState } from './state-parser.js';

/** What a reader of a recording is told, in the order of the file. Whatever is absent is skipped. */
export interface TraceSink {
  /** A `# name...` line, without the `# `. */
  comment?(text: string): void;
  /** `release`, `page_size`, `max_page_order`, `pageblock_order`, `nr_pcp_lists`, ... as written. */
  facts?(facts: ReadonlyMap<string, string>, line: number): void;
  sysctl?(name: string, value: string): void;
  /** `S name value`: what the recorder was told. */
  setting?(name: string, value: string, line: number): void;
  state?(state: RecordedState): void;
  /** The same object every time. */
  operation?(operation: Operation): void;
  /** Addresses of the recorder's functions, in hexadecimal, by name. */
  symbols?(symbols: ReadonlyMap<string, string>): void;
  /** `G index name value`: a fault attribute was set. */
  faultAttribute?(name: string, value: string, line: number): void;
  /** Requests and frees that the recording does not hold as operations: from here on the state is not known. */
  foreign?(line: number): void;
}

const IGNORED = new Set(['Z', 'P', 'Y', 'C']);

/**
 * Reads the lines of a recording as chunks of bytes come in. Memory does not grow with the recording: one line, one
 * state and one operation are held at a time.
 *
 * Every method throws {@link RecordingError} at the first line that cannot be; the reader is then of no further use.
 */
export class TraceReader {
  private readonly sink: TraceSink;
  private readonly splitter: LineSplitter;
  private readonly cursor = new LineCursor();
  private readonly operation = new Operation();
  private block: 'none' | 'sysctl' | 'file' = 'none';
  private blockLine = 0;
  private state: StateParser | null = null;
  private lastIndex = -1;
  /** What the last state says is the next operation's index: others may have been left out, none repeated. */
  private leastIndex = 0;
  private ended = false;

  constructor(sink: TraceSink) {
    if (typeof (sink as unknown) !== 'object' || (sink as unknown) === null) throw new RecordingError('BAD_ARGUMENT', 0, 'what a reader tells is an object with methods');
    this.sink = sink;
    this.splitter = new LineSplitter((bytes, start, end, line) => this.take(bytes, start, end, line));
  }

  /** Lines read so far. */
  get lines(): number {
    return this.splitter.endedLines;
  }

  push(chunk: Uint8Array): void {
    assertBytes(chunk);
    this.splitter.push(chunk);
  }

  /** Says that there is no more. */
  end(): void {
    const lines = this.endOfLines();
    if (this.ended) return;
    if (this.state || this.block !== 'none') {
      throw new RecordingError('TRUNCATED', lines, `the recording ends inside the block that line ${this.blockLine} begins`);
    }
    throw new RecordingError('TRUNCATED', lines, lines === 0 ? 'the recording is empty' : 'the recording ends without EOF');
  }

  /** The last line, if it has no end, is likely to be half a line. */
  private endOfLines(): number {
    try {
      return this.splitter.end();
    } catch (cause) {
      if (!(cause instanceof RecordingError) || cause.code !== 'CORRUPT') throw cause;
      throw new RecordingError('TRUNCATED', cause.line, `the recording ends inside a line: ${cause.reason}`, { cause });
    }
  }

  private take(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (end > start && bytes[end - 1] === 0x0d) end--;
    const cursor = this.cursor;
    cursor.set(bytes, start, end, line);
    if (end === start) return;
    if (this.block !== 'none') {
      this.takeBlockLine(cursor);
      return;
    }
    if (this.state) {
      if (isWord(cursor, 'END')) {
        const state = this.state.finish();
        this.state = null;
        this.leastIndex = state.nextOperation;
        if (state.nextOperation <= this.lastIndex) {
          throw new RecordingError('REORDERED', state.line, `state ${state.label} stands before operation ${state.nextOperation}, but operation ${this.lastIndex} has been`);
        }
        this.sink.state?.(state);
      } else {
        this.state.add(cursor);
      }
      return;
    }
    if (this.ended) cursor.fail('nothing after EOF expected');
    if (end - start > 1 && bytes[start + 1] === 0x20) {
      switch (bytes[start]) {
        case OperationKind.ALLOC:
        case OperationKind.ALLOC_MEMALLOC:
        case OperationKind.ALLOC_OOM_VICTIM:
        case OperationKind.FREE:
        case OperationKind.BULK:
        case OperationKind.SPLIT:
        case OperationKind.DRAIN:
          parseOperation(cursor, this.operation);
          this.advance(this.operation.index, line);
          this.sink.operation?.(this.operation);
          return;
        default:
      }
    }
    this.takeOther(cursor, line);
  }

  private takeOther(cursor: LineCursor, line: number): void {
    const first = cursor.peek();
    if (first === 0x20 || first === 0x21) {
      this.sink.foreign?.(line);
      return;
    }
    if (first === 0x23) {
      this.sink.comment?.(cursor.rest().replace(/^# ?/, ''));
      return;
    }
    if (cursor.acceptName('<<<SYSCTL')) {
      this.open('sysctl', line);
      return;
    }
    if (cursor.acceptName('<<<FILE ')) {
      this.open('file', line);
      return;
    }
    const tag = cursor.word();
    cursor.skipSpaces();
    switch (tag) {
      case 'X':
        // The recorder read a file, for which the kernel allocates and frees as it likes.
        cursor.skipWord();
        cursor.skipSpaces();
        cursor.skipWord();
        cursor.skipSpaces();
        if (cursor.at < cursor.end) this.sink.foreign?.(line);
        return;
      case 'RUN':
        // Each script counts its operations from 0.
        this.lastIndex = -1;
        this.leastIndex = 0;
        return;
      case 'FACTS':
        this.sink.facts?.(readFields(cursor), line);
        return;
      case 'SYM':
        this.sink.symbols?.(readFields(cursor));
        return;
      case 'STATE':
        this.blockLine = line;
        this.state = new StateParser(cursor);
        return;
      case 'S': {
        const name = cursor.word();
        cursor.skipSpaces();
        this.sink.setting?.(name, cursor.word(), line);
        return;
      }
      case 'G': {
        this.advance(cursor.decimal(), line);
        cursor.skipSpaces();
        const name = cursor.word();
        cursor.skipSpaces();
        this.sink.faultAttribute?.(name, cursor.word(), line);
        return;
      }
      case 'DONE': {
        const operations = Number(readFields(cursor).get('ops'));
        if (operations <= this.lastIndex) throw new RecordingError('REORDERED', line, `${operations} operations were made, but operation ${this.lastIndex} has been`);
        if (operations < this.leastIndex) throw new RecordingError('REORDERED', line, `${operations} operations were made, but a state stands before operation ${this.leastIndex}`);
        return;
      }
      case 'EOF':
        this.ended = true;
        return;
      case 'E':
        throw new RecordingError('CORRUPT', line, `the recorder complained: ${cursor.rest()}`);
      default:
        if (!IGNORED.has(tag)) {
          cursor.at -= tag.length;
          cursor.fail('a line of the format expected');
        }
    }
  }

  private takeBlockLine(cursor: LineCursor): void {
    if (this.block === 'file') {
      if (isWord(cursor, '>>>ENDFILE')) this.block = 'none';
      return;
    }
    if (isWord(cursor, '>>>')) {
      this.block = 'none';
      return;
    }
    const text = cursor.rest();
    const equals = text.indexOf('=');
    if (equals < 1) cursor.fail('name=value expected');
    this.sink.sysctl?.(text.slice(0, equals), text.slice(equals + 1));
  }

  private open(block: 'sysctl' | 'file', line: number): void {
    this.block = block;
    this.blockLine = line;
  }

  private advance(index: number, line: number): void {
    if (index <= this.lastIndex) throw new RecordingError('REORDERED', line, `operation ${index} comes after operation ${this.lastIndex}`);
    if (index < this.leastIndex) throw new RecordingError('REORDERED', line, `operation ${index} comes after a state before operation ${this.leastIndex}`);
    this.lastIndex = index;
  }
}

function isWord(cursor: LineCursor, word: string): boolean {
  return cursor.end - cursor.at === word.length && cursor.acceptName(word);
}

/** @throws {RecordingError} `BAD_ARGUMENT`. */
export function assertBytes(chunk: Uint8Array): void {
  // By tag, not by class: bytes of another realm are bytes, too.
  if (Object.prototype.toString.call(chunk) !== '[object Uint8Array]') throw new RecordingError('BAD_ARGUMENT', 0, 'a recording is read from bytes, in chunks of type Uint8Array');
}
