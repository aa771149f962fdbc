// A buddy allocator with a stack of single pages in front, as a per-CPU list: batches of 31, at most 186.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ORDER 10
#define HELD 0x20
#define CACHED 0x40
#define INSIDE 0xff
#define BATCH 31
#define HIGH 186

typedef struct { int32_t next, prev; } Link;
static Link *links;
static uint8_t *state;
static int32_t counts[MAX_ORDER + 1];
static int32_t pages;
static uint32_t mask;
static int32_t stack[256];
static int cached;

static inline void list_add(int32_t page, int order) {
  int32_t list = pages + order, head = links[list].next;
  links[page].next = head;
  links[page].prev = list;
  links[head].prev = page;
  links[list].next = page;
  state[page] = order;
  counts[order]++;
  mask |= 1u << order;
}

static inline void list_del(int32_t page, int order) {
  int32_t next = links[page].next, prev = links[page].prev;
  links[prev].next = next;
  links[next].prev = prev;
  if (--counts[order] == 0) mask &= ~(1u << order);
}

static void arena_create(int32_t count) {
  pages = count;
  cached = 0;
  mask = 0;
  links = malloc(8l * (count + 16));
  state = malloc(count);
  memset(state, INSIDE, count);
  for (int order = 0; order <= MAX_ORDER; order++) {
    links[pages + order].next = links[pages + order].prev = pages + order;
    counts[order] = 0;
  }
  for (int32_t page = count - (1 << MAX_ORDER); page >= 0; page -= 1 << MAX_ORDER) list_add(page, MAX_ORDER);
}

static int32_t take(int order) {
  uint32_t fits = mask >> order;
  if (!fits) return -1;
  int from = order + __builtin_ctz(fits);
  int32_t page = links[pages + from].next;
  list_del(page, from);
  while (from > order) {
    from--;
    list_add(page + (1 << from), from);
  }
  return page;
}

static void put(int32_t page, int order) {
  state[page] = INSIDE;
  while (order < MAX_ORDER) {
    int32_t buddy = page ^ (1 << order);
    if (state[buddy] != order) break;
    list_del(buddy, order);
    state[buddy] = INSIDE;
    page &= buddy;
    order++;
  }
  list_add(page, order);
}

static __attribute__((noinline)) void drain(int count) {
  for (int i = 0; i < count; i++) put(stack[i], 0);
  memmove(stack, stack + count, 4 * (cached - count));
  cached -= count;
}

static inline int32_t arena_alloc(int order) {
  int32_t page;
  if (order == 0) {
    if (cached == 0) {
      while (cached < BATCH && (page = take(0)) >= 0) {
        state[page] = CACHED;
        stack[cached++] = page;
      }
      if (cached == 0) return -1;
    }
    page = stack[--cached];
  } else {
    page = take(order);
    if (page < 0 && cached) {
      drain(cached);
      page = take(order);
    }
    if (page < 0) return -1;
  }
  state[page] = HELD | order;
  return page;
}

static inline int arena_free(int32_t page, int order) {
  if ((uint32_t)page >= (uint32_t)pages || state[page] != (HELD | order)) return -1;
  if (order != 0) {
    put(page, order);
    return 0;
  }
  state[page] = CACHED;
  stack[cached++] = page;
  if (cached >= HIGH) drain(BATCH);
  return 0;
}

static long arena_bytes(void) { return 9l * pages; }
