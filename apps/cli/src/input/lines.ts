/** A line of text without its end, and its number counted from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** The longest line that is kept whole; of a longer one the rest is dropped, so that memory stays flat. */
const MAX_LINE_BYTES = 1 << 20;

/** Splits bytes into lines of UTF-8; damaged bytes become U+FFFD. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let number = 0;
  const keep = (bytes: Buffer): void => {
    const room = bytes.subarray(0, MAX_LINE_BYTES - keptBytes);
    // A chunk is valid only until the next one: what outlives it is copied.
    if (room.length > 0) kept.push(Buffer.from(room));
    keptBytes += room.length;
  };
  const take = (): Line => {
    const text = Buffer.concat(kept).toString('utf8').replace(/\r$/, '');
    kept = [];
    keptBytes = 0;
    return { text, number: (number += 1) };
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      keep(bytes.subarray(from, end));
      yield take();
      from = end + 1;
    }
    if (from < bytes.length) keep(bytes.subarray(from));
  }
  if (keptBytes > 0) yield take();
}
