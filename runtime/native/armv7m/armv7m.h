/* What the files of this family share; registers are spelled as in the Armv7-M Architecture Reference Manual, B3.2. */
#ifndef RPROC_ARMV7M_H
#define RPROC_ARMV7M_H

#include "native.h"

void rproc_reset(void);
void fault_entry(void);
void systick_interrupt(void);
void external_interrupt(void);

#define REG32(address) (*(volatile uint32_t *)(address))

/* Interrupts off, wherever they were off before or not; and back to that. */
static inline uint32_t irq_save(void)
{
	uint32_t mask;

	__asm volatile("mrs %0, primask\n cpsid i" : "=r"(mask)::"memory");
	return mask;
}

static inline void irq_restore(uint32_t mask)
{
	__asm volatile("msr primask, %0" ::"r"(mask) : "memory");
}

#define SYST_CSR REG32(0xe000e010u)
#define SYST_RVR REG32(0xe000e014u)
#define SYST_CVR REG32(0xe000e018u)
#define NVIC_ISER(n) REG32(0xe000e100u + 4u * (n))
#define NVIC_ICER(n) REG32(0xe000e180u + 4u * (n))
#define NVIC_ICPR(n) REG32(0xe000e280u + 4u * (n))
#define SCB_ICSR REG32(0xe000ed04u)
#define SCB_VTOR REG32(0xe000ed08u)
#define SCB_CCR REG32(0xe000ed14u)
#define SCB_SHCSR REG32(0xe000ed24u)
#define SCB_CFSR REG32(0xe000ed28u)
#define SCB_HFSR REG32(0xe000ed2cu)
#define SCB_MMFAR REG32(0xe000ed34u)
#define SCB_BFAR REG32(0xe000ed38u)
#define MPU_TYPE REG32(0xe000ed90u)
#define MPU_CTRL REG32(0xe000ed94u)
#define MPU_RNR REG32(0xe000ed98u)
#define MPU_RBAR REG32(0xe000ed9cu)
#define MPU_RASR REG32(0xe000eda0u)
/* Cortex-M7 only; reads as zero elsewhere. */
#define SCB_CTR REG32(0xe000ed7cu)
#define SCB_CCSIDR REG32(0xe000ed80u)
#define SCB_CSSELR REG32(0xe000ed84u)
#define SCB_ICIALLU REG32(0xe000ef50u)
#define SCB_DCISW REG32(0xe000ef60u)
#define SCB_DCCMVAC REG32(0xe000ef68u)

#endif
