// 64-byte units with an 8-byte header each; a freed block is looked for in a list of the used ones.
import { MemPool } from '@thi.ng/malloc';

class Arena {
  constructor(units) {
    this.pool = new MemPool({ size: units * 80 + 4096, align: 8, compact: true, split: true });
  }

  alloc(order) {
    const address = this.pool.malloc((64 << order) - 8);
    return address === 0 ? -1 : address >>> 3;
  }

  free(at) {
    if (!this.pool.free(at << 3)) throw new Error('a free was refused');
  }
}

export const create = (units) => new Arena(units);
