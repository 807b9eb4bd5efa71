/*
 * What a CPU family provides to the common code. Interrupts do nothing but set flags (pending_set) and mask their own line.
 */
#ifndef RPROC_PORT_H
#define RPROC_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rproc-abi.h"

/* Never: no alarm is due at this tick. */
#define CLOCK_NEVER UINT64_MAX

/* Protection unit, caches and interrupt controller, as the board record says. Runs before anything that allocates. */
void port_start(const struct rproc_board *board);

/* Interrupts off and on. They nest nowhere: only the main loop and the clock use them. */
void port_irq_off(void);
void port_irq_on(void);

/* With interrupts off: sleeps until one is pending, or returns at once. */
void port_wait(void);

/* True where accesses to memory happen in the order of the program and halfword stores are one access, by construction. */
bool port_in_order(void);

/* Orders all accesses before it against all after it, as the host sees them. */
void port_barrier(void);

/* What lies in caches of these bytes is in memory afterwards. */
void port_clean(const void *at, size_t len);

/* One line at the interrupt controller. */
void irqc_enable(uint32_t irq);
void irqc_disable(uint32_t irq);

/* The clock counts from reset and never stops; its Hz are the board's. */
void clock_start(const struct rproc_board *board);
uint64_t clock_ticks(void);
/*
 * With interrupts off: the next interrupt of the clock comes at `at` or earlier. False: it does not, or `at` is so near that
 * sleeping is not worth it: do not sleep.
 */
bool clock_program(uint64_t at);

/* No interrupt of the clock any more. The core has crashed. */
void clock_stop(void);

#endif
