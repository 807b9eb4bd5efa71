/* The engine's allocator: the heap, with the books that QuickJS decides by when to look for cycles. */
#include "native.h"

static void *engine_malloc(JSMallocState *state, size_t size)
{
	void *block = heap_alloc(size);

	if (block) {
		state->malloc_count++;
		state->malloc_size += heap_usable(block);
	}
	return block;
}

static void engine_free(JSMallocState *state, void *block)
{
	if (!block)
		return;
	state->malloc_count--;
	state->malloc_size -= heap_usable(block);
	heap_free(block);
}

static void *engine_realloc(JSMallocState *state, void *block, size_t size)
{
	if (!block)
		return size != 0 ? engine_malloc(state, size) : NULL;
	if (size == 0) {
		engine_free(state, block);
		return NULL;
	}
	size_t had = heap_usable(block);
	void *resized = heap_resize(block, size);

	if (resized)
		state->malloc_size = state->malloc_size - had + heap_usable(resized);
	return resized;
}

const JSMallocFunctions heap_functions = {
	engine_malloc,
	engine_free,
	engine_realloc,
	heap_usable,
};
