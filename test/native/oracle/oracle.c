/*
 * The bytecode compiler as a program of this machine, and the engine that runs bytecode: what sdk/native/compile.ts has
 * to agree with.
 *
 *   oracle compile STRIP FILE <SOURCE >BYTECODE
 *   oracle run <BYTECODE >WHAT-THE-PROGRAM-PRINTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "quickjs.h"

static char input[4 << 20];

static JSValue print(JSContext *context, JSValueConst self, int count, JSValueConst *values)
{
	(void)self;
	for (int i = 0; i < count; i++) {
		const char *text = JS_ToCString(context, values[i]);

		if (!text)
			return JS_EXCEPTION;
		puts(text);
		JS_FreeCString(context, text);
	}
	return JS_UNDEFINED;
}

static int failed(JSContext *context)
{
	JSValue error = JS_GetException(context);

	print(context, JS_UNDEFINED, 1, &error);
	error = JS_GetPropertyStr(context, error, "stack");
	print(context, JS_UNDEFINED, 1, &error);
	return 1;
}

static int run(size_t size)
{
	JSContext *context = JS_NewContext(JS_NewRuntime());
	JSValue program = JS_ReadObject(context, (const uint8_t *)input, size, JS_READ_OBJ_BYTECODE);
	JSContext *of_job;
	int jobs;

	if (JS_IsException(program))
		return failed(context);
	JS_SetPropertyStr(context, JS_GetGlobalObject(context), "print", JS_NewCFunction(context, print, "print", 1));
	if (JS_IsException(JS_EvalFunction(context, program)))
		return failed(context);
	while ((jobs = JS_ExecutePendingJob(JS_GetRuntime(context), &of_job)) > 0)
		;
	return jobs < 0 ? failed(of_job) : 0;
}

int main(int count, char **arguments)
{
	size_t size = fread(input, 1, sizeof(input) - 1, stdin);
	int status = 2;

	if (count == 2 && strcmp(arguments[1], "run") == 0)
		return run(size);
	if (count == 4 && strcmp(arguments[1], "compile") == 0) {
		status = compiler_compile(input, size, arguments[3], atoi(arguments[2]));
		fwrite(compiler_result(), 1, compiler_result_size(), stdout);
	}
	return status;
}
