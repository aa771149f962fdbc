/** The floors of the house, ground first. A package imports only from floors below its own. */
export const floors: readonly (readonly string[])[] = [
  ['@nopage/buddy', '@nopage/gfp'],
  ['@nopage/mm', '@nopage/klog', '@nopage/explain', '@nopage/reporter', '@nopage/fault', '@nopage/metrics'],
  ['@nopage/scenario', '@nopage/recording', '@nopage/arena'],
  ['@nopage/machine'],
  ['@nopage/demo'],
  // The command serves the demo too (`nopage demo`), so it stands on it.
  ['nopage'],
];

/** Who may use whom within what the floors allow, where that is less than everything below. */
export const onlyUses: Readonly<Record<string, readonly string[]>> = {
  '@nopage/klog': ['@nopage/gfp'],
  '@nopage/explain': ['@nopage/gfp'],
  '@nopage/reporter': ['@nopage/gfp'],
  '@nopage/fault': ['@nopage/gfp'],
  '@nopage/metrics': ['@nopage/gfp'],
  '@nopage/mm': ['@nopage/buddy', '@nopage/gfp'],
};

/** The floor of a package, counted from 0; -1 for one that is not of the house. */
export const floorOf = (name: string): number => floors.findIndex((floor) => floor.includes(name));

/** Whether `from` may import `to`; a package may always import itself. */
export function allows(from: string, to: string): boolean {
  if (from === to) return true;
  const only = onlyUses[from];
  return floorOf(to) >= 0 && floorOf(to) < floorOf(from) && (only === undefined || only.includes(to));
}
