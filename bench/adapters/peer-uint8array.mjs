// What one does without an allocator: a new array of 4096 bytes a page, dropped when it is freed. It is zeroed, too.
class Arena {
  constructor(pages) {
    this.blocks = new Array(pages).fill(null);
    this.unused = Array.from({ length: pages }, (_, i) => pages - 1 - i);
  }

  alloc(order) {
    const at = this.unused.pop();
    if (at === undefined) return -1;
    this.blocks[at] = new Uint8Array(4096 << order);
    return at;
  }

  free(at) {
    this.blocks[at] = null;
    this.unused.push(at);
  }
}

export const create = (pages) => new Arena(pages);
