/* What the C library wants of a system below it. Its malloc is the engine's heap; there are no files and no processes. */
#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "native.h"

#if !defined(__PICOLIBC__)
/* newlib's own callers have a state for each thread, of which there is one. */
#include <reent.h>

void *_malloc_r(struct _reent *state, size_t size)
{
	(void)state;
	return malloc(size);
}

void _free_r(struct _reent *state, void *block)
{
	(void)state;
	free(block);
}

void *_realloc_r(struct _reent *state, void *block, size_t size)
{
	(void)state;
	return realloc(block, size);
}
#endif

void *malloc(size_t size)
{
	return heap_alloc(size != 0 ? size : 1u);
}

void free(void *block)
{
	heap_free(block);
}

void *realloc(void *block, size_t size)
{
	return heap_resize(block, size);
}

size_t malloc_usable_size(void *block)
{
	return block ? heap_usable(block) : 0;
}

/* Time of day is time since reset: there is no other clock. */
int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	uint64_t ticks = clock_ticks();
	uint64_t hz = rproc_board.timer_hz;

	(void)zone;
	now->tv_sec = (time_t)(ticks / hz);
	now->tv_usec = (suseconds_t)(ticks % hz * 1000000u / hz);
	return 0;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	struct timeval time;

	(void)id;
	gettimeofday(&time, NULL);
	now->tv_sec = time.tv_sec;
	now->tv_nsec = (long)time.tv_usec * 1000L;
	return 0;
}

_Noreturn void abort(void)
{
	crash(RPROC_CRASH_CAUSE_EXCEPTION, "abort() was called in the engine", "");
}

_Noreturn void _exit(int status)
{
	(void)status;
	crash(RPROC_CRASH_CAUSE_EXCEPTION, "exit() was called in the engine", "");
}

/* Of assert(); the engine is built without, the C library may not be. */
_Noreturn void __assert_func(const char *file, int line, const char *function, const char *expression)
{
	(void)file;
	(void)line;
	(void)function;
	crash(RPROC_CRASH_CAUSE_EXCEPTION, expression, "");
}
