/* What the common files of native start-up code offer to each other. runtime/abi/native.ts has the formats. */
#ifndef RPROC_NATIVE_H
#define RPROC_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "port.h"
#include "quickjs.h"
#include "rproc-abi.h"

/* Written by the build, found by the linker. */
extern const struct rproc_board rproc_board;
/* The header, and whatever follows it. */
extern const struct rproc_app rproc_app[];
extern struct rproc_status rproc_status;
extern uint8_t __rproc_heap_start[], __rproc_heap_end[];
extern uint8_t __rproc_stack_start[], __rproc_stack_end[];

/* main.c: the common entry, after the family's reset code. */
_Noreturn void rproc_main(void);

/* Flags that interrupts set and the main loop takes. */
#define PENDING_MAILBOX (1u << 0)
#define PENDING_CLOCK (1u << 1)
void pending_set(uint32_t flags);
/* Called by the families with the number of the interrupt that came; masks the line of a mailbox interrupt. */
void irq_arrived(uint32_t irq);
/* Called by the families when the clock has interrupted, and is quiet again. */
void clock_arrived(void);
/* The status record's numbers that change all the time, as they are now. */
void status_update(void);

/* What follows the board record. The compiler must not take the record for all there is. */
static inline const void *behind_board_record(void)
{
	uintptr_t at = (uintptr_t)&rproc_board + sizeof(rproc_board);

	__asm("" : "+r"(at));
	return (const void *)at;
}

/* board.c: the rows behind the board record. */
const struct rproc_range *board_ranges(void);
const struct rproc_protection *board_protections(void);
void board_write_registers(void);

/* memory.c: registers and windows. */
uint32_t register_read(uintptr_t da, uint32_t width);
void register_write(uintptr_t da, uint32_t width, uint32_t value);
/* The range that holds `len` bytes at `da`, or -1. */
int32_t memory_range(uint32_t da, uint32_t len);

/* engine-heap.c: the heap, as the engine asks for it. */
extern const JSMallocFunctions heap_functions;

/* app.c: the payload, checked; or why it cannot be run. */
struct payload {
	uint8_t *bytes;
	uint32_t length;
	bool bytecode;
	const char *refusal;
};
struct payload app_payload(void);

/* profile-*.c: the context that a profile offers; `profile_eval` runs source text, NULL where the parser is left out. */
JSContext *rproc_new_context(JSRuntime *runtime);
extern JSValue (*const profile_eval)(JSContext *context, const char *text, size_t length);

/* engine.c */
enum entry { ENTRY_KICK, ENTRY_ALARM, ENTRY_JOBS_DONE, ENTRIES };
void engine_start(void);
/* Runs the program's top level; returns when its promise jobs have run dry. */
void engine_run(const struct payload *payload);
/* One entry into the program: the handler, then its promise jobs. */
void engine_enter(enum entry entry);
void engine_set_handler(enum entry entry, JSValueConst handler);
/* Whether the entry that is running has taken so long that the engine cannot have looked at the watchdog. */
bool engine_stuck(void);
/* The program ends itself, or nobody caught what it threw; where the watchdog interrupted it, that is the reason. */
_Noreturn void engine_crash(const char *reason, const char *stack);

/* hal.c: the global that runtime/hal/quickjs.ts takes its hal from. */
void hal_install(JSContext *context);
/* When the program wants its alarm, in ticks. */
extern uint64_t hal_alarm_at;

/* console.c: the raw log. */
void console_start(void);
void console_write(const uint8_t *bytes, size_t len);

/* crash.c: the end. Registers, if there are any, are in the status record already. */
_Noreturn void crash(uint32_t cause, const char *reason, const char *stack);
/* "WHAT, VERB 0xADDRESS at 0xPC" without printf, for fault handlers. */
_Noreturn void crash_fault(uint32_t cause, const char *what, uint32_t address, uint32_t pc);

#endif
