/* What the files of this family share. CP15 registers are named as in the Armv7-R manual, B6.1. */
#ifndef RPROC_CORTEX_R_H
#define RPROC_CORTEX_R_H

#include "native.h"

#define CP15_READ(op1, crn, crm, op2)                                                                        \
	({                                                                                                   \
		uint32_t cp15_value;                                                                         \
		__asm volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 : "=r"(cp15_value));       \
		cp15_value;                                                                                  \
	})
#define CP15_WRITE(op1, crn, crm, op2, value)                                                                \
	__asm volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 ::"r"((uint32_t)(value)) : "memory")

#define REG8(address) (*(volatile uint8_t *)(uintptr_t)(address))
#define REG32(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* The controller that the board record names: the number of the interrupt that is active, or NO_INTERRUPT. */
#define NO_INTERRUPT UINT32_MAX
void irqc_start(const struct rproc_board *board);
uint32_t irqc_claim(void);
/* The interrupt has been handed on. */
void irqc_complete(uint32_t irq);

/* The timer's interrupt came: quiet it. */
void clock_interrupt(void);

#endif
