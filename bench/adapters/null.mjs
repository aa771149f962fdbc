// Allocates nothing: what the harness itself costs.
export function create(pages) {
  let calls = 0;
  const mask = pages - 1;
  return { alloc: () => calls++ & mask, free: () => undefined, metaBytes: () => 0 };
}
