/* Stands in for armv7m.h: the timer's registers as a model has them (Armv7-M Architecture Reference Manual, B3.3). */
#ifndef RPROC_ARMV7M_H
#define RPROC_ARMV7M_H

#include <stdbool.h>
#include <stdint.h>

struct rproc_board {
	uint32_t timer_hz;
};

void clock_start(const struct rproc_board *board);
uint64_t clock_ticks(void);
bool clock_program(uint64_t at);
void clock_stop(void);
void systick_interrupt(void);
void clock_arrived(void);

extern uint32_t model_rvr, model_icsr;
/* What is stored there takes effect with the next access. */
uint32_t *model_control(void);
uint32_t *model_counter(void);

#define SYST_CSR (*model_control())
#define SYST_RVR model_rvr
#define SYST_CVR (*model_counter())
#define SCB_ICSR model_icsr

uint32_t irq_save(void);
void irq_restore(uint32_t mask);

#endif
