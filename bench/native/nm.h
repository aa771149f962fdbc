// The limit: a buddy allocator with nothing that ours does not need either. Interleaved links, list heads first, one
// state byte a page, counts by order; no migratetypes, no occupancy mask. A free that is wrong is refused.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ORDER 10
#define FIRST 16
#define HELD 0x20
#define INSIDE 0xff

typedef struct { int32_t next, prev; } Link;
static Link *links;
static uint8_t *state;
static int32_t counts[16];
static int32_t pages;

static void arena_create(int32_t count) {
  pages = count;
  links = malloc(8l * (count + FIRST));
  state = malloc(count);
  memset(state, INSIDE, count);
  memset(counts, 0, sizeof counts);
  for (int list = 0; list < FIRST; list++) links[list].next = links[list].prev = list;
  int32_t prev = MAX_ORDER;
  for (int32_t page = 0; page < count; page += 1 << MAX_ORDER) {
    links[prev].next = page + FIRST;
    links[page + FIRST].prev = prev;
    state[page] = MAX_ORDER;
    prev = page + FIRST;
    counts[MAX_ORDER]++;
  }
  links[prev].next = MAX_ORDER;
  links[MAX_ORDER].prev = prev;
}

// Every list from `order` up to the one that is split is empty, so that the halves need no link to a neighbour.
static int32_t split(int order) {
  int from = order + 1;
  while (from <= MAX_ORDER && counts[from] == 0) from++;
  if (from > MAX_ORDER) return -1;
  int32_t node = links[from].next, next = links[node].next;
  links[from].next = next;
  links[next].prev = from;
  counts[from]--;
  int32_t page = node - FIRST;
  do {
    from--;
    int32_t upper = page + (1 << from), half = upper + FIRST;
    links[half].next = links[half].prev = from;
    links[from].next = links[from].prev = half;
    state[upper] = from;
    counts[from] = 1;
  } while (from > order);
  state[page] = HELD | order;
  return page;
}

static inline int32_t arena_alloc(int order) {
  int32_t node = links[order].next;
  if (node < FIRST) return split(order);
  int32_t next = links[node].next;
  links[order].next = next;
  links[next].prev = order;
  counts[order]--;
  int32_t page = node - FIRST;
  state[page] = HELD | order;
  return page;
}

static inline int arena_free(int32_t page, int order) {
  if ((uint32_t)page >= (uint32_t)pages || state[page] != (HELD | order)) return -1;
  int at = order;
  int32_t buddy = page ^ (1 << at);
  if (at < MAX_ORDER && state[buddy] == at) {
    state[page] = INSIDE;
    do {
      int32_t node = buddy + FIRST, next = links[node].next, prev = links[node].prev;
      links[prev].next = next;
      links[next].prev = prev;
      counts[at]--;
      state[buddy] = INSIDE;
      page &= buddy;
      at++;
      buddy = page ^ (1 << at);
    } while (at < MAX_ORDER && state[buddy] == at);
  }
  int32_t node = page + FIRST, head = links[at].next;
  links[node].next = head;
  links[node].prev = at;
  links[head].prev = node;
  links[at].next = node;
  state[page] = at;
  counts[at]++;
  return 0;
}

static long arena_bytes(void) { return 9l * pages; }
