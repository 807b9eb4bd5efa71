/* Profile "full": everything that QuickJS has, the parser included. */
#include "native.h"

static JSValue eval(JSContext *context, const char *text, size_t length)
{
	/* The parser wants a zero behind the text; in the image something else may follow. */
	char *copy = js_strndup(context, text, length);
	JSValue program = JS_EXCEPTION;

	if (copy)
		program = JS_Eval(context, copy, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
	js_free(context, copy);
	return program;
}

JSValue (*const profile_eval)(JSContext *context, const char *text, size_t length) = eval;

JSContext *rproc_new_context(JSRuntime *runtime)
{
	return JS_NewContext(runtime);
}
