// As mm.mjs, with an allocator that has no seam for fault injection at all: the built package, with each question taken
// out of a copy of it.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GFP_HIGHUSER_MOVABLE } from '@nopage/gfp';

const built = fileURLToPath(new URL('.', import.meta.resolve('@nopage/mm')));
const copy = fileURLToPath(new URL(`../.cache/mm-no-seam-${process.pid}/`, import.meta.url));
const QUESTION = /(?<=\()fault !== null && fault\.armed !== false && fault\.shouldFail\([^)]*\)|(?<!function )injects\((?:this\.)?fault, [^)]*\)/g;

async function withoutSeam() {
  cpSync(built, copy, { recursive: true });
  let taken = 0;
  try {
    for (const name of readdirSync(copy, { recursive: true })) {
      if (!name.endsWith('.js')) continue;
      const file = new URL(name, `file://${copy}`);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(QUESTION, () => {
        taken++;
        return 'false';
      }));
    }
    const { PageAllocator } = await import(new URL('index.js', `file://${copy}`));
    if (taken === 0) throw new Error('no question of the fault injector was found to take out');
    return PageAllocator;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const PageAllocator = await withoutSeam();

class Arena {
  constructor(pages, options) {
    this.allocator = new PageAllocator({ zones: [{ name: 'Normal', pages }], minFreeKbytes: 128, ...options });
  }

  alloc(order) {
    return this.allocator.alloc(GFP_HIGHUSER_MOVABLE, order);
  }

  free(pfn, order) {
    this.allocator.free(pfn, order);
  }
}

export const create = (pages) => new Arena(pages, { pcp: false });
