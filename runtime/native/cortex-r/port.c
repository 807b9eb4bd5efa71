/* Caches (Cortex-R5 Technical Reference Manual, 4.3 and 8), and the small things of the port. */
#include "cortex-r.h"

#define SCTLR_C (1u << 2)
#define SCTLR_I (1u << 12)
#define CACHE_LINE 32u

static void barrier(void)
{
	__asm volatile("dsb\n isb" ::: "memory");
}

/* Both caches hold nothing of what was loaded, and are on from here. Without regions memory stays as it was: uncached. */
static void enable_caches(const struct rproc_board *board)
{
	if (board->protections == 0)
		return;
	/* Invalidate all: instructions (ICIALLU), data (Cortex-R5's own operation, c15 c5 0). */
	CP15_WRITE(0, c7, c5, 0, 0);
	CP15_WRITE(0, c15, c5, 0, 0);
	barrier();
	CP15_WRITE(0, c1, c0, 0, CP15_READ(0, c1, c0, 0) | SCTLR_C | SCTLR_I);
	barrier();
}

void port_start(const struct rproc_board *board)
{
	enable_caches(board);
	irqc_start(board);
}

void port_irq_off(void)
{
	__asm volatile("cpsid i" ::: "memory");
}

void port_irq_on(void)
{
	__asm volatile("cpsie i\n isb" ::: "memory");
}

void port_wait(void)
{
	/* Wakes for an interrupt that is masked, too: none can slip in between. */
	__asm volatile("dsb\n wfi" ::: "memory");
}

bool port_in_order(void)
{
	/* The store buffer merges and reorders stores to normal memory. */
	return false;
}

void port_barrier(void)
{
	__asm volatile("dmb" ::: "memory");
}

void port_clean(const void *at, size_t len)
{
	uintptr_t line = (uintptr_t)at & ~(uintptr_t)(CACHE_LINE - 1u);

	if ((CP15_READ(0, c1, c0, 0) & SCTLR_C) == 0)
		return;
	for (; line < (uintptr_t)at + len; line += CACHE_LINE)
		CP15_WRITE(0, c7, c10, 1, line);
	barrier();
}

/* Called by irq_entry. */
__attribute__((used)) void interrupt(void)
{
	uint32_t irq = irqc_claim();

	if (irq == NO_INTERRUPT)
		return;
	if (rproc_board.timer != RPROC_NATIVE_TIMER_PMU && irq == rproc_board.timer_irq) {
		clock_interrupt();
		clock_arrived();
	} else {
		irq_arrived(irq);
	}
	irqc_complete(irq);
}
