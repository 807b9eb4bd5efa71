/* Traps: interrupts set flags, exceptions end the core with the registers in its status record. */
#include "riscv.h"

#define CAUSE_INTERRUPT (1u << 31)
#define INTERRUPT_TIMER 7u
#define INTERRUPT_EXTERNAL 11u

#define CAUSE_FETCH_ACCESS 1u
#define CAUSE_ILLEGAL 2u
#define CAUSE_LOAD_MISALIGNED 4u
#define CAUSE_LOAD_ACCESS 5u
#define CAUSE_STORE_MISALIGNED 6u
#define CAUSE_STORE_ACCESS 7u

static void interrupt(uint32_t number)
{
	uint32_t irq;

	switch (number) {
	case INTERRUPT_TIMER:
		clock_stop();
		clock_arrived();
		break;
	case INTERRUPT_EXTERNAL:
		irq = plic_claim();
		if (irq == 0)
			return;
		irq_arrived(irq);
		plic_complete(irq);
		break;
	default:
		crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "interrupt that nobody asked for, number ", number,
			    CSR_READ(mepc));
	}
}

static _Noreturn void fault(uint32_t cause, uint32_t pc, uint32_t value)
{
	uint32_t guard = (uint32_t)(uintptr_t)__rproc_stack_start;
	bool access = cause == CAUSE_LOAD_ACCESS || cause == CAUSE_STORE_ACCESS;

	if (access && value - guard < 256u)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "stack overflow, access to ", value, pc);
	switch (cause) {
	case CAUSE_FETCH_ACCESS:
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "no instructions there: jump to ", pc, rproc_status.registers[0]);
	case CAUSE_LOAD_ACCESS:
	case CAUSE_LOAD_MISALIGNED:
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "access fault: load from ", value, pc);
	case CAUSE_STORE_ACCESS:
	case CAUSE_STORE_MISALIGNED:
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "access fault: store to ", value, pc);
	case CAUSE_ILLEGAL:
		crash_fault(RPROC_CRASH_CAUSE_INSTRUCTION, "undefined instruction ", value, pc);
	default:
		crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "exception that nobody handles, number ", cause, pc);
	}
}

/* Called by trap_entry; `frame` holds x1 to x31 as the status record wants them. */
__attribute__((used)) void trap(const uint32_t *frame, uint32_t cause, uint32_t pc, uint32_t value)
{
	if ((cause & CAUSE_INTERRUPT) != 0) {
		interrupt(cause & ~CAUSE_INTERRUPT);
		return;
	}
	for (uint32_t i = 0; i < 31u; i++)
		rproc_status.registers[i] = frame[i];
	rproc_status.registers[31] = pc;
	rproc_status.fault[0] = cause;
	rproc_status.fault[1] = value;
	fault(cause, pc, value);
}
