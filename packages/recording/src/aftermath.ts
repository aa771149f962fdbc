import { TaskFlag, type PageAllocator } from '@nopage/mm';
import { OperationKind, type Operation } from './operation.js';

/** Bits of the task that makes a request, by the kind of operation. */
export function taskOf(kind: OperationKind): number {
  return kind === OperationKind.ALLOC_MEMALLOC ? TaskFlag.MEMALLOC : kind === OperationKind.ALLOC_OOM_VICTIM ? TaskFlag.OOM_VICTIM : 0;
}

/**
 * An allocator from its first result on that is not the recorded one. It goes on with what was recorded, as far as it
 * can, its own frames standing for the recorded ones: the next state then shows what the difference came to.
 */
export class Aftermath {
  readonly allocator: PageAllocator;
  private readonly own = new Map<number, number>();

  /** @param got - Its own frame in place of the operation's, negative for none. */
  constructor(allocator: PageAllocator, operation: Operation, got: number) {
    this.allocator = allocator;
    if (operation.kind !== OperationKind.BULK) this.note(operation.pfn, got, operation.order);
  }

  /** Makes an operation that can be made; any other changes nothing. */
  take(operation: Operation): void {
    const { allocator } = this;
    const { kind, order, gfp, pfn } = operation;
    try {
      switch (kind) {
        case OperationKind.FREE: allocator.free(this.ownOf(pfn), order); return;
        case OperationKind.SPLIT: this.split(pfn, order); return;
        case OperationKind.DRAIN: allocator.drain(); return;
        case OperationKind.BULK: for (let i = 0; i < operation.frameCount; i++) this.note(operation.frames[i]!, allocator.allocAs(gfp, 0, 0), 0); return;
        default: this.note(pfn, allocator.allocAs(gfp, order, taskOf(kind)), order);
      }
    } catch {
      // Astray, it need not have what is freed here.
    }
  }

  private split(pfn: number, order: number): void {
    const own = this.ownOf(pfn);
    this.allocator.split(own, order);
    for (let i = 0; own !== pfn && i < 1 << order; i++) this.own.set(pfn + i, own + i);
  }

  /** What was refused when it was recorded is not kept. */
  private note(recorded: number, got: number, order: number): void {
    if (got < 0 || got === recorded) return;
    if (recorded < 0) this.allocator.free(got, order);
    else this.own.set(recorded, got);
  }

  private ownOf(pfn: number): number {
    const own = this.own.get(pfn) ?? pfn;
    this.own.delete(pfn);
    return own;
  }
}
