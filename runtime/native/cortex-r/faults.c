/* Faults: the registers go into the status record, what happened into its reason (Armv7-R manual, B5.4). */
#include "cortex-r.h"

#define UNDEFINED 1u
#define PREFETCH_ABORT 3u
#define DATA_ABORT 4u
#define CPSR_T (1u << 5)
#define DFSR_WNR (1u << 11)
/* The status of aborts that come some time after the access: DFSR.FS = 0b10110. */
#define DFSR_FS 0x40fu
#define DFSR_LATE 0x406u

static void save_registers(const uint32_t *low, uint32_t sp, uint32_t lr, uint32_t pc, uint32_t psr)
{
	uint32_t *to = rproc_status.registers;

	for (uint32_t i = 0; i < 13u; i++)
		to[i] = low[i];
	to[13] = sp;
	to[14] = lr;
	to[15] = pc;
	to[16] = psr;
	rproc_status.fault[0] = CP15_READ(0, c5, c0, 0);
	rproc_status.fault[1] = CP15_READ(0, c6, c0, 0);
	rproc_status.fault[2] = CP15_READ(0, c5, c0, 1);
	rproc_status.fault[3] = CP15_READ(0, c6, c0, 2);
}

static _Noreturn void data_abort(uint32_t pc)
{
	uint32_t address = rproc_status.fault[1];
	uint32_t guard = (uint32_t)(uintptr_t)__rproc_stack_start;

	if ((rproc_status.fault[0] & DFSR_FS) == DFSR_LATE)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "late bus error, status ", rproc_status.fault[0], pc);
	if (address - guard < 256u)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "stack overflow, access to ", address, pc);
	if ((rproc_status.fault[0] & DFSR_WNR) != 0)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "data abort: store to ", address, pc);
	crash_fault(RPROC_CRASH_CAUSE_MEMORY, "data abort: load from ", address, pc);
}

/* Called by fault_common with the interrupted mode's sp and lr on the stack. */
__attribute__((used)) _Noreturn void fault_report(const uint32_t *low, uint32_t number, uint32_t pc, uint32_t psr,
						  uint32_t sp, uint32_t lr)
{
	if (number == UNDEFINED)
		pc -= (psr & CPSR_T) != 0 ? 2u : 4u;
	save_registers(low, sp, lr, pc, psr);
	switch (number) {
	case UNDEFINED:
		crash_fault(RPROC_CRASH_CAUSE_INSTRUCTION, "undefined instruction, state ", psr, pc);
	case PREFETCH_ABORT:
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "no instructions there: jump to ", pc, lr);
	case DATA_ABORT:
		data_abort(pc);
	default:
		crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "exception that nobody handles, number ", number, pc);
	}
}
