import type { FaultAttributesInput, FaultInjector } from '../../src/index.js';

/** One decision of a kernel, and the counters it left behind. */
export interface Decision {
  readonly op: number;
  readonly kind: number;
  readonly gfp: number;
  readonly order: number;
  readonly failed: boolean;
  /** probability/interval/times/space/count/fail_nth after the call. */
  readonly after: string;
}

export type Step = { readonly set: FaultAttributesInput & { count?: number } } | { readonly decision: Decision };

export interface Recording {
  readonly numa: boolean;
  readonly random: boolean;
  /** Return addresses inside the two caller functions, by `S kind`. */
  readonly callers: readonly bigint[];
  readonly steps: readonly Step[];
}

const camel = (key: string): string => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Reads a fault-injection recording (format of the recordings' README): `G`, `S kind`, `A` and `L` lines. */
export function readRecording(text: string): Recording {
  const symbols = new Map([...text.matchAll(/(pa_call_\w+)=([0-9a-f]+)/g)].map((m) => [m[1]!, BigInt(`0x${m[2]!}`)] as const));
  const steps: Step[] = [];
  let kind = 0;
  let random = false;
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    if (line.startsWith('S kind ')) kind = Number(words[2]);
    if (words[0] === 'G') {
      const [, , key, value] = words as [string, string, string, string];
      if (key === 'probability' && value !== '0' && value !== '100') random = true;
      steps.push({ set: { [camel(key)]: settingOf(key, value, symbols) } });
    }
    const after = / fi=(\S+)/.exec(line)?.[1];
    if (words[0] === 'A' && after !== undefined) {
      const [, op, , order, gfp] = words as [string, string, string, string, string];
      steps.push({ decision: { op: Number(op), kind, order: Number(order), gfp: parseInt(gfp, 16), failed: / = - ev=f+e /.test(line), after } });
    }
    if (words[0] === 'L' && after !== undefined) {
      const [, op, , , gfp] = words as [string, string, string, string, string];
      steps.push({ decision: { op: Number(op), kind, order: 0, gfp: parseInt(gfp, 16), failed: line.includes(' = 0: '), after } });
    }
  }
  const [a, b] = [symbols.get('pa_call_a') ?? 0n, symbols.get('pa_call_b') ?? 0n];
  return { numa: /\bnuma=1/.test(text), random, callers: [a + 5n, b + 5n], steps };
}

function settingOf(key: string, value: string, symbols: ReadonlyMap<string, bigint>): number | bigint | boolean {
  if (value.startsWith('@')) return symbols.get(value.slice(1))!;
  if (/^(ignore_|task_filter|make_it_fail)/.test(key)) return value !== '0';
  return Number(value);
}

/** The counters as the recordings print them. */
export function counters(injector: FaultInjector): string {
  const { probability, interval } = injector.attributes;
  return [probability, interval, injector.times, injector.space, injector.count, injector.failNth].join('/');
}
