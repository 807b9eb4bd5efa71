/*
 * The bytecode compiler: the engine's own parser, compiled to WebAssembly for sdk/native/compile.ts, and natively for the
 * test that compares the two. One call, one compilation: the caller takes a fresh instance for each.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "quickjs.h"
#include "rproc-abi.h"

static const uint8_t engine_hash[] = RPROC_ENGINE_HASH;
static const uint8_t *result;
static size_t result_size;

const uint8_t *compiler_engine_hash(void)
{
	return engine_hash;
}

void *compiler_alloc(size_t size)
{
	return malloc(size);
}

const uint8_t *compiler_result(void)
{
	return result;
}

size_t compiler_result_size(void)
{
	return result_size;
}

/* The text of an error, and where the parser was: its first line of stack. */
static void take_error(JSContext *context)
{
	JSValue error = JS_GetException(context);
	JSValue stack = JS_GetPropertyStr(context, error, "stack");
	const char *texts[2] = { JS_ToCString(context, error), JS_ToCString(context, stack) };
	size_t sizes[2] = { texts[0] ? strlen(texts[0]) : 0, texts[1] ? strlen(texts[1]) : 0 };
	uint8_t *text = malloc(sizes[0] + 1 + sizes[1]);

	if (!text)
		abort();
	memcpy(text, texts[0], sizes[0]);
	text[sizes[0]] = '\n';
	memcpy(text + sizes[0] + 1, texts[1], sizes[1]);
	result = text;
	result_size = sizes[0] + 1 + sizes[1];
}

int compiler_compile(const char *source, size_t size, const char *file, int strip)
{
	JSRuntime *runtime = JS_NewRuntime();
	JSContext *context = runtime ? JS_NewContext(runtime) : NULL;
	JSValue program;

	if (!context)
		abort();
	JS_SetStripInfo(runtime, strip);
	program = JS_Eval(context, source, size, file, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
	result = NULL;
	if (!JS_IsException(program))
		result = JS_WriteObject(context, &result_size, program, JS_WRITE_OBJ_BYTECODE);
	if (!result) {
		take_error(context);
		return 1;
	}
	return 0;
}
