/* Profile "small": what the language itself is, JSON, Map and Set, typed arrays, promises. No parser, RegExp, Date, Proxy, WeakRef. */
#include "native.h"

JSValue (*const profile_eval)(JSContext *context, const char *text, size_t length) = NULL;

JSContext *rproc_new_context(JSRuntime *runtime)
{
	JSContext *context = JS_NewContextRaw(runtime);

	if (!context)
		return NULL;
	JS_AddIntrinsicBaseObjects(context);
	JS_AddIntrinsicJSON(context);
	JS_AddIntrinsicMapSet(context);
	JS_AddIntrinsicTypedArrays(context);
	JS_AddIntrinsicPromise(context);
	return context;
}
