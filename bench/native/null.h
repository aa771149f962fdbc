// Allocates nothing: what the harness itself costs.
#include <stdint.h>

static int32_t pages, calls;
static void arena_create(int32_t count) { pages = count; calls = 0; }
static inline int32_t arena_alloc(int order) { (void)order; return calls++ & (pages - 1); }
static inline int arena_free(int32_t page, int order) { (void)page; (void)order; return 0; }
static long arena_bytes(void) { return 0; }
