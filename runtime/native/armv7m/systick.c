/*
 * The clock: SysTick counts down 24 bits and is set anew for each alarm; what has passed by then is added up, so that the
 * clock goes on without a tick (Armv7-M Architecture Reference Manual, B3.3).
 */
#include "armv7m.h"

#define CSR_ENABLE 1u
#define CSR_TICKINT 2u
#define CSR_CLKSOURCE 4u
#define CSR_COUNTFLAG (1u << 16)

#define LONGEST 0x1000000u
/* An alarm sooner than this would be over before SysTick runs. */
#define SHORTEST 256u

/* Ticks up to when the counter was set the last time, and up to its last wrap since then. */
static uint64_t counted;
static uint32_t wrapped;
static uint32_t period;

/* With interrupts off: ticks since the counter was set. Reading COUNTFLAG clears it, so each wrap is seen once, here. */
static uint32_t elapsed(void)
{
	uint32_t before = SYST_CVR;
	bool flag = (SYST_CSR & CSR_COUNTFLAG) != 0;
	uint32_t after = SYST_CVR;

	if (flag || before < after) {
		wrapped += period;
		/* The flag of a wrap that the two readings showed. */
		(void)SYST_CSR;
	}
	/* At 0 the flag is up already, and the new period begins with the next tick. */
	if (flag && after == 0)
		return wrapped;
	return wrapped + (period - after);
}

static void set(uint32_t ticks)
{
	period = ticks;
	wrapped = 0;
	SYST_RVR = ticks - 1u;
	/* Any value clears the counter, and the flag; it is loaded at the next tick. */
	SYST_CVR = 0;
	while (SYST_CVR == 0)
		continue;
}

void clock_start(const struct rproc_board *board)
{
	(void)board;
	/* The manual's order: what it counts from, then the counter, then on. */
	SYST_CSR = 0;
	period = LONGEST;
	SYST_RVR = LONGEST - 1u;
	SYST_CVR = 0;
	SYST_CSR = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE;
}

static uint64_t now_with_interrupts_off(void)
{
	uint32_t since = elapsed();

	/* No number of wraps may overflow while nobody sets the counter. */
	if (wrapped >= LONGEST) {
		counted += wrapped;
		since -= wrapped;
		wrapped = 0;
	}
	return counted + since;
}

uint64_t clock_ticks(void)
{
	uint32_t primask;

	__asm volatile("mrs %0, primask\n cpsid i" : "=r"(primask)::"memory");
	uint64_t now = now_with_interrupts_off();

	__asm volatile("msr primask, %0" ::"r"(primask) : "memory");
	return now;
}

bool clock_program(uint64_t at)
{
	uint64_t now = now_with_interrupts_off();
	uint64_t rest = at > now ? at - now : 0;
	uint32_t ticks = LONGEST;

	if (rest < SHORTEST)
		ticks = SHORTEST;
	else if (rest < LONGEST)
		ticks = (uint32_t)rest;
	/* A counter that will not be late is left alone: setting it costs a tick. */
	if (ticks == LONGEST && period == LONGEST)
		return true;
	counted = now;
	set(ticks);
	return true;
}

void systick_interrupt(void)
{
	pending_set(PENDING_CLOCK);
}
