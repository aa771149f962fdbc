import { assertFollowable, followedFrom } from '../input/follow.js';
import type { LogPlace } from '../input/log-place.js';
import type { Io } from '../io.js';
import type { Arrival, Place, Source } from './source.js';

/** A log file as it grows, through rotation, from `from` or its beginning. */
export function fileSource(io: Io, file: string, from: Place | null): Source {
  assertFollowable(file);
  return { name: file, file: from === null ? file : null, kernel: null, arrivals: (signal) => arrivals({ ...io, interrupted: signal }, file, from) };
}

async function* arrivals(io: Io, file: string, from: Place | null): AsyncGenerator<Arrival> {
  for await (const { bytes, place, begins } of followedFrom(io, file, from === null ? null : logPlace(from))) {
    if (bytes.length > 0) yield { bytes, place: { ...place }, begins: begins === null ? null : { ...begins }, lost: 0 };
  }
}

/** A saved place as one in a file; one that is none matches no file. */
const logPlace = ({ file, offset, head }: Place): LogPlace => ({ file: String(file), offset: Number(offset), head: String(head) });
