/** Plays operations of a trace; tells how many requests failed. */
export function play(arena, ops, from, to, slots) {
  let failures = 0;
  for (let i = from; i < to; i++) {
    const op = ops[i];
    const slot = op >> 6;
    if ((op & 1) !== 0) {
      const page = slots[slot];
      if (page >= 0 && ((op & 2) === 0 || (page & 1) !== 0)) {
        arena.free(page, op >> 2 & 15);
        slots[slot] = -1;
      }
    } else {
      const page = arena.alloc(op >> 2 & 15);
      slots[slot] = page;
      if (page < 0) failures++;
    }
  }
  return failures;
}
