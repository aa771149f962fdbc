import { Buddy } from '@nopage/buddy';

class Arena extends Buddy {
  freeCounts() {
    return Array.from({ length: this.maxOrder + 1 }, (_, order) => this.freeCount(order));
  }

  metaBytes() {
    return this.buffer.byteLength;
  }
}

export const create = (pages) => new Arena({ pages });
