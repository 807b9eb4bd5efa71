/*
 * The protection unit (Cortex-R5 Technical Reference Manual, 7), set up before anything outside of the tightly coupled memory
 * is executed: without it the architecture has no instructions in the upper half of the address space (Armv7-R manual,
 * B5.1.3). So this function lies beside the vectors and calls nothing.
 */
#include "cortex-r.h"

#define SCTLR_M (1u << 0)

__attribute__((section(".rproc.reset"), used)) void protect(void)
{
	const struct rproc_range *ranges = behind_board_record();
	const struct rproc_protection *row = (const struct rproc_protection *)(ranges + rproc_board.ranges);
	uint32_t regions = (CP15_READ(0, c0, c0, 4) >> 8) & 0xffu;

	/* A board that says nothing keeps the default map; else what no row covers cannot be touched. */
	if (rproc_board.magic != RPROC_BOARD_MAGIC || rproc_board.protections == 0)
		return;
	for (uint32_t i = 0; i < regions; i++) {
		CP15_WRITE(0, c6, c2, 0, i);
		CP15_WRITE(0, c6, c1, 2, 0);
		if (i >= rproc_board.protections)
			continue;
		CP15_WRITE(0, c6, c1, 0, row[i].base);
		CP15_WRITE(0, c6, c1, 4, row[i].access);
		CP15_WRITE(0, c6, c1, 2, row[i].size);
	}
	__asm volatile("dsb\n isb" ::: "memory");
	CP15_WRITE(0, c1, c0, 0, CP15_READ(0, c1, c0, 0) | SCTLR_M);
	__asm volatile("dsb\n isb" ::: "memory");
}
