import { MmError, NO_PAGE, type PageAllocator } from '@nopage/mm';
import { taskOf } from './aftermath.js';
import { RecordingError } from './errors.js';
import { OperationKind, type Operation } from './operation.js';

/** No array of pages is longer. */
const MAX_BULK: number = 2 ** 20;

/** Makes recorded operations on an allocator, and says what came of each in a number. */
export class Player {
  private bulk: Int32Array = new Int32Array(1024);

  /**
   * @returns A request's frame, `NO_PAGE` for none; of a bulk request how many frames it got, `NO_PAGE` when they are
   *   others than the recorded ones; of anything else what {@link expectedOf} says.
   * @throws {RecordingError} `CORRUPT` for an operation that no allocator would have taken.
   */
  play(allocator: PageAllocator, operation: Operation): number {
    try {
      return this.make(allocator, operation);
    } catch (cause) {
      if (!isMisuse(cause)) throw cause;
      throw new RecordingError('CORRUPT', operation.line, `operation ${operation.index} can't be: ${cause.message}`, { cause });
    }
  }

  private make(allocator: PageAllocator, operation: Operation): number {
    const { order, gfp, pfn } = operation;
    switch (operation.kind) {
      case OperationKind.ALLOC:
      case OperationKind.ALLOC_MEMALLOC:
      case OperationKind.ALLOC_OOM_VICTIM: return allocator.allocAs(gfp, order, taskOf(operation.kind));
      case OperationKind.FREE: allocator.free(pfn, order); return pfn;
      case OperationKind.SPLIT: allocator.split(pfn, order); return pfn;
      case OperationKind.DRAIN: allocator.drain(); return NO_PAGE;
      case OperationKind.BULK: return this.makeBulk(allocator, operation);
    }
  }

  private makeBulk(allocator: PageAllocator, { gfp, wanted, frames, frameCount, index, line }: Operation): number {
    if (wanted <= 0) return 0;
    if (wanted > MAX_BULK) throw new RecordingError('CORRUPT', line, `operation ${index} can't be: it wants ${wanted} pages at once`);
    if (this.bulk.length < wanted) this.bulk = new Int32Array(wanted);
    const got = allocator.allocBulk(gfp as Parameters<PageAllocator['allocBulk']>[0], this.bulk, wanted);
    if (got !== frameCount) return got;
    for (let i = 0; i < got; i++) if (this.bulk[i] !== frames[i]) return NO_PAGE;
    return got;
  }
}

/** By its name: the error of the allocator's own core belongs to a package below `@nopage/mm`. */
const isMisuse = (cause: unknown): cause is Error => cause instanceof MmError || (cause instanceof Error && cause.name === 'MisuseError');

/** What {@link Player.play} returns when it comes out as recorded. */
export const expectedOf = ({ kind, frameCount, pfn }: Operation): number => (kind === OperationKind.BULK ? frameCount : pfn);

/** What came of an operation, in words. */
export function resultText({ kind }: Operation, result: number): string {
  if (kind === OperationKind.BULK) return result === NO_PAGE ? 'other frames' : `${result} frames`;
  return result === NO_PAGE ? 'refused' : `frame ${result.toString(16)}`;
}
