/* Physical memory protection (RISC-V privileged specification, 3.7), and the small things of the port. */
#include "riscv.h"

/* Entries are written by number: their registers are names in the instruction. */
static void protect_entry(uint32_t entry, const struct rproc_protection *row)
{
	uint32_t shift = 8u * (entry % 4u);

	switch (entry) {
	case 0:
		CSR_WRITE(pmpaddr0, row->base);
		break;
	case 1:
		CSR_WRITE(pmpaddr1, row->base);
		break;
	case 2:
		CSR_WRITE(pmpaddr2, row->base);
		break;
	case 3:
		CSR_WRITE(pmpaddr3, row->base);
		break;
	default:
		return;
	}
	/* A locked entry holds for machine mode too, until reset. */
	CSR_SET(pmpcfg0, (row->size & 0xffu) << shift);
}

void port_start(const struct rproc_board *board)
{
	const struct rproc_protection *row = board_protections();

	for (uint32_t i = 0; i < board->protections; i++)
		protect_entry(i, &row[i]);
	plic_start();
	CSR_SET(mie, MIE_MEIE | MIE_MTIE);
}

void port_irq_off(void)
{
	CSR_CLEAR(mstatus, MSTATUS_MIE);
}

void port_irq_on(void)
{
	CSR_SET(mstatus, MSTATUS_MIE);
}

void port_wait(void)
{
	/* An interrupt that mie lets through wakes the core also while mstatus.MIE is clear. */
	__asm volatile("wfi" ::: "memory");
}

bool port_in_order(void)
{
	/* RVWMO is weakly ordered, and DataView stores of this build are bytes. */
	return false;
}

void port_barrier(void)
{
	__asm volatile("fence iorw, iorw" ::: "memory");
}

void port_clean(const void *at, size_t len)
{
	/* The cores of this family that are supported have no data cache. */
	(void)at;
	(void)len;
}
