/* What the files of this family share: control and status registers of the privileged specification. */
#ifndef RPROC_RISCV_H
#define RPROC_RISCV_H

#include "native.h"

#define CSR_READ(name)                                                                                       \
	({                                                                                                   \
		uint32_t csr_value;                                                                          \
		__asm volatile("csrr %0, " #name : "=r"(csr_value)::"memory");                               \
		csr_value;                                                                                   \
	})
#define CSR_WRITE(name, value) __asm volatile("csrw " #name ", %0" ::"r"((uint32_t)(value)) : "memory")
#define CSR_SET(name, bits) __asm volatile("csrs " #name ", %0" ::"r"((uint32_t)(bits)) : "memory")
#define CSR_CLEAR(name, bits) __asm volatile("csrc " #name ", %0" ::"r"((uint32_t)(bits)) : "memory")

#define REG32(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define MSTATUS_MIE (1u << 3)
#define MIE_MTIE (1u << 7)
#define MIE_MEIE (1u << 11)

/* plic.c: the number of the interrupt that is active, 0 for none. */
void plic_start(void);
uint32_t plic_claim(void);
void plic_complete(uint32_t irq);

#endif
