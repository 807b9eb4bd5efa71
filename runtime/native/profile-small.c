/* Profile "small": what the language itself is, JSON, Map and Set, typed arrays, promises. No parser, RegExp, Date, Proxy, WeakRef. */
#include "native.h"

JSValue (*const profile_eval)(JSContext *context, const char *text, size_t length) = NULL;

static JSValue add_map_set(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
{
	(void)self;
	(void)argc;
	(void)argv;
	JS_AddIntrinsicMapSet(context);
	return JS_UNDEFINED;
}

/* Globals that one function makes together. Which of them the program names, the build says: it blanks the others' entries. */
static const JSCFunctionListEntry rproc_optional_funcs[] = {
	JS_CFUNC_DEF("Map", 0, add_map_set),
	JS_CFUNC_DEF("Set", 0, add_map_set),
	JS_CFUNC_DEF("WeakMap", 0, add_map_set),
	JS_CFUNC_DEF("WeakSet", 0, add_map_set),
};

static void add_optional(JSContext *context)
{
	const JSCFunctionListEntry *entry = rproc_optional_funcs;
	const JSCFunctionListEntry *end = entry + sizeof(rproc_optional_funcs) / sizeof(rproc_optional_funcs[0]);
	JSCFunction *done = NULL;

	/* The compiler must not take the entries for what they are before the build. */
	__asm("" : "+r"(entry));
	for (; entry != end; entry++) {
		JSCFunction *add = entry->u.func.cfunc.generic;

		if (!entry->name || add == done)
			continue;
		(void)add(context, JS_UNDEFINED, 0, NULL);
		done = add;
	}
}

JSContext *rproc_new_context(JSRuntime *runtime)
{
	JSContext *context = JS_NewContextRaw(runtime);

	if (!context)
		return NULL;
	JS_AddIntrinsicBaseObjects(context);
	JS_AddIntrinsicJSON(context);
	add_optional(context);
	JS_AddIntrinsicTypedArrays(context);
	JS_AddIntrinsicPromise(context);
	return context;
}
