// Plays a trace (see traces.mjs) against one allocator, or builds arenas. Prints one line of JSON.
//   driver trace FILE        ns an operation, by segment of 20,000 operations
//   driver construct PAGES   milliseconds of the first arena of this process
#define _GNU_SOURCE
#include ALLOCATOR
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 20000

typedef struct { double wall, cpu; } Moment;

static Moment now(void) {
  struct timespec wall, cpu;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  clock_gettime(CLOCK_MONOTONIC, &wall);
  return (Moment){ wall.tv_sec * 1e9 + wall.tv_nsec, cpu.tv_sec * 1e9 + cpu.tv_nsec };
}

// Nanoseconds since `start`; those of the CPU where the process was put aside meanwhile. As child.mjs does it.
static double since(Moment start) {
  Moment end = now();
  double wall = end.wall - start.wall, cpu = end.cpu - start.cpu;
  return cpu < 0.97 * wall ? cpu : wall;
}

static __attribute__((noinline)) long play(const int32_t *ops, long count, int32_t *slots) {
  long failures = 0;
  for (long i = 0; i < count; i++) {
    int32_t op = ops[i], slot = op >> 6;
    if (op & 1) {
      int32_t page = slots[slot];
      if (page >= 0 && (!(op & 2) || (page & 1))) {
        if (arena_free(page, (op >> 2) & 15)) {
          fprintf(stderr, "a free was refused\n");
          exit(3);
        }
        slots[slot] = -1;
      }
    } else {
      int32_t page = arena_alloc((op >> 2) & 15);
      slots[slot] = page;
      if (page < 0) failures++;
    }
  }
  return failures;
}

static int construct(int32_t count) {
  Moment start = now();
  arena_create(count);
  printf("{\"createMs\":%.3f}\n", since(start) / 1e6);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
  if (strcmp(argv[1], "construct") == 0) return construct(atoi(argv[2]));
  int file = open(argv[2], O_RDONLY);
  struct stat info;
  if (file < 0 || fstat(file, &info) != 0) return 1;
  int32_t *trace = malloc(info.st_size);
  for (long got = 0; got < info.st_size;) {
    long n = read(file, (char *)trace + got, info.st_size - got);
    if (n <= 0) return 1;
    got += n;
  }
  int segments = trace[3];
  int32_t *slots = malloc(4l * trace[2]);
  memset(slots, 0xff, 4l * trace[2]);
  arena_create(trace[1]);
  const int32_t *ops = trace + 4 + 2 * segments;
  long failures = 0;
  printf("{\"metaBytes\":%ld,\"chunks\":[", arena_bytes());
  for (int s = 0, first = 1; s < segments; s++) {
    long left = trace[4 + 2 * s];
    int tag = trace[5 + 2 * s];
    if (tag == 0) {
      failures += play(ops, left, slots);
      ops += left;
      continue;
    }
    while (left > 0) {
      long n = left < CHUNK ? left : CHUNK;
      Moment start = now();
      failures += play(ops, n, slots);
      printf("%s[%d,%.3f]", first ? "" : ",", tag, since(start) / n);
      first = 0;
      ops += n;
      left -= n;
    }
  }
  printf("],\"failures\":%ld}\n", failures);
  return 0;
}
