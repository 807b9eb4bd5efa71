/*
 * The heap against a model: every block has bytes of its own that nobody else writes, what is free is together, and a
 * request fails only where nothing fits. Arguments: seed, operations. HEAP_C is the file under test, whose insides are seen.
 */
#include HEAP_C

#include <stdio.h>
#include <stdlib.h>

#define HEAP_BYTES 65536u
#define MORE_BYTES 5003u
#define LIVE 512u
#define CHECK_EVERY 64u

struct live {
	uint8_t *at;
	size_t size;
	uint8_t fill;
};

static struct live live[LIVE];
static uint32_t state;
static uint64_t failures;
static uint8_t *regions[2];
static size_t lengths[2];

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

static void expect(int holds, const char *what)
{
	if (holds)
		return;
	printf("broken: %s\n", what);
	exit(1);
}

/* Mostly what an engine asks for, now and then a buffer, rarely most of the heap. */
static size_t some_size(void)
{
	uint32_t kind = chance(100);

	if (kind < 70)
		return chance(96);
	if (kind < 95)
		return chance(1500);
	return chance(HEAP_BYTES + 2000u);
}

static struct block *first_block(size_t region)
{
	uintptr_t first = ((uintptr_t)regions[region] + WORD + UNIT - 1u) & ~(uintptr_t)(UNIT - 1u);

	return of_payload((void *)first);
}

static int in_its_list(const struct block *block)
{
	struct place at = place_of_payload(payload_of(block));

	for (const struct block *one = lists[at.level][at.list]; one; one = one->next) {
		if (one == block)
			return 1;
	}
	return 0;
}

/* Walks all blocks; the largest that is free. */
static size_t walk(void)
{
	size_t used = 0;
	size_t largest = 0;

	for (size_t region = 0; region < 2u; region++) {
		struct block *block = first_block(region);
		int before_free = 0;

		for (; payload_of(block) != 0; block = block_after(block)) {
			int is_free = (block->size & FREE) != 0;

			expect(((uintptr_t)to_payload(block) & (UNIT - 1u)) == 0, "a block is not aligned");
			expect(((block->size & BEFORE_FREE) != 0) == before_free, "a block does not know the one before");
			expect(!(is_free && before_free), "two free blocks lie side by side");
			expect(!is_free || in_its_list(block), "a free block is in no list");
			if (is_free && payload_of(block) > largest)
				largest = payload_of(block);
			if (!is_free)
				used += payload_of(block) + WORD;
			before_free = is_free;
		}
		expect(((block->size & BEFORE_FREE) != 0) == before_free, "the end does not know the block before");
		expect((uintptr_t)block < (uintptr_t)regions[region] + lengths[region], "the blocks go on behind the heap");
	}
	expect(used == heap_usage()->used, "the books do not hold what is used");
	expect(heap_usage()->peak >= used, "the peak is lower than what is used");
	return largest;
}

static void check_bytes(const struct live *one)
{
	for (size_t i = 0; i < one->size; i++)
		expect(one->at[i] == one->fill, "somebody wrote into a block");
}

static void took(struct live *one, uint8_t *at, size_t size)
{
	if (!at) {
		failures++;
		expect(rounded(size) == 0 || walk() < rounded(size), "a request failed though there is room");
		return;
	}
	expect(heap_usable(at) >= size, "a block is smaller than asked for");
	one->at = at;
	one->size = size;
	one->fill = (uint8_t)chance(256);
	memset(at, one->fill, size);
}

static void resize(struct live *one)
{
	size_t size = some_size() + 1u;
	size_t kept = size < one->size ? size : one->size;
	uint8_t *at = heap_resize(one->at, size);

	if (!at) {
		took(one, NULL, size);
		return;
	}
	for (size_t i = 0; i < kept; i++)
		expect(at[i] == one->fill, "a resized block lost its bytes");
	took(one, at, size);
}

static void step(void)
{
	struct live *one = &live[chance(LIVE)];

	if (!one->at) {
		size_t size = some_size();

		took(one, heap_alloc(size), size);
		return;
	}
	check_bytes(one);
	if (chance(3) == 0) {
		resize(one);
		return;
	}
	heap_free(one->at);
	one->at = NULL;
}

static uint8_t *region(size_t index, size_t bytes)
{
	lengths[index] = bytes;
	regions[index] = malloc(bytes);
	expect(regions[index] != NULL, "no memory on this machine");
	return regions[index];
}

int main(int argc, char **argv)
{
	expect(argc == 3, "arguments: seed, operations");
	state = (uint32_t)strtoul(argv[1], NULL, 10) * 2654435761u + 1u;
	uint8_t *start = region(0, HEAP_BYTES);

	/* No start is aligned on purpose. */
	regions[0] = start + 3;
	heap_init(start + 3, start + HEAP_BYTES);
	uint8_t *more = region(1, MORE_BYTES);

	heap_add(more, more + MORE_BYTES);
	size_t whole = walk();

	for (unsigned long i = strtoul(argv[2], NULL, 10); i != 0; i--) {
		step();
		if (i % CHECK_EVERY == 0)
			walk();
	}
	size_t reach = heap_usage()->reach;

	for (size_t i = 0; i < LIVE; i++) {
		if (live[i].at)
			check_bytes(&live[i]);
		heap_free(live[i].at);
	}
	expect(walk() == whole && heap_usage()->used == 0, "what was freed is not one block again");
	expect(reach > HEAP_BYTES / 2u && reach <= HEAP_BYTES, "the reach is not within the heap");
	expect(heap_alloc(SIZE_MAX) == NULL && heap_alloc(SIZE_MAX / 4u) == NULL, "no heap is that large");
	expect(heap_alloc(whole) != NULL && heap_alloc(HEAP_BYTES / 2u) == NULL, "the whole heap is one request");
	printf("failed requests: %llu\n", (unsigned long long)failures);
	free(start);
	free(more);
	return failures == 0;
}
