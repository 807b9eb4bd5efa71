/*
 * The heap of the engine and of the C library: two-level segregated fit with boundary tags. Allocating and freeing take a
 * constant number of steps; blocks of up to 256 bytes (on 32-bit cores) have a list for each size.
 *
 * A block is one word of size, then the payload. The word in front of that one belongs to the block before: only while that
 * is free it holds its address, so that neighbours join at once. Totals (size word and payload) are multiples of two words.
 */
#include <stdbool.h>
#include <string.h>

#include "heap.h"

#define WORD sizeof(size_t)
#define UNIT (2u * WORD)
#define MIN_PAYLOAD (3u * WORD)

/* Flags in the size word. */
#define FREE ((size_t)1)
#define BEFORE_FREE ((size_t)2)
#define FLAGS (FREE | BEFORE_FREE)

/* Lists of a level; levels double. Level 0 and 1 together have one list for each total of up to 32 units. */
#define LISTS_LOG2 4u
#define LISTS (1u << LISTS_LOG2)
#define LEVELS 22u
/* What the levels can tell apart: a heap is not larger. */
#define LARGEST (UNIT << (LEVELS + LISTS_LOG2 - 1u))

struct block {
	struct block *before; /* the last word of the block before, valid while that is free */
	size_t size;          /* payload bytes and flags */
	struct block *next;   /* list, while free: the payload's first words */
	struct block *prev;
};

static struct block *lists[LEVELS][LISTS];
static uint32_t levels_used;
static uint32_t lists_used[LEVELS];
static uintptr_t heap_start;
static uintptr_t heap_end;
/* Kept here, not in the status record, which lies in uncached memory where the core has caches. */
static struct heap_usage usage;

static size_t payload_of(const struct block *block)
{
	return block->size & ~FLAGS;
}

static void *to_payload(struct block *block)
{
	return &block->next;
}

static struct block *of_payload(const void *payload)
{
	return (struct block *)((uintptr_t)payload - offsetof(struct block, next));
}

static struct block *block_after(struct block *block)
{
	return (struct block *)((uintptr_t)to_payload(block) + payload_of(block) - WORD);
}

/* The payload that a request of `size` bytes gets; 0 for one that no heap can have. */
static size_t rounded(size_t size)
{
	if (size > UINT32_MAX / 4u)
		return 0;
	if (size < MIN_PAYLOAD)
		size = MIN_PAYLOAD;
	return ((size + WORD + UNIT - 1u) & ~(UNIT - 1u)) - WORD;
}

static uint32_t log2_of(uint32_t value)
{
	return 31u - (uint32_t)__builtin_clz(value);
}

struct place {
	uint32_t level;
	uint32_t list;
};

static struct place place_of(uint32_t units)
{
	struct place place = { 0, units };

	if (units >= LISTS) {
		uint32_t log2 = log2_of(units);

		place.level = log2 - LISTS_LOG2 + 1u;
		place.list = (units >> (log2 - LISTS_LOG2)) & (LISTS - 1u);
	}
	return place;
}

static struct place place_of_payload(size_t payload)
{
	return place_of((uint32_t)((payload + WORD) / UNIT));
}

static void list_add(struct block *block)
{
	struct place at = place_of_payload(payload_of(block));
	struct block *first = lists[at.level][at.list];

	block->prev = NULL;
	block->next = first;
	if (first)
		first->prev = block;
	lists[at.level][at.list] = block;
	levels_used |= 1u << at.level;
	lists_used[at.level] |= 1u << at.list;
}

static void list_remove(struct block *block)
{
	if (block->next)
		block->next->prev = block->prev;
	if (block->prev) {
		block->prev->next = block->next;
		return;
	}
	struct place at = place_of_payload(payload_of(block));

	lists[at.level][at.list] = block->next;
	if (block->next)
		return;
	lists_used[at.level] &= ~(1u << at.list);
	if (lists_used[at.level] == 0)
		levels_used &= ~(1u << at.level);
}

/* The request's own list may have a block that is large enough. Only looked through when nothing larger is left. */
static struct block *find_in_own_list(size_t payload)
{
	struct place at = place_of_payload(payload);
	struct block *block = at.level < LEVELS ? lists[at.level][at.list] : NULL;

	while (block && payload_of(block) < payload)
		block = block->next;
	return block;
}

/* A free block of at least `payload` bytes from the first list whose blocks are all large enough; NULL when there is none. */
static struct block *find(size_t payload)
{
	uint32_t units = (uint32_t)((payload + WORD) / UNIT);

	/* Blocks of one list differ by less than its step: the request is rounded up to the next list. */
	if (units >= 2u * LISTS)
		units += (1u << (log2_of(units) - LISTS_LOG2)) - 1u;
	struct place at = place_of(units);

	if (at.level >= LEVELS)
		return NULL;
	uint32_t fit = lists_used[at.level] & (UINT32_MAX << at.list);

	if (fit == 0) {
		uint32_t above = at.level + 1u < LEVELS ? levels_used & (UINT32_MAX << (at.level + 1u)) : 0;

		if (above == 0)
			return NULL;
		at.level = (uint32_t)__builtin_ctz(above);
		fit = lists_used[at.level];
	}
	return lists[at.level][__builtin_ctz(fit)];
}

/* `block`, in use or about to be, keeps `payload` bytes; the rest becomes a free block where it is large enough for one. */
static void trim(struct block *block, size_t payload)
{
	size_t had = payload_of(block);

	if (had - payload < MIN_PAYLOAD + WORD)
		return;
	block->size = payload | (block->size & FLAGS);
	struct block *rest = block_after(block);
	struct block *after;

	rest->size = had - payload - WORD;
	after = block_after(rest);
	if (after->size & FREE) {
		list_remove(after);
		rest->size += payload_of(after) + WORD;
		after = block_after(rest);
	}
	rest->size |= FREE;
	after->before = rest;
	after->size |= BEFORE_FREE;
	list_add(rest);
}

static void count(size_t taken, const struct block *block)
{
	uintptr_t end = (uintptr_t)&block->next + payload_of(block);

	usage.used += taken;
	if (usage.used > usage.peak)
		usage.peak = usage.used;
	/* What was added later lies elsewhere. */
	if (end <= heap_end && end > heap_start + usage.reach)
		usage.reach = end - heap_start;
}

void heap_add(void *start, void *end)
{
	/* The first payload is aligned to a unit; the size word lies in front of it. */
	uintptr_t first = ((uintptr_t)start + WORD + UNIT - 1u) & ~(uintptr_t)(UNIT - 1u);
	uintptr_t last = (uintptr_t)end & ~(uintptr_t)(UNIT - 1u);
	struct block *block = of_payload((void *)first);
	struct block *fence;

	if (last < first + 2u * UNIT)
		return;
	if (last - first >= LARGEST)
		last = first + LARGEST - UNIT;
	usage.size += last - first;
	/* Behind the block: the size word of a block of nothing, in use for ever. */
	block->size = (last - first - WORD) | FREE;
	fence = block_after(block);
	fence->size = BEFORE_FREE;
	fence->before = block;
	list_add(block);
}

void heap_init(void *start, void *end)
{
	memset(lists, 0, sizeof(lists));
	memset(lists_used, 0, sizeof(lists_used));
	memset(&usage, 0, sizeof(usage));
	levels_used = 0;
	heap_start = (uintptr_t)start;
	heap_end = (uintptr_t)end;
	heap_add(start, end);
}

void *heap_alloc(size_t size)
{
	size_t payload = rounded(size);
	struct block *block;

	if (payload == 0)
		return NULL;
	block = find(payload);
	if (!block)
		block = find_in_own_list(payload);
	if (!block)
		return NULL;
	list_remove(block);
	block->size &= ~FREE;
	block_after(block)->size &= ~BEFORE_FREE;
	trim(block, payload);
	count(payload_of(block) + WORD, block);
	return to_payload(block);
}

void heap_free(void *payload)
{
	if (!payload)
		return;
	struct block *block = of_payload(payload);
	struct block *after;

	usage.used -= payload_of(block) + WORD;
	if (block->size & BEFORE_FREE) {
		struct block *before = block->before;

		list_remove(before);
		before->size += payload_of(block) + WORD;
		block = before;
	}
	after = block_after(block);
	if (after->size & FREE) {
		list_remove(after);
		block->size += payload_of(after) + WORD;
		after = block_after(block);
	}
	block->size |= FREE;
	after->before = block;
	after->size |= BEFORE_FREE;
	list_add(block);
}

/* Grows into a free block behind; false where there is none that is large enough. */
static bool grow(struct block *block, size_t payload)
{
	struct block *after = block_after(block);
	size_t had = payload_of(block);

	if (!(after->size & FREE) || had + payload_of(after) + WORD < payload)
		return false;
	list_remove(after);
	block->size += payload_of(after) + WORD;
	block_after(block)->size &= ~BEFORE_FREE;
	trim(block, payload);
	count(payload_of(block) - had, block);
	return true;
}

void *heap_resize(void *payload, size_t size)
{
	if (!payload)
		return heap_alloc(size);
	if (size == 0) {
		heap_free(payload);
		return NULL;
	}
	struct block *block = of_payload(payload);
	size_t had = payload_of(block);
	size_t wanted = rounded(size);

	if (wanted == 0)
		return NULL;
	if (wanted <= had) {
		trim(block, wanted);
		usage.used -= had - payload_of(block);
		return payload;
	}
	if (grow(block, wanted))
		return payload;
	void *moved = heap_alloc(size);

	if (!moved)
		return NULL;
	memcpy(moved, payload, had);
	heap_free(payload);
	return moved;
}

size_t heap_usable(const void *payload)
{
	return payload_of(of_payload(payload));
}

const struct heap_usage *heap_usage(void)
{
	return &usage;
}
