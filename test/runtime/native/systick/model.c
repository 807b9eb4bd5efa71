/*
 * The clock over a model of SysTick: it never runs ahead or back, loses only what passes while an alarm is set, and sleepers
 * wake in time. Arguments: seed, steps, processor cycles for each tick, and in how many accesses one comes late, as in an
 * emulator that is held up: then the clock loses at most what it was held up for. SYSTICK_C is the file under test.
 */
#include "armv7m.h"

#include SYSTICK_C

#include <stdio.h>
#include <stdlib.h>

/* Between two accesses. */
#define MOST_CYCLES 12u
#define HZ 25000000u

uint32_t model_rvr, model_icsr;

static uint32_t control, counter;
/* What the last access was given, to be compared with what is there now. */
static uint32_t shown_control, given_control, shown_counter, given_counter;
static bool pending, masked;
static uint32_t cycles_per_tick, cycle;
/* Ticks that really passed, how often the counter was set, and what each time may cost: what passes until it is stored. */
static uint64_t truth, settings, cost;
/* One of so many accesses is held up; ticks that this took in all. */
static uint32_t late_of;
static uint64_t held_up;
static uint32_t last_rvr;
static bool arrived;
static uint32_t state;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	printf("broken: %s, at tick %llu\n", what, (unsigned long long)truth);
	exit(1);
}

/* What was stored since the last access. */
static void commit(void)
{
	if (shown_control != given_control)
		control = shown_control;
	if (shown_counter != given_counter) {
		counter = 0;
		control &= ~CSR_COUNTFLAG;
	}
	given_control = shown_control;
	given_counter = shown_counter;
	if ((model_icsr & ICSR_PENDSTCLR) != 0)
		pending = false;
	model_icsr = 0;
	/* An alarm is a shorter reload value; the long one comes back at once. */
	if (model_rvr != last_rvr && model_rvr != LONGEST - 1u)
		settings++;
	last_rvr = model_rvr;
}

/* As many ticks as there are until the counter is 0, or fewer. */
static uint32_t tick_some(uint32_t most)
{
	uint32_t ticks = 1;

	if ((control & CSR_ENABLE) == 0) {
		ticks = most;
	} else if (counter == 0) {
		counter = model_rvr;
	} else {
		ticks = most < counter ? most : counter;
		counter -= ticks;
		if (counter == 0) {
			control |= CSR_COUNTFLAG;
			pending |= (control & CSR_TICKINT) != 0;
		}
	}
	truth += ticks;
	return ticks;
}

static void pass(uint64_t ticks)
{
	commit();
	while (ticks != 0)
		ticks -= tick_some(ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX);
}

/* One access and what is around it. */
static void instructions(void)
{
	uint32_t late = late_of != 0 && chance(late_of) == 0 ? chance(HZ / 1000u) : 0;

	held_up += late;
	cycle += 1u + chance(MOST_CYCLES);
	pass(cycle / cycles_per_tick + late);
	cycle %= cycles_per_tick;
}

uint32_t *model_control(void)
{
	instructions();
	given_control = shown_control = control;
	/* Reading clears it. */
	control &= ~CSR_COUNTFLAG;
	return &shown_control;
}

uint32_t *model_counter(void)
{
	instructions();
	given_counter = shown_counter = counter;
	return &shown_counter;
}

static void deliver(void)
{
	commit();
	if (!pending || masked)
		return;
	pending = false;
	systick_interrupt();
}

uint32_t irq_save(void)
{
	uint32_t mask = masked;

	masked = true;
	return mask;
}

void irq_restore(uint32_t mask)
{
	masked = mask != 0;
}

void clock_arrived(void)
{
	arrived = true;
}

static uint64_t look_at_clock(void)
{
	static uint64_t last;
	uint64_t before = truth;
	uint64_t late = held_up;
	uint64_t now = clock_ticks();

	expect(now >= last, "the clock went back");
	expect(now <= truth, "the clock is ahead");
	expect(now + cost * settings + 1u + late >= before, "the clock lost time");
	last = now;
	return now;
}

/* Awake for `ticks`; interrupts come late, but not by a period. */
static void work(uint64_t ticks)
{
	while (ticks != 0) {
		uint64_t some = chance(20000) + 1u;

		if (some > ticks)
			some = ticks;
		pass(some);
		ticks -= some;
		if (chance(4) == 0)
			look_at_clock();
		deliver();
	}
}

/* What the main loop does until an alarm is due. */
static void wait_for(uint64_t at)
{
	for (uint64_t now = look_at_clock(); now < at; now = look_at_clock()) {
		uint64_t late = held_up;

		masked = true;
		if (!clock_program(at)) {
			expect(at - now <= shortest + held_up, "no sleep though the alarm is far away");
			instructions();
		} else {
			uint64_t lag = truth - now;

			while (!pending)
				pass(counter != 0 ? counter : 1u);
			expect(truth <= at + lag + 16u + held_up - late, "an alarm came late");
		}
		masked = false;
		deliver();
	}
}

int main(int argc, char **argv)
{
	static const struct rproc_board board = { HZ };

	expect(argc == 5, "arguments: seed, steps, cycles per tick, late accesses");
	state = (uint32_t)strtoul(argv[1], NULL, 10) * 2654435761u + 1u;
	cycles_per_tick = (uint32_t)strtoul(argv[3], NULL, 10);
	late_of = (uint32_t)strtoul(argv[4], NULL, 10);
	cost = 1u + (MOST_CYCLES + cycles_per_tick - 1u) / cycles_per_tick;
	clock_start(&board);
	commit();
	last_rvr = model_rvr;
	truth = 0;
	for (unsigned long i = strtoul(argv[2], NULL, 10); i != 0; i--) {
		uint32_t kind = chance(16);

		if (kind == 0)
			work(chance(LONGEST));
		else if (kind < 8)
			work(chance(3000));
		else
			wait_for(look_at_clock() + (kind == 8 ? 3u * chance(LONGEST) : chance(60000)));
	}
	clock_stop();
	commit();
	expect((control & CSR_ENABLE) == 0 && !pending, "a stopped clock interrupts");
	expect(arrived && settings > 100u, "no alarms");
	printf("ticks %llu, lost %llu in %llu settings, held up for %llu\n", (unsigned long long)truth,
	       (unsigned long long)(truth - look_at_clock()), (unsigned long long)settings, (unsigned long long)held_up);
	return 0;
}
