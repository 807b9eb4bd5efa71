/* Rows behind the board record: ranges, then protections, then register writes, each as often as the record says. */
#include "native.h"

const struct rproc_range *board_ranges(void)
{
	return behind_board_record();
}

const struct rproc_protection *board_protections(void)
{
	return (const struct rproc_protection *)(board_ranges() + rproc_board.ranges);
}

void board_write_registers(void)
{
	const struct rproc_write *row = (const struct rproc_write *)(board_protections() + rproc_board.protections);

	for (uint32_t i = 0; i < rproc_board.writes; i++)
		register_write(row[i].da, row[i].width, row[i].value);
}
