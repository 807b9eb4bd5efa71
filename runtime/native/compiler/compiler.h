/* What the bytecode compiler exports. */
#ifndef RPROC_COMPILER_H
#define RPROC_COMPILER_H

#include <stddef.h>
#include <stdint.h>

/* 16 bytes: which engine runs what this compiles. */
const uint8_t *compiler_engine_hash(void);

/* Memory for what the caller passes in. */
void *compiler_alloc(size_t size);

/*
 * Compiles a script, `size` bytes with a NUL behind them. `strip` is 0, JS_STRIP_SOURCE or JS_STRIP_DEBUG. Gives 0 and leaves
 * bytecode as the result, or 1 and "SyntaxError: message\n    at FILE:LINE:COLUMN\n".
 */
int compiler_compile(const char *source, size_t size, const char *file, int strip);

const uint8_t *compiler_result(void);
size_t compiler_result_size(void);

#endif
