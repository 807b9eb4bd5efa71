/* The remote side: QuickJS with an allocator that counts, and the hal that runtime/hal/hal.ts asks for. */
#include "harness.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

struct allocator_calls allocator_calls;
uint64_t kicks_to_host;

static JSRuntime *runtime;
static JSContext *context;
static JSValue program;
/* One ArrayBuffer over all memory; windows are offsets into it. */
static JSValue ram_buffer;
static struct ram *memory;
enum handler { ON_KICK, ON_ALARM, ON_JOBS_DONE, HANDLERS };
static JSValue handlers[HANDLERS];

static void *count_malloc(JSMallocState *state, size_t size)
{
	allocator_calls.malloc++;
	void *block = malloc(size);
	if (block) {
		state->malloc_count++;
		state->malloc_size += malloc_usable_size(block);
	}
	return block;
}

static void count_free(JSMallocState *state, void *block)
{
	if (!block)
		return;
	allocator_calls.free++;
	state->malloc_count--;
	state->malloc_size -= malloc_usable_size(block);
	free(block);
}

static void *count_realloc(JSMallocState *state, void *block, size_t size)
{
	if (!block)
		return size ? count_malloc(state, size) : NULL;
	if (size == 0) {
		count_free(state, block);
		return NULL;
	}
	allocator_calls.realloc++;
	state->malloc_size -= malloc_usable_size(block);
	block = realloc(block, size);
	if (!block)
		die("out of memory");
	state->malloc_size += malloc_usable_size(block);
	return block;
}

static size_t usable_size(const void *block)
{
	return malloc_usable_size((void *)(uintptr_t)block);
}

static const JSMallocFunctions allocator = {
	count_malloc,
	count_free,
	count_realloc,
	usable_size,
};

/* A program that throws has crashed. */
static JSValue checked(JSValue value)
{
	if (!JS_IsException(value))
		return value;
	JSValue error = JS_GetException(context);
	JSValue stack = JS_GetPropertyStr(context, error, "stack");
	const char *message = JS_ToCString(context, error);
	const char *trace = JS_ToCString(context, stack);
	die("the program threw: %s\n%s", message ? message : "?", trace ? trace : "");
}

static uint32_t uint_arg(JSValueConst value)
{
	uint32_t number;

	if (JS_ToUint32(context, &number, value) != 0)
		checked(JS_EXCEPTION);
	return number;
}

static JSValue hal_memory(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self;
	(void)argc;
	uint8_t *at = ram_at(memory, uint_arg(argv[0]), uint_arg(argv[1]));
	JSValue window = JS_NewObject(ctx);
	JS_SetPropertyStr(ctx, window, "buffer", JS_DupValue(ctx, ram_buffer));
	JS_SetPropertyStr(ctx, window, "offset", JS_NewUint32(ctx, (uint32_t)(at - memory->bytes)));
	return window;
}

/* `magic` is the width in bytes. */
static JSValue hal_read(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int magic)
{
	(void)self;
	(void)argc;
	uint32_t value = 0;
	memcpy(&value, ram_at(memory, uint_arg(argv[0]), (uint32_t)magic), (size_t)magic);
	return JS_NewUint32(ctx, value);
}

static JSValue hal_write(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int magic)
{
	(void)ctx;
	(void)self;
	(void)argc;
	uint32_t value = uint_arg(argv[1]);
	memcpy(ram_at(memory, uint_arg(argv[0]), (uint32_t)magic), &value, (size_t)magic);
	return JS_UNDEFINED;
}

static JSValue hal_barrier(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)ctx;
	(void)self;
	(void)argc;
	(void)argv;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return JS_UNDEFINED;
}

static JSValue hal_kick(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)ctx;
	(void)self;
	(void)argc;
	(void)argv;
	kicks_to_host++;
	return JS_UNDEFINED;
}

/* `magic` is the handler's place. */
static JSValue hal_on(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv, int magic)
{
	(void)self;
	(void)argc;
	JS_FreeValue(ctx, handlers[magic]);
	handlers[magic] = JS_DupValue(ctx, argv[0]);
	return JS_UNDEFINED;
}

static JSValue hal_now(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self;
	(void)argc;
	(void)argv;
	return JS_NewInt32(ctx, 0);
}

/* Nothing that is measured waits for an alarm. */
static JSValue hal_set_alarm(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)ctx;
	(void)self;
	(void)argc;
	(void)argv;
	return JS_UNDEFINED;
}

static JSValue hal_log(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	size_t offset, length, whole;

	(void)self;
	(void)argc;
	JSValue buffer = checked(JS_GetTypedArrayBuffer(ctx, argv[0], &offset, &length, NULL));
	const uint8_t *bytes = JS_GetArrayBuffer(ctx, &whole, buffer);
	if (bytes)
		fwrite(bytes + offset, 1, length, stderr);
	JS_FreeValue(ctx, buffer);
	return JS_UNDEFINED;
}

static JSValue hal_crash(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self;
	(void)argc;
	die("crash: %s\n%s", JS_ToCString(ctx, argv[0]), JS_ToCString(ctx, argv[1]));
}

static const JSCFunctionListEntry hal_functions[] = {
	JS_CFUNC_DEF("memory", 2, hal_memory),
	JS_CFUNC_MAGIC_DEF("read8", 1, hal_read, 1),
	JS_CFUNC_MAGIC_DEF("read16", 1, hal_read, 2),
	JS_CFUNC_MAGIC_DEF("read32", 1, hal_read, 4),
	JS_CFUNC_MAGIC_DEF("write8", 2, hal_write, 1),
	JS_CFUNC_MAGIC_DEF("write16", 2, hal_write, 2),
	JS_CFUNC_MAGIC_DEF("write32", 2, hal_write, 4),
	JS_CFUNC_DEF("kick", 1, hal_kick),
	JS_CFUNC_MAGIC_DEF("onKick", 1, hal_on, ON_KICK),
	JS_CFUNC_MAGIC_DEF("onAlarm", 1, hal_on, ON_ALARM),
	JS_CFUNC_MAGIC_DEF("onJobsDone", 1, hal_on, ON_JOBS_DONE),
	JS_CFUNC_DEF("now", 0, hal_now),
	JS_CFUNC_DEF("setAlarm", 1, hal_set_alarm),
	JS_CFUNC_DEF("log", 1, hal_log),
	JS_CFUNC_DEF("crash", 2, hal_crash),
};

/* What the hal of a core with weakly ordered memory has besides. */
static const JSCFunctionListEntry ordering_functions[] = {
	JS_CFUNC_DEF("barrier", 0, hal_barrier),
	JS_CFUNC_MAGIC_DEF("store16", 2, hal_write, 2),
};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void make_hal(const struct image *image, int barriers)
{
	JSValue global = JS_GetGlobalObject(context);
	JSValue hal = JS_NewObject(context);
	JSValue table = JS_NewObject(context);

	JS_SetPropertyStr(context, table, "da", JS_NewUint32(context, image->table_da));
	JS_SetPropertyStr(context, table, "len", JS_NewUint32(context, image->table_len));
	JS_SetPropertyStr(context, hal, "table", table);
	JS_SetPropertyFunctionList(context, hal, hal_functions, COUNT(hal_functions));
	if (barriers)
		JS_SetPropertyFunctionList(context, hal, ordering_functions, COUNT(ordering_functions));
	JS_SetPropertyStr(context, global, "__rproc_hal", hal);
	JS_FreeValue(context, global);
}

PHASE void phase_engine(void)
{
	runtime = JS_NewRuntime2(&allocator, NULL);
	context = runtime ? JS_NewContext(runtime) : NULL;
	if (!context)
		die("the engine does not start");
	for (int i = 0; i < HANDLERS; i++)
		handlers[i] = JS_UNDEFINED;
}

PHASE void phase_parse(const struct image *image)
{
	/* The parser wants a zero behind the text. */
	char *text = malloc(image->program_len + 1u);

	if (!text)
		die("out of memory");
	memcpy(text, image->program, image->program_len);
	text[image->program_len] = 0;
	program = checked(JS_Eval(context, text, image->program_len, "firmware.js",
				  JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY));
	free(text);
}

static void run_jobs(void)
{
	JSContext *at;

	while (JS_IsJobPending(runtime)) {
		while (JS_IsJobPending(runtime)) {
			if (JS_ExecutePendingJob(runtime, &at) < 0)
				checked(JS_EXCEPTION);
		}
		JS_FreeValue(context, checked(JS_Call(context, handlers[ON_JOBS_DONE], JS_UNDEFINED, 0, NULL)));
	}
}

PHASE void phase_run(struct ram *ram, const struct image *image, int barriers)
{
	memory = ram;
	ram_buffer = checked(JS_NewArrayBuffer(context, ram->bytes, ram->len, NULL, NULL, 0));
	make_hal(image, barriers);
	JS_FreeValue(context, checked(JS_EvalFunction(context, program)));
	run_jobs();
	if (JS_IsUndefined(handlers[ON_KICK]))
		die("the program asked for no kicks");
}

void remote_kick(void)
{
	JS_FreeValue(context, checked(JS_Call(context, handlers[ON_KICK], JS_UNDEFINED, 0, NULL)));
	run_jobs();
}

uint64_t heap_bytes(void)
{
	JSMemoryUsage usage;

	JS_ComputeMemoryUsage(runtime, &usage);
	return (uint64_t)usage.malloc_size;
}
