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
#define ICSR_PENDSTCLR (1u << 25)

#define LONGEST 0x1000000u
/* A shorter period may end before the core sleeps: such alarms are waited for awake. */
#define SHORTEST 256u
/* A counter that runs is loaded within one tick. */
#define TURNS_TO_LOAD 100000u

/* Ticks before this period, its length, and how far it had got when it was looked at the last time. */
static uint64_t counted;
static uint32_t period = LONGEST;
static uint32_t seen;

/* The counter stands at 0 when a period ends, which is where the next one starts; it is loaded with the tick after that. */
static uint32_t position(uint32_t counter)
{
	return counter == 0 ? 0 : period - counter;
}

/* With interrupts off or in the interrupt itself: the time. */
static uint64_t look(void)
{
	uint32_t counter = SYST_CVR;
	uint32_t at = position(counter);

	if (counter >= period || at < seen) {
		counted += period;
		period = LONGEST;
		at = position(counter);
	}
	seen = at;
	return counted + at;
}

/* With interrupts off: the period ends in `ticks` from now on, the one behind it is long again. */
static void end_in(uint32_t ticks)
{
	uint64_t now = look();
	uint32_t rest = period - seen;

	SYST_RVR = ticks - 1u;
	uint32_t counter = SYST_CVR;

	/* Any value clears the counter. */
	SYST_CVR = 0;
	/* At position 0 it may have been loaded with the new length already. */
	if (seen != 0 && counter < rest)
		now += rest - counter;
	counted = now;
	period = ticks;
	seen = 0;
	/* A short period must not come again and again: once it has been loaded, the next one is set. */
	for (uint32_t turn = 0; SYST_CVR == 0 && turn < TURNS_TO_LOAD; turn++)
		continue;
	SYST_RVR = LONGEST - 1u;
}

void clock_start(const struct rproc_board *board)
{
	(void)board;
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
	uint64_t now = look();
	uint64_t rest = at > now ? at - now : 0;

	if (rest < SHORTEST)
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
	(void)look();
	clock_arrived();
}
