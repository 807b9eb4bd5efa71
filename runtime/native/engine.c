/* The engine's life: runtime, context, the program's top level, and every later entry with its promise jobs. */
#include <string.h>

#include "native.h"

static JSRuntime *runtime;
static JSContext *context;
static JSValue handlers[ENTRIES];
/* Names that a crash needs, made while there is memory. */
static JSAtom name_atom;
static JSAtom message_atom;
static JSAtom stack_atom;
/* Heap bytes in use at which the engine looks for cycles. */
static size_t collect_at;
/* When the entry that is running began; the watchdog counts from here. */
static volatile bool running;
static uint64_t entered_at;
static uint64_t watchdog_ticks;

/* As the clock's interrupt finds it: later than the engine's own check by as much again as an entry may take. */
#define STUCK 2u

/* The engine asks every 10,000 loop turns or calls. */
static int watchdog(JSRuntime *asking, void *opaque)
{
	(void)asking;
	(void)opaque;
	if (watchdog_ticks == 0 || clock_ticks() - entered_at < watchdog_ticks)
		return 0;
	rproc_status.cause = RPROC_CRASH_CAUSE_WATCHDOG;
	return 1;
}

static const char *text_of(JSValueConst value)
{
	const char *text = JS_ToCString(context, value);

	return text ? text : "";
}

/* The property as text, or `otherwise` where there is none. */
static const char *property(JSValueConst object, JSAtom name, const char *otherwise)
{
	JSValue value = JS_GetProperty(context, object, name);

	if (JS_IsException(value) || JS_IsUndefined(value))
		return otherwise;
	return text_of(value);
}

/* Longer than what the status record keeps by a character of UTF-8: only who writes there cuts, and between characters. */
#define REASON_ROOM (sizeof(rproc_status.reason) + 4u)

/* "NAME: MESSAGE" into `to`, as much as fits. */
static void join(char *to, size_t room, const char *name, const char *message)
{
	size_t at = 0;
	const char *parts[] = { name, message[0] != '\0' ? ": " : "", message };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (const char *from = parts[i]; *from != '\0' && at < room - 1u; from++)
			to[at++] = *from;
	}
	to[at] = '\0';
}

static const char *bigint_or_json(JSValueConst value, char *text, size_t room)
{
	if (JS_IsBigInt(context, value)) {
		join(text, room, text_of(value), "");
		strncat(text, "n", room - strlen(text) - 1u);
		return text;
	}
	JSValue json = JS_JSONStringify(context, value, JS_UNDEFINED, JS_UNDEFINED);

	join(text, room, JS_IsException(json) ? "?" : text_of(json), "");
	return text;
}

/* At most 46 characters. */
static void watchdog_reason(char *to)
{
	char digits[11];
	char *digit = &digits[sizeof(digits) - 1u];
	uint32_t ms = rproc_board.watchdog_ms;

	*digit = '\0';
	do {
		*--digit = (char)('0' + ms % 10u);
		ms /= 10u;
	} while (ms != 0);
	strcpy(to, "watchdog: ran ");
	strcat(to, digit);
	strcat(to, " ms without returning");
}

_Noreturn void engine_crash(const char *reason, const char *stack)
{
	char text[48];

	if (rproc_status.cause != RPROC_CRASH_CAUSE_WATCHDOG)
		crash(RPROC_CRASH_CAUSE_PROGRAM, reason, stack);
	watchdog_reason(text);
	crash(RPROC_CRASH_CAUSE_WATCHDOG, text, stack);
}

/* The program threw: the words are those of the simulated core (host-sim/cores/quickjs/core.ts, describe()). */
static _Noreturn void crash_thrown(void)
{
	JSValue error = JS_GetException(context);
	char reason[REASON_ROOM];
	char text[REASON_ROOM];
	const char *stack = "";

	if (JS_IsObject(error) && JS_HasProperty(context, error, message_atom) == 1) {
		join(reason, sizeof(reason), property(error, name_atom, "Error"), property(error, message_atom, ""));
		stack = property(error, stack_atom, "");
	} else if (JS_IsNull(error)) {
		/* Without memory the engine cannot even build its error. */
		strcpy(reason, "InternalError: out of memory");
	} else {
		join(reason, sizeof(reason), "thrown", bigint_or_json(error, text, sizeof(text)));
	}
	engine_crash(reason, stack);
}

static void call(enum entry entry)
{
	if (JS_IsUndefined(handlers[entry]))
		return;
	JSValue result = JS_Call(context, handlers[entry], JS_UNDEFINED, 0, NULL);

	if (JS_IsException(result))
		crash_thrown();
	JS_FreeValue(context, result);
}

static void run_jobs(void)
{
	JSContext *at;

	while (JS_IsJobPending(runtime)) {
		while (JS_IsJobPending(runtime)) {
			if (JS_ExecutePendingJob(runtime, &at) < 0)
				crash_thrown();
		}
		call(ENTRY_JOBS_DONE);
	}
}

/* An entry begins: from here the watchdog counts. */
static void begin(void)
{
	JS_SetGCThreshold(runtime, collect_at);
	entered_at = clock_ticks();
	running = true;
	if (watchdog_ticks == 0)
		return;
	/* Without a timer that interrupts, only the engine's own checks are left. */
	port_irq_off();
	(void)clock_program(entered_at + STUCK * watchdog_ticks);
	port_irq_on();
}

/* The next search for cycles: as the engine would have it, but never when less than half of what is free now is left. */
static void plan_collection(void)
{
	const struct heap_usage *heap = heap_usage();
	size_t more = heap->used / 2u;
	size_t most = (heap->size - heap->used) / 2u;

	if (more < rproc_board.gc_threshold)
		more = rproc_board.gc_threshold;
	if (more > most)
		more = most;
	collect_at = heap->used + more;
}

/* An entry is over. The watchdog may have interrupted a promise job, whose rejection nobody looked at. */
static void end(void)
{
	if (rproc_status.cause == RPROC_CRASH_CAUSE_WATCHDOG)
		engine_crash("", "");
	running = false;
	if (heap_usage()->used < collect_at)
		return;
	JS_RunGC(runtime);
	plan_collection();
}

bool engine_stuck(void)
{
	return running && watchdog_ticks != 0 && clock_ticks() - entered_at >= STUCK * watchdog_ticks;
}

void engine_set_handler(enum entry entry, JSValueConst handler)
{
	JS_FreeValue(context, handlers[entry]);
	handlers[entry] = JS_DupValue(context, handler);
}

void engine_start(void)
{
	size_t stack = (size_t)(__rproc_stack_end - __rproc_stack_start);

	heap_init(__rproc_heap_start, __rproc_heap_end);
	for (uint32_t i = 0; i < ENTRIES; i++)
		handlers[i] = JS_UNDEFINED;
	runtime = JS_NewRuntime2(&heap_functions, NULL);
	if (!runtime)
		crash(RPROC_CRASH_CAUSE_PROGRAM, "InternalError: out of memory", "");
	/* A context that is being made has no garbage. */
	JS_SetGCThreshold(runtime, SIZE_MAX);
	JS_SetMaxStackSize(runtime, stack > rproc_board.stack_margin ? stack - rproc_board.stack_margin : stack / 2u);
	JS_UpdateStackTop(runtime);
	context = rproc_new_context(runtime);
	if (!context)
		crash(RPROC_CRASH_CAUSE_PROGRAM, "InternalError: out of memory", "");
	name_atom = JS_NewAtom(context, "name");
	message_atom = JS_NewAtom(context, "message");
	stack_atom = JS_NewAtom(context, "stack");
	watchdog_ticks = (uint64_t)rproc_board.watchdog_ms * rproc_board.timer_hz / 1000u;
	JS_SetInterruptHandler(runtime, watchdog, NULL);
	hal_install(context);
	plan_collection();
}

void engine_run(const struct payload *payload)
{
	JSValue program;

	begin();
	if (payload->bytecode)
		program = JS_ReadObject(context, payload->bytes, payload->length, JS_READ_OBJ_BYTECODE);
	else
		program = profile_eval(context, (const char *)payload->bytes, payload->length);
	if (JS_IsException(program))
		crash_thrown();
	/* The engine has copied all of it; every start loads the image anew. */
	if (payload->bytecode)
		heap_add(payload->bytes, payload->bytes + payload->length);
	rproc_status.boot_ticks = (uint32_t)clock_ticks();
	program = JS_EvalFunction(context, program);
	if (JS_IsException(program))
		crash_thrown();
	JS_FreeValue(context, program);
	run_jobs();
	end();
}

void engine_enter(enum entry entry)
{
	begin();
	call(entry);
	run_jobs();
	end();
}
