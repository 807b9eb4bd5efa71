/* The interrupt controllers of boards with a Cortex-R5F; the board record says which one is there. */
#include "cortex-r.h"

/* PL190, Arm DDI 0181. */
#define VICIRQSTATUS 0x000u
#define VICINTSELECT 0x00cu
#define VICINTENABLE 0x010u
#define VICINTENCLEAR 0x014u

/* Generic Interrupt Controller version 1, Arm IHI 0048: distributor and CPU interface. */
#define GICD_CTLR 0x000u
#define GICD_ISENABLER(n) (0x100u + 4u * (n))
#define GICD_ICENABLER(n) (0x180u + 4u * (n))
#define GICD_ITARGETSR(n) (0x800u + (n))
#define GICD_IPRIORITYR(n) (0x400u + (n))
#define GICC_CTLR 0x00u
#define GICC_PMR 0x04u
#define GICC_IAR 0x0cu
#define GICC_EOIR 0x10u
#define GIC_SPURIOUS 1023u
#define GIC_PRIORITY 0xa0u

/* TI's Vectored Interrupt Manager, groups of 32 interrupts (AM64x Technical Reference Manual, 9.2). */
#define VIM_ACTIRQ 0x20u
#define VIM_ACTIRQ_VALID (1u << 31)
#define VIM_IRQVEC 0x18u
#define VIM_RAW(n) (0x400u + 0x20u * (n))
#define VIM_STS(n) (0x404u + 0x20u * (n))
#define VIM_INTR_EN_SET(n) (0x408u + 0x20u * (n))
#define VIM_INTR_EN_CLR(n) (0x40cu + 0x20u * (n))

static uint32_t base(void)
{
	return rproc_board.irqc_base;
}

static uint32_t cpu(void)
{
	return rproc_board.irqc_cpu;
}

void irqc_start(const struct rproc_board *board)
{
	switch (board->irqc) {
	case RPROC_NATIVE_IRQC_PL190:
		REG32(base() + VICINTENCLEAR) = UINT32_MAX;
		REG32(base() + VICINTSELECT) = 0;
		break;
	case RPROC_NATIVE_IRQC_GIC:
		REG32(base() + GICD_CTLR) = 1;
		REG32(cpu() + GICC_PMR) = 0xff;
		REG32(cpu() + GICC_CTLR) = 1;
		break;
	default:
		break;
	}
	if (board->timer_irq != 0)
		irqc_enable(board->timer_irq);
}

void irqc_enable(uint32_t irq)
{
	uint32_t bit = 1u << (irq % 32u);

	switch (rproc_board.irqc) {
	case RPROC_NATIVE_IRQC_PL190:
		REG32(base() + VICINTENABLE) = bit;
		break;
	case RPROC_NATIVE_IRQC_GIC:
		REG8(base() + GICD_IPRIORITYR(irq)) = GIC_PRIORITY;
		/* The first targets are read-only and tell each core its own bit: two cores share the distributor. */
		REG8(base() + GICD_ITARGETSR(irq)) = REG8(base() + GICD_ITARGETSR(0));
		REG32(base() + GICD_ISENABLER(irq / 32u)) = bit;
		break;
	case RPROC_NATIVE_IRQC_VIM:
		REG32(base() + VIM_INTR_EN_SET(irq / 32u)) = bit;
		break;
	default:
		break;
	}
}

void irqc_disable(uint32_t irq)
{
	uint32_t bit = 1u << (irq % 32u);

	switch (rproc_board.irqc) {
	case RPROC_NATIVE_IRQC_PL190:
		REG32(base() + VICINTENCLEAR) = bit;
		break;
	case RPROC_NATIVE_IRQC_GIC:
		REG32(base() + GICD_ICENABLER(irq / 32u)) = bit;
		break;
	case RPROC_NATIVE_IRQC_VIM:
		REG32(base() + VIM_INTR_EN_CLR(irq / 32u)) = bit;
		break;
	default:
		break;
	}
	/* The line is off before the interrupt returns, or it would be entered again. */
	__asm volatile("dsb" ::: "memory");
}

static uint32_t claim_gic(void)
{
	uint32_t irq = REG32(cpu() + GICC_IAR) & 0x3ffu;

	return irq == GIC_SPURIOUS ? NO_INTERRUPT : irq;
}

static uint32_t claim_vim(void)
{
	uint32_t active;

	/* The vector's register has to be read for the manager to choose the interrupt. */
	(void)REG32(base() + VIM_IRQVEC);
	active = REG32(base() + VIM_ACTIRQ);
	return (active & VIM_ACTIRQ_VALID) != 0 ? active & 0x3ffu : NO_INTERRUPT;
}

uint32_t irqc_claim(void)
{
	uint32_t irq = NO_INTERRUPT;
	uint32_t active;

	switch (rproc_board.irqc) {
	case RPROC_NATIVE_IRQC_PL190:
		active = REG32(base() + VICIRQSTATUS);
		if (active != 0)
			irq = (uint32_t)__builtin_ctz(active);
		break;
	case RPROC_NATIVE_IRQC_GIC:
		irq = claim_gic();
		break;
	case RPROC_NATIVE_IRQC_VIM:
		irq = claim_vim();
		break;
	default:
		break;
	}
	return irq;
}

void irqc_complete(uint32_t irq)
{
	switch (rproc_board.irqc) {
	case RPROC_NATIVE_IRQC_GIC:
		REG32(cpu() + GICC_EOIR) = irq;
		break;
	case RPROC_NATIVE_IRQC_VIM:
		REG32(base() + VIM_STS(irq / 32u)) = 1u << (irq % 32u);
		REG32(base() + VIM_IRQVEC) = 0;
		break;
	default:
		break;
	}
}
