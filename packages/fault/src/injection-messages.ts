import type { FaultAttributes } from './attributes.js';
import type { InjectorOptions } from './injector-options.js';
import { injectionText, type InjectionNumbers } from './message.js';
import { MessageLimit } from './message-limit.js';
import type { FaultRules } from './rules.js';
import { frameText, type StackEntry } from './stack.js';

/** Prints what `verbose` asks for of each injected failure, within the limit of the attributes. */
export class InjectionMessages {
  readonly #rules: FaultRules;
  readonly #seams: Pick<InjectorOptions, 'print' | 'now' | 'dump'>;
  readonly #frames: () => readonly StackEntry[];
  readonly #limit = new MessageLimit();
  #silenced = false;

  /** @param frames - The stack of who asked, innermost first: shown where the seams have no dump of their own. */
  constructor(rules: FaultRules, seams: Pick<InjectorOptions, 'print' | 'now' | 'dump'>, frames: () => readonly StackEntry[]) {
    this.#rules = rules;
    this.#seams = seams;
    this.#frames = frames;
  }

  /** Messages held back by the limit and not told yet. */
  get held(): number {
    return this.#limit.missed;
  }

  /** @param nowarn - Has the request `__GFP_NOWARN`? */
  // lib/fault-inject.c, fail_dump(), v6.12
  tell(numbers: InjectionNumbers, attributes: FaultAttributes, nowarn: boolean): void {
    const { print, now, dump } = this.#seams;
    const { verbose, verboseRatelimitIntervalMs, verboseRatelimitBurst } = attributes;
    if (nowarn && this.#rules.nowarnSilences === 'from-then-on') this.#silenced = true;
    if (this.#silenced || (nowarn && this.#rules.nowarnSilences === 'this-call')) return;
    if (verbose === 0 || print === undefined) return;
    const { allowed, toldMissed } = this.#limit.allows(verboseRatelimitIntervalMs, verboseRatelimitBurst, now?.() ?? 0);
    if (!allowed) return;
    const lines = toldMissed > 0 ? [`fail_dump: ${toldMissed} callbacks suppressed`] : [];
    lines.push(injectionText(numbers, this.#rules.message));
    if (verbose > 1) lines.push(dump ? dump() : this.#ownDump());
    print(lines.join('\n'));
  }

  #ownDump(): string {
    return ['Call Trace:', ...this.#frames().map((frame) => ` ${typeof frame === 'bigint' ? `0x${frame.toString(16)}` : frameText(frame)}`)].join('\n');
  }
}
