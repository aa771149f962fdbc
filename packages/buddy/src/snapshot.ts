import { Buddy } from './buddy.js';
import { MisuseError } from './errors.js';
import { assertGeometry, extentOf, LAYOUT, MAGIC, type Geometry } from './layout.js';
import { isBuffer, type BuddyOptions } from './open-arena.js';

export function snapshot(buddy: Buddy): ArrayBuffer {
  const { bytes } = extentOf(buddy);
  const copy = new ArrayBuffer(bytes);
  new Uint8Array(copy).set(new Uint8Array(buddy.buffer, 0, bytes));
  const { links, state } = Buddy.attach(copy);
  // What a frame was linked to while it stood on a list is no part of the state.
  for (let frame = 0; frame < state.length; frame++) {
    if (state[frame]! >= LAYOUT.LISTS) links.fill(0, LAYOUT.FIRST + (frame << 1), LAYOUT.FIRST + (frame << 1) + 2);
  }
  return copy;
}

/** Options that open the arena which `buffer` holds. @throws {MisuseError} `BAD_SNAPSHOT`. */
export function attachOptions(buffer: ArrayBufferLike): BuddyOptions & Geometry & { initially: 'kept'; buffer: ArrayBufferLike } {
  if (!isBuffer(buffer)) throw new MisuseError('BAD_SNAPSHOT', 'an arena is in an ArrayBuffer or a SharedArrayBuffer');
  const { byteLength } = buffer;
  if (byteLength < LAYOUT.FIRST * 4) throw new MisuseError('BAD_SNAPSHOT', `${byteLength} bytes are too few for an arena`, { byteLength });
  const header = new Int32Array(buffer, 0, LAYOUT.FIRST);
  if (header[LAYOUT.MAGIC] !== MAGIC) throw new MisuseError('BAD_SNAPSHOT', 'the buffer holds no arena', { byteLength });
  const geometry = {
    startPfn: header[LAYOUT.START_PFN]!, pages: header[LAYOUT.PAGES]!,
    maxOrder: header[LAYOUT.MAX_ORDER]!, pageblockOrder: header[LAYOUT.PAGEBLOCK_ORDER]!,
  };
  assertKept(geometry, byteLength);
  return { ...geometry, buffer, initially: 'kept' };
}

function assertKept(geometry: Geometry, byteLength: number): void {
  try {
    assertGeometry(geometry);
  } catch (cause) {
    throw new MisuseError('BAD_SNAPSHOT', `the buffer holds no arena: ${(cause as Error).message}`, { byteLength });
  }
  const { bytes } = extentOf(geometry);
  if (bytes > byteLength) throw new MisuseError('BAD_SNAPSHOT', `an arena of ${geometry.pages} pages is ${bytes} bytes, the buffer has ${byteLength}`, { bytes, byteLength });
}

export function restore(buddy: Buddy, from: ArrayBufferLike): void {
  const options = attachOptions(from);
  for (const key of ['pages', 'startPfn', 'maxOrder', 'pageblockOrder'] as const) {
    if (options[key] !== buddy[key]) throw new MisuseError('BAD_SNAPSHOT', `the snapshot's ${key} is ${options[key]}, the arena's ${buddy[key]}`, { [key]: options[key] });
  }
  const source = new Buddy(options);
  if (source.rules !== buddy.rules) throw new MisuseError('BAD_SNAPSHOT', 'the snapshot is of an arena with other merge rules', { rules: source.rules });
  const [broken] = source.check();
  if (broken !== undefined) throw new MisuseError('BAD_SNAPSHOT', `the snapshot is broken: ${broken}`);
  buddy.links.set(source.links);
  buddy.state.set(source.state);
  buddy.blockTypes.set(source.blockTypes);
}
