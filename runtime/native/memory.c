/* Accesses that must be exactly one of their width, and what memory the program may have windows on. */
#include "native.h"

uint32_t register_read(uintptr_t da, uint32_t width)
{
	uint32_t value;

	switch (width) {
	case 1:
		value = *(const volatile uint8_t *)da;
		break;
	case 2:
		value = *(const volatile uint16_t *)da;
		break;
	default:
		value = *(const volatile uint32_t *)da;
		break;
	}
	return value;
}

void register_write(uintptr_t da, uint32_t width, uint32_t value)
{
	switch (width) {
	case 1:
		*(volatile uint8_t *)da = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)da = (uint16_t)value;
		break;
	default:
		*(volatile uint32_t *)da = value;
		break;
	}
}

int32_t memory_range(uint32_t da, uint32_t len)
{
	const struct rproc_range *ranges = board_ranges();

	for (uint32_t i = 0; i < rproc_board.ranges; i++) {
		uint32_t at = da - ranges[i].da;

		if (da >= ranges[i].da && len <= ranges[i].len && at <= ranges[i].len - len)
			return (int32_t)i;
	}
	return -1;
}
