/* From the family's reset code to the loop that sleeps between interrupts. */
#include <string.h>

#include "native.h"

/* What interrupts have told and the loop has not taken yet. */
static volatile uint32_t pending;

void pending_set(uint32_t flags)
{
	pending |= flags;
}

void irq_arrived(uint32_t irq)
{
	for (uint32_t i = 0; i < rproc_board.irq_count; i++) {
		if (rproc_board.irqs[i] != irq)
			continue;
		/* The mailbox's driver acknowledges it, in JavaScript: until then the line would interrupt for ever. */
		irqc_disable(irq);
		pending_set(PENDING_MAILBOX);
		return;
	}
	irqc_disable(irq);
	crash_fault(RPROC_CRASH_CAUSE_EXCEPTION, "interrupt that nobody asked for, number ", irq, 0);
}

void clock_arrived(void)
{
	pending_set(PENDING_CLOCK);
	/* Loops inside of the engine, as in [].indexOf of something endless, never ask the watchdog. */
	if (engine_stuck()) {
		rproc_status.cause = RPROC_CRASH_CAUSE_WATCHDOG;
		engine_crash("", "");
	}
}

/* Ticks asleep since reset. */
static uint64_t idle;

static void set_ticks(uint32_t words[2], uint64_t ticks)
{
	words[0] = (uint32_t)ticks;
	words[1] = (uint32_t)(ticks >> 32);
}

void status_update(void)
{
	const struct heap_usage *heap = heap_usage();

	rproc_status.heap_size = (uint32_t)heap->size;
	rproc_status.heap_used = (uint32_t)heap->used;
	rproc_status.heap_peak = (uint32_t)heap->peak;
	rproc_status.heap_reach = (uint32_t)heap->reach;
	set_ticks(rproc_status.idle_ticks, idle);
}

/* With interrupts off and nothing to do: sleeps until there may be something. */
static void sleep_until_interrupt(uint64_t now)
{
	if (!clock_program(hal_alarm_at) || rproc_board.irq_count == 0)
		return;
	set_ticks(rproc_status.ticks, now);
	status_update();
	port_wait();
	idle += clock_ticks() - now;
}

static void serve_mailbox(void)
{
	engine_enter(ENTRY_KICK);
	for (uint32_t i = 0; i < rproc_board.irq_count; i++)
		irqc_enable(rproc_board.irqs[i]);
}

static _Noreturn void loop(void)
{
	for (;;) {
		port_irq_off();
		uint32_t flags = pending;
		uint64_t now = clock_ticks();
		bool due = now >= hal_alarm_at;

		pending = 0;
		/* Without an interrupt of its own the mailbox is looked at in every turn. */
		if (rproc_board.irq_count == 0)
			flags |= PENDING_MAILBOX;
		if (flags == 0 && !due)
			sleep_until_interrupt(now);
		port_irq_on();
		if ((flags & PENDING_MAILBOX) != 0)
			serve_mailbox();
		if (due) {
			hal_alarm_at = CLOCK_NEVER;
			engine_enter(ENTRY_ALARM);
		}
	}
}

_Noreturn void rproc_main(void)
{
	/* Whoever loaded the image may not have cleared it, or the last life's crash is still there. */
	memset(&rproc_status, 0, sizeof(rproc_status));
	rproc_status.magic = RPROC_STATUS_MAGIC;
	rproc_status.version = RPROC_STATUS_VERSION;
	rproc_status.state = RPROC_NATIVE_STATE_STARTING;
	if (rproc_board.magic != RPROC_BOARD_MAGIC || rproc_board.version != RPROC_BOARD_VERSION)
		crash(RPROC_CRASH_CAUSE_PAYLOAD, "the board record is not one that this start-up code knows", "");
	board_write_registers();
	port_start(&rproc_board);
	clock_start(&rproc_board);
	console_start();
	struct payload payload = app_payload();

	if (payload.refusal)
		crash(RPROC_CRASH_CAUSE_PAYLOAD, payload.refusal, "");
	port_irq_on();
	engine_start();
	engine_run(&payload);
	status_update();
	rproc_status.state = RPROC_NATIVE_STATE_RUNNING;
	for (uint32_t i = 0; i < rproc_board.irq_count; i++)
		irqc_enable(rproc_board.irqs[i]);
	loop();
}
