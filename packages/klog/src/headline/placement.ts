/** What the policy and the cpuset of a task confine it to, as printed. */
export interface Placement {
  readonly nodemask: string | null;
  readonly cpuset: string | null;
  readonly memsAllowed: string | null;
}

/** Reads `nodemask=(null),cpuset=/,mems_allowed=0`, whichever of the three a line has. */
export function placementIn(text: string): Placement {
  return {
    nodemask: /nodemask=(\(null\)|[0-9,-]*\d)?/.exec(text)?.[1] ?? null,
    cpuset: /[, ]cpuset=([^,\s]*)/.exec(text)?.[1] ?? null,
    memsAllowed: /mems_allowed=([0-9,-]*\d)?/.exec(text)?.[1] ?? null,
  };
}

const CPUSET = /^(.{1,16}?) cpuset=(\S*) mems_allowed=([0-9,-]*)$/;

/** `COMM cpuset=/ mems_allowed=0`, a line of its own from 4.11 to 4.20 and in OOM reports before. */
export function parseCpuset(text: string): { comm: string; cpuset: string; memsAllowed: string } | null {
  const found = text.includes(' cpuset=') ? CPUSET.exec(text) : null;
  return found === null ? null : { comm: found[1] ?? '', cpuset: found[2] ?? '', memsAllowed: found[3] ?? '' };
}
