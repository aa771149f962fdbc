import type { Line, Sink } from '@nopage/reporter';

interface Waiting {
  readonly text: string;
  readonly taken: () => void;
  readonly refused: (error: unknown) => void;
}

export interface OutboxOptions {
  /** A line as it is printed. */
  readonly format: (line: Line) => string;
  readonly print: (text: string) => Promise<void>;
  /** Called before lines leave: what must be on disk by then is written here. */
  readonly beforePrint: () => void;
  /** Called when they have left. */
  readonly afterPrint: () => void;
}

/**
 * Lines on their way out. Each is pending in the reporter's books until it is printed; whoever stops us before that
 * finds them held, and none is printed twice.
 */
export class Outbox implements Sink {
  private waiting: Waiting[] = [];
  private leaving: Promise<void> | null = null;
  private readonly options: OutboxOptions;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  write(line: Line): Promise<void> {
    const text = this.options.format(line);
    return new Promise((taken, refused) => {
      this.waiting.push({ text, taken, refused });
      this.leaving ??= this.leave();
    });
  }

  /** Resolves when nothing waits any more. */
  async empty(): Promise<void> {
    while (this.leaving !== null) await this.leaving;
  }

  private async leave(): Promise<void> {
    // What is being read now is read to its end first: one write for all its lines.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const some = this.waiting;
      try {
        this.options.beforePrint();
        this.waiting = [];
        await this.options.print(some.map(({ text }) => text).join(''));
        for (const { taken } of some) taken();
        this.options.afterPrint();
      } catch (error) {
        this.waiting = this.waiting.filter((one) => !some.includes(one));
        for (const { refused } of some) refused(error);
      }
    }
    this.leaving = null;
  }
}
