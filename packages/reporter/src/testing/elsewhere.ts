/** The environment of a Node process, which names the time zone. */
interface Environment {
  readonly process?: { readonly env?: Record<string, string | undefined> };
}

/** Runs with clocks, a time zone and a die that are not the machine's, as two machines would. */
export function elsewhere<T>(now: number, die: number, zone: string, body: () => T): T {
  const { Date: ThisDate, performance } = globalThis as { Date: DateConstructor; performance?: object };
  const random = Math.random;
  const monotonic = performance && Object.getOwnPropertyDescriptor(performance, 'now');
  const env = (globalThis as Environment).process?.env;
  const home = env?.['TZ'];
  const clock = function (this: unknown, ...given: readonly never[]): unknown {
    // Called without `new`, it is a text.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- A function that may be called either way.
    if (new.target === undefined) return new ThisDate(now).toString();
    return Reflect.construct(ThisDate, given.length === 0 ? [now] : given, new.target);
  };
  Object.setPrototypeOf(clock, ThisDate);
  globalThis.Date = Object.assign(clock, { now: () => now, prototype: ThisDate.prototype }) as unknown as DateConstructor;
  Math.random = () => die;
  if (performance) Object.defineProperty(performance, 'now', { value: () => now, configurable: true, writable: true });
  if (env) env['TZ'] = zone;
  try {
    return body();
  } finally {
    globalThis.Date = ThisDate;
    Math.random = random;
    if (performance && monotonic) Object.defineProperty(performance, 'now', monotonic);
    else if (performance) Reflect.deleteProperty(performance, 'now');
    if (env && home === undefined) delete env['TZ'];
    else if (env) env['TZ'] = home;
  }
}
