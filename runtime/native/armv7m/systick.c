/*
 * The clock: SysTick counts down 24 bits and interrupts at each end of its period, which is as long as can be unless an
 * alarm comes sooner (Armv7-M Architecture Reference Manual, B3.3). Periods that have ended are added up; each is looked at
 * once before the next one ends, in the interrupt if nobody asked for the time. An alarm makes one period shorter, and
 * costs the fraction of a tick that had begun.
 */
#include "armv7m.h"

#define CSR_ENABLE 1u
#define CSR_TICKINT 2u
#define CSR_CLKSOURCE 4u
/* A period has ended since this was read the last time. */
#define CSR_COUNTFLAG (1u << 16)
#define ICSR_PENDSTCLR (1u << 25)

#define LONGEST 0x1000000u
/*
 * Alarms nearer than a quarter of a millisecond are waited for awake. An emulator that other programs hold up goes through
 * short periods faster than the core can follow.
 */
#define SHORTEST_OF_HZ 4096u
/* A counter that runs is loaded within one tick. */
#define TURNS_TO_LOAD 100000u

/* Ticks before this period, its length, and how far it had got when it was looked at the last time. */
static uint64_t counted;
static uint32_t period = LONGEST;
static uint32_t seen;
static uint32_t shortest;
/* The end of a period has been counted whose interrupt is still to come. */
static bool told;

/* The counter stands at 0 when a period ends, which is where the next one starts; it is loaded with the tick after that. */
static uint32_t position(uint32_t counter)
{
	return counter == 0 ? 0 : period - counter;
}

static void count_period(void)
{
	counted += period;
	period = LONGEST;
	seen = 0;
	told = true;
}

/* With interrupts off or in the interrupt itself: the time. */
static uint64_t look(void)
{
	uint32_t counter = SYST_CVR;

	if (counter >= period || position(counter) < seen)
		count_period();
	seen = position(counter);
	return counted + seen;
}

/* The same, and past the start of the period, which a later look could not tell from its end. */
static uint64_t look_past_start(void)
{
	uint64_t now = look();

	for (uint32_t turn = 0; seen == 0 && turn < TURNS_TO_LOAD; turn++)
		now = look();
	return now;
}

/* With interrupts off: the period ends in `ticks` from now on, the one behind it is long again. */
static void end_in(uint32_t ticks)
{
	uint64_t now = look_past_start();
	uint32_t rest = period - seen;

	SYST_RVR = ticks - 1u;
	uint32_t counter = SYST_CVR;

	/* Any value clears the counter. */
	SYST_CVR = 0;
	if (counter < rest)
		now += rest - counter;
	counted = now;
	period = ticks;
	seen = 0;
	/* A short period must not come again and again: once it has been loaded, the next one is set. */
	(void)look_past_start();
	SYST_RVR = LONGEST - 1u;
	if ((SYST_CSR & CSR_COUNTFLAG) == 0)
		return;
	/* It is over: the core was held up. Which one runs now is not known, so a long one begins. */
	SYST_CVR = 0;
	count_period();
}

void clock_start(const struct rproc_board *board)
{
	shortest = board->timer_hz / SHORTEST_OF_HZ;
	/* The manual's order: what it counts from, then the counter, then on. */
	SYST_CSR = 0;
	SYST_RVR = LONGEST - 1u;
	SYST_CVR = 0;
	SYST_CSR = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE;
}

uint64_t clock_ticks(void)
{
	uint32_t mask = irq_save();
	uint64_t now = look();

	irq_restore(mask);
	return now;
}

bool clock_program(uint64_t at)
{
	uint64_t now = look_past_start();
	uint64_t rest = at > now ? at - now : 0;

	if (rest < shortest)
		return false;
	/* The period that runs ends in time; setting the counter would cost a tick. */
	if (period - seen > rest)
		end_in((uint32_t)rest);
	return true;
}

void clock_stop(void)
{
	SYST_CSR = 0;
	SCB_ICSR = ICSR_PENDSTCLR;
}

void systick_interrupt(void)
{
	/* Who looked last so soon after the start sees no difference now. */
	if ((SYST_CSR & CSR_COUNTFLAG) != 0 && !told)
		count_period();
	(void)look_past_start();
	told = false;
	clock_arrived();
}
