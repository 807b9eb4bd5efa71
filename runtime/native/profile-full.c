/* Profile "full": everything that QuickJS has, the parser included. */
#include "native.h"

static JSValue eval(JSContext *context, const char *text, size_t length)
{
	return JS_Eval(context, text, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
}

JSValue (*const profile_eval)(JSContext *context, const char *text, size_t length) = eval;

JSContext *rproc_new_context(JSRuntime *runtime)
{
	return JS_NewContext(runtime);
}
