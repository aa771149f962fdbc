/** Where what was found departs from what should be, in words: the first departure. */
export class Departures {
  first: string | null = null;

  /** Compares the named parts of what should be with what was found. */
  compare(whose: string, right: object, found: object): void {
    for (const [name, value] of Object.entries(right)) {
      const shown: unknown = (found as Readonly<Record<string, unknown>>)[name];
      if (JSON.stringify(shown) !== JSON.stringify(value)) this.say(`${whose} ${name} ${inWords(shown)}, and should have ${inWords(value)}`);
    }
  }

  say(departure: string): void {
    this.first ??= departure;
  }
}

const inWords = (value: unknown): string => (value === -Infinity ? 'never' : typeof value === 'string' ? shortName(value) : JSON.stringify(value));

/** A key that can be read in a message. */
export const shortName = (key: string): string => (key === '' ? '""' : key.length <= 60 ? key : `${key.slice(0, 10)}… (${key.length} characters)`);
