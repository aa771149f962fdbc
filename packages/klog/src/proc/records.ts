/** Counters of `/proc/vmstat`, by name. Lines that are none are passed over. */
export function parseVmstat(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^([a-z]\w*)[ \t]+(-?\d+)[ \t]*$/gm)) if (name !== undefined) values.set(name, Number(value));
  return values;
}

/** `/proc/meminfo` by name; what it prints in kB is given in bytes, counts (`HugePages_Total`) as they are. */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const [, name, value, unit] of text.matchAll(/^([A-Za-z][\w()]*):[ \t]+(\d+)(?:[ \t]+(kB))?[ \t]*$/gm)) {
    if (name !== undefined) values.set(name, Number(value) * (unit === undefined ? 1 : 1024));
  }
  return values;
}

/** One line of a pressure file: the share of time that somebody (`some`) or everybody (`full`) waited, in percent. */
export interface Pressure {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  /** Microseconds in all. */
  readonly totalUs: number;
}

/** `/proc/pressure/memory`; a line that the kernel doesn't print is null. */
export function parsePressure(text: string): { readonly some: Pressure | null; readonly full: Pressure | null } {
  const line = (kind: string): Pressure | null => {
    const found = new RegExp(`^${kind} avg10=([\\d.]+) avg60=([\\d.]+) avg300=([\\d.]+) total=(\\d+)`, 'm').exec(text);
    return found === null ? null : { avg10: Number(found[1]), avg60: Number(found[2]), avg300: Number(found[3]), totalUs: Number(found[4]) };
  };
  return { some: line('some'), full: line('full') };
}
