import { Buddy } from '@nopage/buddy';

class Arena {
  constructor(pages) {
    this.buddy = new Buddy({ pages });
  }

  alloc(order) {
    return this.buddy.alloc(order);
  }

  free(pfn, order) {
    this.buddy.free(pfn, order);
  }

  counts() {
    return Array.from({ length: this.buddy.maxOrder + 1 }, (_, order) => this.buddy.freeCount(order));
  }

  metaBytes() {
    return this.buddy.buffer.byteLength;
  }
}

export const create = (pages) => new Arena(pages);
export const createBulk = (pages) => new Buddy({ pages });
