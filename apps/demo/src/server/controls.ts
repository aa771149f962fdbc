import * as v from 'valibot';
import type { Controls } from '../protocol.js';

const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** What a page may change; anything else in the body is refused rather than ignored. */
const schema = v.strictObject({
  mtuBytes: v.optional(v.picklist([1500, 9000])),
  cachePressurePercent: v.optional(percent),
  policy: v.optional(v.string()),
  faultPercent: v.optional(percent),
  running: v.optional(v.boolean()),
});

/**
 * A change of the controls out of a request's body.
 *
 * @throws {RangeError} With the place and what was expected there.
 */
export function parseControls(body: unknown, policies: readonly string[]): Partial<Controls> {
  const result = v.safeParse(schema, body);
  if (!result.success) {
    const { path, message } = result.issues[0];
    throw new RangeError(`${path?.map(({ key }) => String(key)).join('.') ?? 'body'}: ${message}`);
  }
  const { policy } = result.output;
  if (policy !== undefined && !policies.includes(policy)) {
    throw new RangeError(`policy: '${policy}' is none of ${policies.join(', ')}`);
  }
  return Object.fromEntries(Object.entries(result.output).filter(([, value]) => value !== undefined));
}
