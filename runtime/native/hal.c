/*
 * The hal as JavaScript sees it (runtime/hal/hal.ts), without `kick` and `onRequest`: those go through the mailbox driver,
 * which is TypeScript over read32 and write32.
 */
#include "native.h"

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

uint64_t hal_alarm_at = CLOCK_NEVER;

/* One ArrayBuffer over each range of memory, made when it is first asked for. */
#define MAX_RANGES 16
static JSValue buffers[MAX_RANGES];
static JSAtom buffer_name;
static JSAtom offset_name;

static bool to_uint32(JSContext *context, uint32_t *number, JSValueConst value)
{
	return JS_ToUint32(context, number, value) == 0;
}

static void keep(JSRuntime *runtime, void *opaque, void *bytes)
{
	(void)runtime;
	(void)opaque;
	(void)bytes;
}

static JSValue hal_memory(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	uint32_t da;
	uint32_t len;
	const struct rproc_range *ranges = board_ranges();

	(void)self;
	(void)argc;
	if (!to_uint32(context, &da, argv[0]) || !to_uint32(context, &len, argv[1]))
		return JS_EXCEPTION;
	int32_t at = memory_range(da, len);

	if (at < 0 || at >= MAX_RANGES)
		return JS_ThrowRangeError(context, "no memory at device address 0x%x, %u bytes: the board has none there",
					  (unsigned)da, (unsigned)len);
	if (JS_IsUndefined(buffers[at])) {
		uint8_t *bytes = (uint8_t *)(uintptr_t)ranges[at].da;
		JSValue buffer = JS_NewArrayBuffer(context, bytes, ranges[at].len, keep, NULL, 0);

		if (JS_IsException(buffer))
			return buffer;
		buffers[at] = buffer;
	}
	JSValue window = JS_NewObject(context);

	if (JS_IsException(window))
		return window;
	JS_DefinePropertyValue(context, window, buffer_name, JS_DupValue(context, buffers[at]), JS_PROP_C_W_E);
	JS_DefinePropertyValue(context, window, offset_name, JS_NewUint32(context, da - ranges[at].da), JS_PROP_C_W_E);
	return window;
}

/* `width` in bytes. What the program loads behind it is loaded after it, as with Linux's readl(). */
static JSValue hal_read(JSContext *context, JSValueConst self, int argc, JSValueConst *argv, int width)
{
	uint32_t da;

	(void)self;
	(void)argc;
	if (!to_uint32(context, &da, argv[0]))
		return JS_EXCEPTION;
	uint32_t value = register_read(da, (uint32_t)width);

	port_barrier();
	return JS_NewUint32(context, value);
}

/* Behind everything that the program stored before it, as writel(). */
static JSValue hal_write(JSContext *context, JSValueConst self, int argc, JSValueConst *argv, int width)
{
	uint32_t da;
	uint32_t value;

	(void)self;
	(void)argc;
	if (!to_uint32(context, &da, argv[0]) || !to_uint32(context, &value, argv[1]))
		return JS_EXCEPTION;
	port_barrier();
	register_write(da, (uint32_t)width, value);
	return JS_UNDEFINED;
}

static JSValue hal_barrier(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)context;
	(void)self;
	(void)argc;
	(void)argv;
	port_barrier();
	return JS_UNDEFINED;
}

static JSValue hal_on(JSContext *context, JSValueConst self, int argc, JSValueConst *argv, int entry)
{
	(void)context;
	(void)self;
	(void)argc;
	engine_set_handler((enum entry)entry, argv[0]);
	return JS_UNDEFINED;
}

static JSValue hal_now(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self;
	(void)argc;
	(void)argv;
	return JS_NewFloat64(context, (double)clock_ticks() * 1000.0 / (double)rproc_board.timer_hz);
}

/* Ticks rounded up: an alarm is never early. Times that no clock reaches are never due. */
static JSValue hal_set_alarm(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	double ms;

	(void)self;
	(void)argc;
	if (JS_ToFloat64(context, &ms, argv[0]) != 0)
		return JS_EXCEPTION;
	double ticks = ms * (double)rproc_board.timer_hz / 1000.0;

	if (!(ticks < 9007199254740992.0))
		hal_alarm_at = CLOCK_NEVER;
	else if (ticks > 0)
		hal_alarm_at = (uint64_t)ticks + 1u;
	else
		hal_alarm_at = 0;
	return JS_UNDEFINED;
}

static JSValue hal_log(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	size_t offset;
	size_t len;
	size_t size;
	JSValue buffer = JS_GetTypedArrayBuffer(context, argv[0], &offset, &len, NULL);

	(void)self;
	(void)argc;
	if (JS_IsException(buffer))
		return JS_EXCEPTION;
	const uint8_t *bytes = JS_GetArrayBuffer(context, &size, buffer);

	if (bytes)
		console_write(bytes + offset, len);
	JS_FreeValue(context, buffer);
	return JS_UNDEFINED;
}

static JSValue hal_crash(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *reason = JS_ToCString(context, argv[0]);
	const char *stack = JS_ToCString(context, argv[1]);

	(void)self;
	(void)argc;
	/* An interrupted promise job rejects, which the program's own crash handler then reports: the watchdog was first. */
	engine_crash(reason ? reason : "InternalError: out of memory", stack ? stack : "");
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("memory", 2, hal_memory),
	JS_CFUNC_MAGIC_DEF("read8", 1, hal_read, 1),
	JS_CFUNC_MAGIC_DEF("read16", 1, hal_read, 2),
	JS_CFUNC_MAGIC_DEF("read32", 1, hal_read, 4),
	JS_CFUNC_MAGIC_DEF("write8", 2, hal_write, 1),
	JS_CFUNC_MAGIC_DEF("write16", 2, hal_write, 2),
	JS_CFUNC_MAGIC_DEF("write32", 2, hal_write, 4),
	JS_CFUNC_MAGIC_DEF("onKick", 1, hal_on, ENTRY_KICK),
	JS_CFUNC_MAGIC_DEF("onAlarm", 1, hal_on, ENTRY_ALARM),
	JS_CFUNC_MAGIC_DEF("onJobsDone", 1, hal_on, ENTRY_JOBS_DONE),
	JS_CFUNC_DEF("now", 0, hal_now),
	JS_CFUNC_DEF("setAlarm", 1, hal_set_alarm),
	JS_CFUNC_DEF("log", 1, hal_log),
	JS_CFUNC_DEF("crash", 2, hal_crash),
};

/* Absent where the core itself keeps accesses in order: the rings are walked without them then (runtime/hal/hal.ts). */
static const JSCFunctionListEntry ordering_functions[] = {
	JS_CFUNC_MAGIC_DEF("store16", 2, hal_write, 2),
	JS_CFUNC_DEF("barrier", 0, hal_barrier),
};

void hal_install(JSContext *context)
{
	JSValue global = JS_GetGlobalObject(context);
	JSValue hal = JS_NewObject(context);
	JSValue table = JS_NewObject(context);

	for (int i = 0; i < MAX_RANGES; i++)
		buffers[i] = JS_UNDEFINED;
	buffer_name = JS_NewAtom(context, "buffer");
	offset_name = JS_NewAtom(context, "offset");
	JS_SetPropertyStr(context, table, "da", JS_NewUint32(context, rproc_app->table_da));
	JS_SetPropertyStr(context, table, "len", JS_NewUint32(context, rproc_app->table_len));
	JS_SetPropertyStr(context, hal, "table", table);
	JS_SetPropertyFunctionList(context, hal, functions, COUNT(functions));
	if (!port_in_order())
		JS_SetPropertyFunctionList(context, hal, ordering_functions, COUNT(ordering_functions));
	JS_SetPropertyStr(context, global, "__rproc_hal", hal);
	JS_FreeValue(context, global);
}
