/* The clock: mtime and mtimecmp of the core-local interruptor (RISC-V ACLINT specification 1.0, chapter 2), hart 0. */
#include "riscv.h"

#define MTIMECMP 0x4000u
#define MTIME 0xbff8u

/* mtime goes on from life to life. */
static uint64_t started;

static uint64_t mtime(void)
{
	uint32_t high;
	uint32_t low;

	do {
		high = REG32(rproc_board.timer_base + MTIME + 4u);
		low = REG32(rproc_board.timer_base + MTIME);
	} while (high != REG32(rproc_board.timer_base + MTIME + 4u));
	return ((uint64_t)high << 32) | low;
}

/* No value in between is sooner than both. */
static void compare(uint64_t at)
{
	REG32(rproc_board.timer_base + MTIMECMP + 4u) = UINT32_MAX;
	REG32(rproc_board.timer_base + MTIMECMP) = (uint32_t)at;
	REG32(rproc_board.timer_base + MTIMECMP + 4u) = (uint32_t)(at >> 32);
}

void clock_start(const struct rproc_board *board)
{
	(void)board;
	clock_stop();
	started = mtime();
}

uint64_t clock_ticks(void)
{
	return mtime() - started;
}

bool clock_program(uint64_t at)
{
	compare(at > CLOCK_NEVER - started ? CLOCK_NEVER : at + started);
	return true;
}

void clock_stop(void)
{
	compare(CLOCK_NEVER);
}
