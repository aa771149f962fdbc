export type Labels = Readonly<Record<string, string>>;

/** Label objects by their values: the same values give the same object, so a writer may remember what it made of it. */
export interface LabelTable {
  labelsOf(values: readonly string[]): Labels;
}

const MAX_REMEMBERED = 10_000;

/** A table for one family. It forgets everything when it grows past what any bounded family has. */
export function labelTable(names: readonly string[]): LabelTable {
  const known = new Map<string, Labels>();
  return {
    labelsOf(values) {
      const key = values.join('\u0000');
      let labels = known.get(key);
      if (labels === undefined) {
        if (known.size >= MAX_REMEMBERED) known.clear();
        labels = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
        known.set(key, labels);
      }
      return labels;
    },
  };
}
