import fc from 'fast-check';
import { checkKinds, wholeInRange } from './checked-options.js';
import { ScheduledPoint, scheduleText, type FaultSchedule } from './schedule.js';

/** Limits of {@link faultSchedule}. */
export interface FaultScheduleConstraints {
  /** Requests that the schedule reaches, 1 to 1,000,000. Default 64. */
  readonly maxRequests?: number;
  /** Failures at most, from 1. Default: as many as there are requests. */
  readonly maxFailures?: number;
}

/**
 * Schedules of failures as an arbitrary. It shrinks towards fewer failures, and each of them towards an earlier request,
 * so a property that fails prints the shortest schedule that breaks it (`fault schedule 001`).
 *
 * Every run of the property gets a fresh point; hand it to what makes the requests.
 *
 * @throws {FaultError} `UNKNOWN_ATTRIBUTE` or `BAD_OPTION`.
 */
export function faultSchedule(constraints: FaultScheduleConstraints = {}): fc.Arbitrary<ScheduledPoint> {
  checkKinds(constraints, { maxRequests: 'number', maxFailures: 'number' });
  const { maxRequests = 64, maxFailures = maxRequests } = constraints;
  wholeInRange('maxRequests', maxRequests, 1, 1_000_000);
  wholeInRange('maxFailures', maxFailures, 1, 1_000_000);
  return new ScheduleArbitrary(maxRequests, Math.min(maxFailures, maxRequests));
}

/** A point that fast-check prints by its schedule, and clones for each run, so that every run starts from the first request. */
class PrintedPoint extends ScheduledPoint {
  [fc.cloneMethod](): PrintedPoint {
    return new PrintedPoint(this.schedule);
  }

  [fc.toStringMethod](): string {
    return `fault schedule ${scheduleText(this.schedule) || '(none fails)'}`;
  }
}

class ScheduleArbitrary extends fc.Arbitrary<ScheduledPoint> {
  readonly #maxRequests: number;
  readonly #maxFailures: number;

  constructor(maxRequests: number, maxFailures: number) {
    super();
    this.#maxRequests = maxRequests;
    this.#maxFailures = maxFailures;
  }

  generate(random: fc.Random): fc.Value<ScheduledPoint> {
    // Densities from one failure in 64 to every other request: single failures and storms both break code.
    const percent = 100 / 2 ** random.nextInt(1, 6);
    const bits: boolean[] = [];
    let failures = 0;
    for (let i = 0; i < this.#maxRequests; i++) {
      const fails = failures < this.#maxFailures && random.nextInt(0, 99) < percent;
      if (fails) failures++;
      bits.push(fails);
    }
    return valueOf(bits);
  }

  canShrinkWithoutContext(value: unknown): value is ScheduledPoint {
    return value instanceof ScheduledPoint;
  }

  shrink(value: ScheduledPoint): fc.Stream<fc.Value<ScheduledPoint>> {
    return new fc.Stream(smaller(value.schedule));
  }
}

function valueOf(bits: FaultSchedule): fc.Value<ScheduledPoint> {
  const last = bits.lastIndexOf(true);
  return new fc.Value<ScheduledPoint>(new PrintedPoint(bits.slice(0, last + 1)), undefined);
}

/**
 * Simpler schedules, boldest first: nothing fails; one half fails; a failure less; everything from some request on is one
 * request earlier. Where none of these still breaks the property, no failure can be left out or moved forward.
 */
function* smaller(bits: FaultSchedule): IterableIterator<fc.Value<ScheduledPoint>> {
  const failing = bits.flatMap((fails, i) => (fails ? [i] : []));
  if (failing.length === 0) return;
  yield valueOf([]);
  const middle = failing[failing.length >> 1] ?? 0;
  if (failing.length > 2) {
    yield valueOf(bits.slice(0, middle));
    yield valueOf(bits.map((fails, i) => fails && i >= middle));
  }
  for (const at of failing) yield valueOf(bits.map((fails, i) => fails && i !== at));
  for (const [start, length] of gaps(bits)) {
    if (length > 1) yield valueOf([...bits.slice(0, start), ...bits.slice(start + (length >> 1))]);
    yield valueOf([...bits.slice(0, start), ...bits.slice(start + 1)]);
  }
  for (const at of failing) {
    if (at > 0 && bits[at - 1] === false) yield valueOf(bits.map((fails, i) => (i === at - 1 ? true : i === at ? false : fails)));
  }
}

/** Runs of requests that may pass. */
function gaps(bits: FaultSchedule): (readonly [start: number, length: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === true) continue;
    const start = i;
    while (i < bits.length && bits[i] === false) i++;
    found.push([start, i - start]);
  }
  return found;
}
