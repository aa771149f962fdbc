// 64-byte units with an 8-byte header each.
import malloc from 'malloc';

const Allocator = malloc.default ?? malloc;

class Arena {
  constructor(units) {
    this.pool = new Allocator(new ArrayBuffer(units * 80 + 65_536));
  }

  alloc(order) {
    const address = this.pool.alloc((64 << order) - 8);
    return address === 0 ? -1 : address >>> 3;
  }

  free(at) {
    this.pool.free(at << 3);
  }
}

export const create = (units) => new Arena(units);
