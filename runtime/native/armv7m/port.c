/* Protection unit, caches, interrupt controller: what the core is made ready with, and the small things of the port. */
#include "armv7m.h"

#define CCR_IC (1u << 17)
#define CCR_DC (1u << 16)
#define CCR_DIV_0_TRP (1u << 4)
#define SHCSR_FAULTS (7u << 16)
#define MPU_ENABLE 1u
/* Everything that no region says anything of is as the architecture's default map has it. */
#define MPU_PRIVDEFENA (1u << 2)
#define CACHE_LINE 32u

static void dsb_isb(void)
{
	__asm volatile("dsb\n isb" ::: "memory");
}

static void protect(const struct rproc_board *board)
{
	const struct rproc_protection *row = board_protections();

	if (board->protections == 0 || MPU_TYPE == 0)
		return;
	MPU_CTRL = 0;
	for (uint32_t i = 0; i < board->protections; i++) {
		MPU_RNR = i;
		MPU_RBAR = row[i].base;
		MPU_RASR = row[i].size;
	}
	MPU_CTRL = MPU_ENABLE | MPU_PRIVDEFENA;
	dsb_isb();
}

/* CTR is zero where there are no caches, as on a Cortex-M4. */
static bool has_caches(void)
{
	return (SCB_CTR & 0xfu) != 0 && (SCB_CCSIDR != 0);
}

static void invalidate_data_cache(void)
{
	SCB_CSSELR = 0;
	dsb_isb();
	uint32_t ccsidr = SCB_CCSIDR;
	uint32_t sets = ((ccsidr >> 13) & 0x7fffu) + 1u;
	uint32_t ways = ((ccsidr >> 3) & 0x3ffu) + 1u;
	uint32_t way_shift = (uint32_t)__builtin_clz(ways - 1u);

	for (uint32_t way = 0; way < ways; way++) {
		for (uint32_t set = 0; set < sets; set++)
			SCB_DCISW = (way << way_shift) | (set * CACHE_LINE);
	}
	dsb_isb();
}

/* Without regions memory that the host shares would be cached as the default map says: caches stay off then. */
static void enable_caches(const struct rproc_board *board)
{
	if (board->protections == 0 || !has_caches() || (SCB_CCR & CCR_DC) != 0)
		return;
	SCB_ICIALLU = 0;
	dsb_isb();
	SCB_CCR |= CCR_IC;
	invalidate_data_cache();
	SCB_CCR |= CCR_DC;
	dsb_isb();
}

void port_start(const struct rproc_board *board)
{
	SCB_SHCSR |= SHCSR_FAULTS;
	SCB_CCR |= CCR_DIV_0_TRP;
	/* Whoever ran here before may have left interrupts enabled. */
	for (uint32_t i = 0; i < 8u; i++)
		NVIC_ICER(i) = UINT32_MAX;
	protect(board);
	enable_caches(board);
}

void port_irq_off(void)
{
	__asm volatile("cpsid i" ::: "memory");
}

void port_irq_on(void)
{
	/* The barrier lets what is pending come in now. */
	__asm volatile("cpsie i\n isb" ::: "memory");
}

void port_wait(void)
{
	/* With PRIMASK set an interrupt wakes the core and is taken when it is cleared: none can slip in between. */
	__asm volatile("dsb\n wfi" ::: "memory");
}

bool port_in_order(void)
{
	/* A Cortex-M4 reorders nothing (Arm DAI 0321, 3.2); a Cortex-M7, which has the caches, does. */
	return !has_caches();
}

void port_barrier(void)
{
	__asm volatile("dmb" ::: "memory");
}

void port_clean(const void *at, size_t len)
{
	if (!has_caches())
		return;
	uintptr_t line = (uintptr_t)at & ~(uintptr_t)(CACHE_LINE - 1u);

	for (; line < (uintptr_t)at + len; line += CACHE_LINE)
		SCB_DCCMVAC = (uint32_t)line;
	dsb_isb();
}

void irqc_enable(uint32_t irq)
{
	/* Mailboxes interrupt by level: pending is the line that was handled just now, or it is still up and stays pending. */
	NVIC_ICPR(irq / 32u) = 1u << (irq % 32u);
	NVIC_ISER(irq / 32u) = 1u << (irq % 32u);
}

void irqc_disable(uint32_t irq)
{
	NVIC_ICER(irq / 32u) = 1u << (irq % 32u);
	/* The line is off before the handler returns, or it would be entered again. */
	dsb_isb();
}

void external_interrupt(void)
{
	/* VECTACTIVE counts the 16 exceptions of the core itself. */
	irq_arrived((SCB_ICSR & 0x1ffu) - 16u);
}
