/* The raw log: a UART that is written to and never waited for longer than a byte takes. */
#include "native.h"

/* CMSDK APB UART, Arm DDI 0479 section 4.3. */
#define CMSDK_DATA 0x00u
#define CMSDK_STATE 0x04u
#define CMSDK_STATE_TXFULL 1u
#define CMSDK_CTRL 0x08u
#define CMSDK_CTRL_TX_EN 1u
#define CMSDK_BAUDDIV 0x10u
#define CMSDK_BAUDDIV_MIN 16u

/* PL011, Arm DDI 0183. */
#define PL011_DR 0x00u
#define PL011_FR 0x18u
#define PL011_FR_TXFF 0x20u
#define PL011_CR 0x30u
#define PL011_CR_UARTEN_TXE 0x101u

/* 16550: byte registers. */
#define NS16550_THR 0x00u
#define NS16550_LSR 0x05u
#define NS16550_LSR_THRE 0x20u

/* A UART that is stuck must not hold up the program for ever. */
#define TURNS_PER_BYTE 100000u

static uint32_t reg(uint32_t offset, uint32_t width)
{
	return register_read(rproc_board.console_base + offset, width);
}

static void set(uint32_t offset, uint32_t width, uint32_t value)
{
	register_write(rproc_board.console_base + offset, width, value);
}

void console_start(void)
{
	switch (rproc_board.console) {
	case RPROC_NATIVE_CONSOLE_CMSDK:
		set(CMSDK_BAUDDIV, 4, CMSDK_BAUDDIV_MIN);
		set(CMSDK_CTRL, 4, CMSDK_CTRL_TX_EN);
		break;
	case RPROC_NATIVE_CONSOLE_PL011:
		set(PL011_CR, 4, PL011_CR_UARTEN_TXE);
		break;
	default:
		break;
	}
}

static bool full(void)
{
	bool wait;

	switch (rproc_board.console) {
	case RPROC_NATIVE_CONSOLE_CMSDK:
		wait = (reg(CMSDK_STATE, 4) & CMSDK_STATE_TXFULL) != 0;
		break;
	case RPROC_NATIVE_CONSOLE_PL011:
		wait = (reg(PL011_FR, 4) & PL011_FR_TXFF) != 0;
		break;
	default:
		wait = (reg(NS16550_LSR, 1) & NS16550_LSR_THRE) == 0;
		break;
	}
	return wait;
}

/* False: nobody takes what is written. */
static bool wait_for_room(void)
{
	static uint32_t turns = TURNS_PER_BYTE;
	bool room = !full();

	for (uint32_t turn = 0; !room && turn < turns; turn++)
		room = !full();
	/* It is waited for once: after that it is only asked. */
	turns = room ? TURNS_PER_BYTE : 0;
	return room;
}

static void put(uint8_t byte)
{
	if (!wait_for_room())
		return;
	switch (rproc_board.console) {
	case RPROC_NATIVE_CONSOLE_CMSDK:
		set(CMSDK_DATA, 4, byte);
		break;
	case RPROC_NATIVE_CONSOLE_PL011:
		set(PL011_DR, 4, byte);
		break;
	default:
		set(NS16550_THR, 1, byte);
		break;
	}
}

void console_write(const uint8_t *bytes, size_t len)
{
	if (rproc_board.console == RPROC_NATIVE_CONSOLE_NONE)
		return;
	for (size_t i = 0; i < len; i++)
		put(bytes[i]);
}
