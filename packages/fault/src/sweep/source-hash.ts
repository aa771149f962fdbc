const PRIME_LOW = 0x01b3;
const PRIME_HIGH = 0x0100;

/**
 * The hash of a source text that evidence is tied to, `fnv1a64:` and 16 hex digits: FNV-1a over its UTF-16 code units,
 * low byte first. It tells that a file has changed; it does not withstand somebody who wants a collision.
 */
export function sourceHash(text: string): string {
  // 64 bits as four limbs of 16, lowest first: products stay exact.
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (const byte of [unit & 0xff, unit >>> 8]) {
      a ^= byte;
      // The prime is 2^40 + 0x1b3: limbs shift by two and a half.
      const low = a * PRIME_LOW;
      const second = b * PRIME_LOW + (low >>> 16);
      const third = c * PRIME_LOW + a * PRIME_HIGH + (second >>> 16);
      const fourth = d * PRIME_LOW + b * PRIME_HIGH + Math.floor(third / 0x1_0000);
      a = low & 0xffff;
      b = second & 0xffff;
      c = third & 0xffff;
      d = fourth & 0xffff;
    }
  }
  return `fnv1a64:${[d, c, b, a].map((limb) => limb.toString(16).padStart(4, '0')).join('')}`;
}

/**
 * The hash of a site's source as it is now: what `proven(report, { hashOf })` of `@nopage/reporter` asks for.
 *
 * @param site - As a sweep names it: `parse (src/parse.js:12)`.
 * @param read - Text of a file, null when there is none.
 */
export function hashOfSite(site: string, read: (path: string) => string | null): string | null {
  const place = /\((.+):\d+\)$/.exec(site) ?? /^(.+):\d+$/.exec(site);
  const text = place?.[1] === undefined ? null : read(place[1]);
  return text === null ? null : sourceHash(text);
}
