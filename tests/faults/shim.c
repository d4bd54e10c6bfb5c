/* Makes calls of the system and of memory fail, in a program that knows nothing of it (LD_PRELOAD).

   KPFD_FAULT_CALL    the calls that fail: words of memory write sync rename open unlink; none where it is not set
   KPFD_FAULT_AT      the first call that fails, counted from 1 over all of these calls; 0 or not set: none
   KPFD_FAULT_FOREVER set: every call from there on fails, too
   KPFD_FAULT_COUNT   a file that gets the number of these calls at the end
   KPFD_FAULT_CLOCK   seconds since 1970 at which the clock of the day stands

   Calls count from main() on; what the loader does before is not ours. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum call { MEMORY = 1, WRITE = 2, SYNC = 4, RENAME = 8, OPEN = 16, UNLINK = 32 };

static unsigned failing;
static long first;
static int forever;
static const char* count_file;
static atomic_long calls;
static long clock_seconds;
static int has_clock;
static atomic_int ready;
static pid_t owner;

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* memory, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

static int fails(enum call call) {
  if (!atomic_load(&ready) || (failing & (unsigned)call) == 0) {
    return 0;
  }
  const long number = atomic_fetch_add(&calls, 1) + 1;
  return first > 0 && (number == first || (forever && number > first));
}

__attribute__((constructor)) static void begin(void) {
  const char* words = getenv("KPFD_FAULT_CALL");
  static const struct {
    const char* word;
    enum call call;
  } names[] = {{"memory", MEMORY}, {"write", WRITE}, {"sync", SYNC}, {"rename", RENAME}, {"open", OPEN}, {"unlink", UNLINK}};
  for (size_t i = 0; words != NULL && i < sizeof names / sizeof names[0]; ++i) {
    if (strstr(words, names[i].word) != NULL) {
      failing |= (unsigned)names[i].call;
    }
  }
  const char* at = getenv("KPFD_FAULT_AT");
  first = at != NULL ? strtol(at, NULL, 10) : 0;
  forever = getenv("KPFD_FAULT_FOREVER") != NULL;
  count_file = getenv("KPFD_FAULT_COUNT");
  const char* day = getenv("KPFD_FAULT_CLOCK");
  has_clock = day != NULL;
  clock_seconds = has_clock ? strtol(day, NULL, 10) : 0;
  owner = getpid();
  atomic_store(&ready, 1);
}

__attribute__((destructor)) static void end(void) {
  atomic_store(&ready, 0);
  if (count_file != NULL && getpid() == owner) {
    FILE* const file = fopen(count_file, "we");
    if (file != NULL) {
      fprintf(file, "%ld\n", atomic_load(&calls));
      fclose(file);
    }
  }
}

/* ---- memory ---- */

void* malloc(size_t size) {
  if (fails(MEMORY)) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  if (fails(MEMORY)) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_calloc(count, size);
}

void* realloc(void* memory, size_t size) {
  if (fails(MEMORY)) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_realloc(memory, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  if (fails(MEMORY)) {
    errno = ENOMEM;
    return NULL;
  }
  return __libc_memalign(alignment, size);
}

/* ---- files ---- */

#define NEXT(name) ((__typeof__(&name))(size_t)dlsym(RTLD_NEXT, #name))

static int broken(enum call call, int error) {
  if (!fails(call)) {
    return 0;
  }
  errno = error;
  return 1;
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(write)(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(pwrite)(descriptor, bytes, size, at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(pwrite64)(descriptor, bytes, size, at);
}
ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(writev)(descriptor, parts, count);
}
int ftruncate(int descriptor, off_t size) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(ftruncate)(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  return broken(WRITE, ENOSPC) ? -1 : NEXT(ftruncate64)(descriptor, size);
}
int fsync(int descriptor) { return broken(SYNC, EIO) ? -1 : NEXT(fsync)(descriptor); }
int fdatasync(int descriptor) { return broken(SYNC, EIO) ? -1 : NEXT(fdatasync)(descriptor); }
int rename(const char* from, const char* to) { return broken(RENAME, EIO) ? -1 : NEXT(rename)(from, to); }
int renameat(int folder, const char* from, int other, const char* to) {
  return broken(RENAME, EIO) ? -1 : NEXT(renameat)(folder, from, other, to);
}
int renameat2(int folder, const char* from, int other, const char* to, unsigned flags) {
  return broken(RENAME, EIO) ? -1 : NEXT(renameat2)(folder, from, other, to, flags);
}
int link(const char* from, const char* to) { return broken(RENAME, EIO) ? -1 : NEXT(link)(from, to); }
int linkat(int folder, const char* from, int other, const char* to, int flags) {
  return broken(RENAME, EIO) ? -1 : NEXT(linkat)(folder, from, other, to, flags);
}
int mkdir(const char* path, mode_t mode) { return broken(RENAME, EIO) ? -1 : NEXT(mkdir)(path, mode); }
int unlink(const char* path) { return broken(UNLINK, EIO) ? -1 : NEXT(unlink)(path); }
int unlinkat(int folder, const char* path, int flags) {
  return broken(UNLINK, EIO) ? -1 : NEXT(unlinkat)(folder, path, flags);
}

static mode_t mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? (mode_t)va_arg(more, unsigned) : 0;
}

#define OPENER(name)                                        \
  int name(const char* path, int flags, ...) {              \
    va_list more;                                           \
    va_start(more, flags);                                  \
    const mode_t mode = mode_of(flags, more);               \
    va_end(more);                                           \
    return broken(OPEN, EMFILE) ? -1 : NEXT(name)(path, flags, mode); \
  }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name)                                     \
  int name(int folder, const char* path, int flags, ...) {  \
    va_list more;                                           \
    va_start(more, flags);                                  \
    const mode_t mode = mode_of(flags, more);               \
    va_end(more);                                           \
    return broken(OPEN, EMFILE) ? -1 : NEXT(name)(folder, path, flags, mode); \
  }
OPENER_AT(openat)
OPENER_AT(openat64)

/* ---- the clock ---- */

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int result = NEXT(clock_gettime)(clock, now);
  if (has_clock && result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec = clock_seconds;
  }
  return result;
}
time_t time(time_t* now) {
  struct timespec found = {0};
  clock_gettime(CLOCK_REALTIME, &found);
  if (now != NULL) {
    *now = found.tv_sec;
  }
  return found.tv_sec;
}
int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  (void)zone;
  struct timespec found = {0};
  const int result = clock_gettime(CLOCK_REALTIME, &found);
  now->tv_sec = found.tv_sec;
  now->tv_usec = (suseconds_t)(found.tv_nsec / 1000);
  return result;
}
