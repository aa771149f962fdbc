// Numbers only, one at a time: the order is not looked at.
import numberAllocator from 'number-allocator';

class Arena {
  constructor(pages) {
    this.pool = new numberAllocator.NumberAllocator(0, pages - 1);
  }

  alloc() {
    return this.pool.alloc() ?? -1;
  }

  free(number) {
    this.pool.free(number);
  }
}

export const create = (pages) => new Arena(pages);
