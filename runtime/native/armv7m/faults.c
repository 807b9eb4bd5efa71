/*
 * Faults: the registers go into the status record, what happened into its reason. The handler has a stack of its own, as
 * the one that was in use may have ended (Armv7-M Architecture Reference Manual, B1.5.6 and B3.2.15).
 */
#include "armv7m.h"

#define STACK_BYTES 512u
#define FRAME_WORDS 8u

#define MMARVALID (1u << 7)
#define BFARVALID (1u << 15)
#define MSTKERR_MUNSTKERR_MLSPERR 0x38u
#define STKERR_UNSTKERR_LSPERR 0x3800u
#define IACCVIOL 0x1u
#define IBUSERR 0x100u
#define UNDEFINSTR (1u << 16)
#define INVSTATE (1u << 17)
#define NOCP (1u << 19)
#define UNALIGNED (1u << 24)
#define DIVBYZERO (1u << 25)

/* Clear in EXC_RETURN where the frame has floating-point registers behind the basic ones; set in the stacked psr where the
 * frame was moved down to a multiple of eight. */
#define EXC_RETURN_BASIC (1u << 4)
#define FLOAT_BYTES 72u
#define PSR_ALIGNED (1u << 9)

static uint8_t fault_stack[STACK_BYTES] __attribute__((aligned(8), used));

/* r4 to r11, as fault_entry pushes them, then the frame's address and EXC_RETURN. */
struct saved {
	uint32_t high[8];
	uint32_t frame;
	uint32_t exc_return;
};

/* Only what is in memory is read: a frame that was never written, because the stack ended, is somewhere else. */
static bool readable(uint32_t at)
{
	return at >= (uint32_t)(uintptr_t)__rproc_stack_start &&
	       at <= (uint32_t)(uintptr_t)__rproc_stack_end - 4u * FRAME_WORDS;
}

static uint32_t frame_bytes(const struct saved *saved, uint32_t psr)
{
	uint32_t bytes = 4u * FRAME_WORDS;

	if ((saved->exc_return & EXC_RETURN_BASIC) == 0)
		bytes += FLOAT_BYTES;
	if ((psr & PSR_ALIGNED) != 0)
		bytes += 4u;
	return bytes;
}

static uint32_t save_registers(const struct saved *saved)
{
	uint32_t *to = rproc_status.registers;
	const uint32_t *frame = (const uint32_t *)(uintptr_t)saved->frame;
	bool framed = readable(saved->frame) &&
		      (SCB_CFSR & (MSTKERR_MUNSTKERR_MLSPERR | STKERR_UNSTKERR_LSPERR)) == 0;

	for (uint32_t i = 0; i < 8u; i++)
		to[4u + i] = saved->high[i];
	for (uint32_t i = 0; i < 4u; i++)
		to[i] = framed ? frame[i] : 0;
	to[12] = framed ? frame[4] : 0;
	to[13] = saved->frame + (framed ? frame_bytes(saved, frame[7]) : 0u);
	to[14] = framed ? frame[5] : 0;
	to[15] = framed ? frame[6] : 0;
	to[16] = framed ? frame[7] : 0;
	return to[15];
}

static _Noreturn void memory_fault(uint32_t cfsr, uint32_t pc)
{
	if ((cfsr & (MSTKERR_MUNSTKERR_MLSPERR | STKERR_UNSTKERR_LSPERR)) != 0)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "stack overflow, stack pointer ", rproc_status.registers[13], pc);
	if ((cfsr & MMARVALID) != 0) {
		uint32_t at = SCB_MMFAR;
		uint32_t guard = (uint32_t)(uintptr_t)__rproc_stack_start;

		crash_fault(RPROC_CRASH_CAUSE_MEMORY,
			    at - guard < 256u ? "stack overflow, access to " : "access that is not allowed, to ", at, pc);
	}
	if ((cfsr & BFARVALID) != 0)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "access where no memory is, to ", SCB_BFAR, pc);
	if ((cfsr & (IACCVIOL | IBUSERR)) != 0)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "no instructions there: jump to ", pc, rproc_status.registers[14]);
	/* A store that was buffered: where to is not known any more. */
	crash_fault(RPROC_CRASH_CAUSE_MEMORY, "late bus error, status ", cfsr, pc);
}

__attribute__((used)) _Noreturn void fault_report(const struct saved *saved)
{
	uint32_t pc = save_registers(saved);
	uint32_t cfsr = SCB_CFSR;
	uint32_t number = SCB_ICSR & 0x1ffu;

	rproc_status.fault[0] = cfsr;
	rproc_status.fault[1] = SCB_HFSR;
	rproc_status.fault[2] = SCB_MMFAR;
	rproc_status.fault[3] = SCB_BFAR;
	if ((cfsr & 0xffffu) != 0)
		memory_fault(cfsr, pc);
	if ((cfsr & (UNDEFINSTR | INVSTATE | NOCP)) != 0)
		crash_fault(RPROC_CRASH_CAUSE_INSTRUCTION, "undefined instruction, status ", cfsr, pc);
	if ((cfsr & UNALIGNED) != 0)
		crash_fault(RPROC_CRASH_CAUSE_MEMORY, "unaligned access, status ", cfsr, pc);
	if ((cfsr & DIVBYZERO) != 0)
		crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "division by zero, status ", cfsr, pc);
	crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "exception that nobody handles, number ", number, pc);
}

/* Everything runs on the main stack: the frame is where sp was. */
__attribute__((naked, used)) void fault_entry(void)
{
	__asm volatile(
		"cpsid i\n"
		"mov r0, sp\n"
		"mov r1, lr\n"
		"ldr r2, =fault_stack + %c0\n"
		"mov sp, r2\n"
		"push {r0, r1}\n"
		"push {r4-r11}\n"
		"mov r0, sp\n"
		"b fault_report\n"
		".ltorg\n" ::"i"(STACK_BYTES));
}
