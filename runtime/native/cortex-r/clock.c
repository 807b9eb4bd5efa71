/*
 * The clock. SP804 (Arm DDI 0271): timer 1 counts down for ever and is the time, timer 2 counts down once and is the
 * alarm. Without a timer that is known the cycle counter of the core is the time (Cortex-R5 Technical Reference Manual,
 * 6.3), and alarms are polled for.
 */
#include "cortex-r.h"

#define TIMER1_LOAD 0x00u
#define TIMER1_VALUE 0x04u
#define TIMER1_CONTROL 0x08u
#define TIMER2_LOAD 0x20u
#define TIMER2_CONTROL 0x28u
#define TIMER2_INTCLR 0x2cu
#define CONTROL_ENABLE (1u << 7)
#define CONTROL_INT (1u << 5)
#define CONTROL_32BIT (1u << 1)
#define CONTROL_ONESHOT (1u << 0)

#define PMCR_E_C_D 0x5u
#define PMCNTEN_CYCLES (1u << 31)

/* The counters have 32 bits: somebody must look at them more often than they wrap. */
#define LONGEST 0x40000000u

static uint64_t counted;
static uint32_t last;

static bool has_sp804(void)
{
	return rproc_board.timer == RPROC_NATIVE_TIMER_SP804;
}

/* Counts up. */
static uint32_t counter(void)
{
	if (has_sp804())
		return ~REG32(rproc_board.timer_base + TIMER1_VALUE);
	return CP15_READ(0, c9, c13, 0);
}

void clock_start(const struct rproc_board *board)
{
	if (has_sp804()) {
		REG32(board->timer_base + TIMER1_CONTROL) = 0;
		REG32(board->timer_base + TIMER1_LOAD) = UINT32_MAX;
		REG32(board->timer_base + TIMER1_CONTROL) = CONTROL_ENABLE | CONTROL_32BIT;
	} else {
		/* Count every cycle, from zero. */
		CP15_WRITE(0, c9, c12, 0, PMCR_E_C_D & ~(1u << 3));
		CP15_WRITE(0, c9, c12, 1, PMCNTEN_CYCLES);
	}
	last = counter();
}

uint64_t clock_ticks(void)
{
	uint32_t cpsr;

	__asm volatile("mrs %0, cpsr\n cpsid i" : "=r"(cpsr)::"memory");
	uint32_t now = counter();

	counted += now - last;
	last = now;
	uint64_t ticks = counted;

	__asm volatile("msr cpsr_c, %0" ::"r"(cpsr) : "memory");
	return ticks;
}

bool clock_program(uint64_t at)
{
	uint64_t now = clock_ticks();
	uint64_t rest = at > now ? at - now : 1u;

	if (!has_sp804())
		return at == CLOCK_NEVER;
	REG32(rproc_board.timer_base + TIMER2_CONTROL) = 0;
	REG32(rproc_board.timer_base + TIMER2_INTCLR) = 1;
	REG32(rproc_board.timer_base + TIMER2_LOAD) = rest < LONGEST ? (uint32_t)rest : LONGEST;
	REG32(rproc_board.timer_base + TIMER2_CONTROL) = CONTROL_ENABLE | CONTROL_INT | CONTROL_32BIT | CONTROL_ONESHOT;
	return true;
}

void clock_stop(void)
{
	if (!has_sp804())
		return;
	REG32(rproc_board.timer_base + TIMER2_CONTROL) = 0;
	REG32(rproc_board.timer_base + TIMER2_INTCLR) = 1;
}

void clock_interrupt(void)
{
	REG32(rproc_board.timer_base + TIMER2_INTCLR) = 1;
}
