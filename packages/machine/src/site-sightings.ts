import type { Sightings } from '@nopage/explain';

const MAX_SITES = 1000;

/** How often each site has failed, and since when: what makes "seen once" different from "seen 900 times in 6 s". */
export class SiteSightings {
  readonly #sites = new Map<string, { seen: number; readonly firstAtMs: number }>();

  /** Notes a failure; sites beyond 1,000 are not kept apart and have no sightings. */
  note(site: string, atMs: number): void {
    const known = this.#sites.get(site);
    if (known !== undefined) known.seen++;
    else if (this.#sites.size < MAX_SITES) this.#sites.set(site, { seen: 1, firstAtMs: atMs });
  }

  /** Undefined for a site that has not failed. */
  of(site: string, atMs: number): Sightings | undefined {
    const known = this.#sites.get(site);
    return known === undefined ? undefined : { seen: known.seen, spanMs: Math.max(0, atMs - known.firstAtMs) };
  }
}
