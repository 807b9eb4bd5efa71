/* Platform-level interrupt controller (RISC-V PLIC specification 1.0.0); `irqc_cpu` is the context of this core. */
#include "riscv.h"

#define PRIORITY(irq) (4u * (irq))
#define ENABLE(context, word) (0x2000u + 0x80u * (context) + 4u * (word))
#define THRESHOLD(context) (0x200000u + 0x1000u * (context))
#define CLAIM(context) (THRESHOLD(context) + 4u)

static volatile uint32_t *reg(uint32_t offset)
{
	return (volatile uint32_t *)(uintptr_t)(rproc_board.irqc_base + offset);
}

void plic_start(void)
{
	if (rproc_board.irqc == RPROC_NATIVE_IRQC_PLIC)
		*reg(THRESHOLD(rproc_board.irqc_cpu)) = 0;
}

void irqc_enable(uint32_t irq)
{
	*reg(ENABLE(rproc_board.irqc_cpu, irq / 32u)) |= 1u << (irq % 32u);
	/* Last: QEMU 7.2 looks at what is pending when a priority is written, and not when a line is enabled. */
	*reg(PRIORITY(irq)) = 1;
}

void irqc_disable(uint32_t irq)
{
	*reg(ENABLE(rproc_board.irqc_cpu, irq / 32u)) &= ~(1u << (irq % 32u));
}

uint32_t plic_claim(void)
{
	return *reg(CLAIM(rproc_board.irqc_cpu));
}

void plic_complete(uint32_t irq)
{
	uint32_t word = ENABLE(rproc_board.irqc_cpu, irq / 32u);
	uint32_t enabled = *reg(word);

	/* A completion of a line that is off is ignored, and the line would never interrupt again. */
	*reg(word) = enabled | (1u << (irq % 32u));
	*reg(CLAIM(rproc_board.irqc_cpu)) = irq;
	*reg(word) = enabled;
}
