/* The heap of the engine and of the C library. Knows nothing of the core it runs on, so that the build machine can test it. */
#ifndef RPROC_HEAP_H
#define RPROC_HEAP_H

#include <stddef.h>
#include <stdint.h>

void heap_init(void *start, void *end);
/* More memory, which nobody else uses any more. */
void heap_add(void *start, void *end);
/* NULL when there is no block of `size` bytes. */
void *heap_alloc(size_t size);
void *heap_resize(void *block, size_t size);
void heap_free(void *block);
/* Bytes of the block that its owner may use. */
size_t heap_usable(const void *block);

/* All in bytes; `used` and `peak` count blocks with their rounding and size word, `reach` from the first heap's start on. */
struct heap_usage {
	size_t size;
	size_t used;
	size_t peak;
	size_t reach;
};
const struct heap_usage *heap_usage(void);

#endif
