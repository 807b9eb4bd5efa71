/*
 * harness IMAGE.elf da=.. pa=.. len=.. vring0=.. vring1=.. buffers=.. [service=NAME] [replies=N] [batch=N] [size=N]
 *         [vary=N] [warm=N] [count=N] [barriers=1]
 *
 * Boots the image, exchanges `warm` and then `count` messages in batches of `batch`, a kick each, and prints what
 * happened in the second part as JSON. `measured_turn` and the functions `phase_*` are what callgrind looks at.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ram ram;
static const char *service = "bench-echo";
static uint32_t dst;
static uint32_t size, vary, batch, replies;
static uint32_t posted;

static uint32_t number(int argc, char **argv, const char *name, uint32_t otherwise)
{
	size_t length = strlen(name);

	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
			return (uint32_t)strtoul(argv[i] + length + 1, NULL, 0);
	}
	return otherwise;
}

PHASE static void phase_driver_ok(void)
{
	remote_kick();
}

PHASE static void phase_first_message(void)
{
	remote_kick();
}

static uint64_t measured_turns;

PHASE static void measured_turn(void)
{
	measured_turns++;
	remote_kick();
}

static void post(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		/* With `vary` each buffer holds another size in each round. */
		driver_post(dst, posted / RPMSG_BUFFERS % 2 ? size + vary : size);
		posted++;
	}
}

static void exchange(uint32_t count, void (*turn)(void))
{
	for (uint32_t done = 0; done < count; done += batch) {
		post(batch);
		turn();
		driver_collect(batch, batch * replies, strcmp(service, "bench-echo") == 0);
	}
}

int main(int argc, char **argv)
{
	if (argc < 2)
		die("usage: harness IMAGE.elf da=.. pa=.. len=.. vring0=.. vring1=.. buffers=..");
	ram = (struct ram){
		.da = number(argc, argv, "da", 0),
		.pa = number(argc, argv, "pa", 0),
		.len = number(argc, argv, "len", 0),
	};
	ram.bytes = calloc(1, ram.len);
	if (ram.len == 0 || !ram.bytes)
		die("no memory of %u bytes", ram.len);
	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], "service=", 8) == 0)
			service = argv[i] + 8;
	}
	size = number(argc, argv, "size", 16);
	vary = number(argc, argv, "vary", 0);
	batch = number(argc, argv, "batch", 64);
	replies = number(argc, argv, "replies", 1);
	uint32_t warm = number(argc, argv, "warm", 1024);
	uint32_t count = number(argc, argv, "count", 6400);
	if (batch == 0 || warm % batch != 0 || count % batch != 0)
		die("warm=%u and count=%u are not whole batches of %u", warm, count, batch);

	struct driver_setup setup = {
		.vring_da = { number(argc, argv, "vring0", 0), number(argc, argv, "vring1", 0) },
		.buffers_da = number(argc, argv, "buffers", 0),
	};
	struct image image = load_image(&ram, argv[1]);
	driver_prepare(&ram, &image, &setup);
	phase_engine();
	phase_parse(&image);
	phase_run(&ram, &image, number(argc, argv, "barriers", 0) != 0);
	uint64_t heap = heap_bytes();
	driver_ok();
	phase_driver_ok();
	dst = driver_service(service);
	post(1);
	phase_first_message();
	driver_collect(1, replies, strcmp(service, "bench-echo") == 0);

	exchange(warm, remote_kick);
	uint64_t heap_before = heap_bytes();
	allocator_calls = (struct allocator_calls){ 0 };
	kicks_to_host = 0;
	exchange(count, measured_turn);
	struct allocator_calls calls = allocator_calls;
	printf("{\"messages\":%u,\"turns\":%llu,\"malloc\":%llu,\"realloc\":%llu,\"free\":%llu,\"kicksToHost\":%llu,"
	       "\"heapAtStart\":%llu,\"heapGrowth\":%lld,\"programBytes\":%u}\n",
	       count, (unsigned long long)measured_turns, (unsigned long long)calls.malloc,
	       (unsigned long long)calls.realloc, (unsigned long long)calls.free, (unsigned long long)kicks_to_host,
	       (unsigned long long)heap, (long long)(heap_bytes() - heap_before), image.program_len);
	return 0;
}
