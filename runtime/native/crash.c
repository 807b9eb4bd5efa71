/* How a core ends: the status record says why, one store tells the host, and nothing runs any more. */
#include <string.h>

#include "native.h"

struct rproc_status rproc_status __attribute__((section(".rproc.status"), aligned(16), used));

/* As `enum rproc_crash_type` of the kernel. */
#define TYPE_MMUFAULT 0u
#define TYPE_WATCHDOG 1u
#define TYPE_FATAL 2u

static uint8_t type_of(uint32_t cause)
{
	uint8_t type;

	switch (cause) {
	case RPROC_CRASH_CAUSE_MEMORY:
		type = TYPE_MMUFAULT;
		break;
	case RPROC_CRASH_CAUSE_WATCHDOG:
		type = TYPE_WATCHDOG;
		break;
	default:
		type = TYPE_FATAL;
		break;
	}
	return type;
}

/* As much of `text` as fits, always with its NUL, and no half of a character of UTF-8. */
static void copy_text(char *to, size_t room, const char *text)
{
	size_t len = 0;

	while (len < room - 1u && text[len] != '\0')
		len++;
	while (len > 0 && ((uint8_t)text[len] & 0xc0u) == 0x80u)
		len--;
	memcpy(to, text, len);
	to[len] = '\0';
}

/* The one store, then what could wake the core is off, so that it sleeps. */
static void tell_host(void)
{
	if (rproc_board.crash_width != 0)
		register_write(rproc_board.crash_da, rproc_board.crash_width, rproc_board.crash_value);
	for (uint32_t i = 0; i < rproc_board.irq_count; i++)
		irqc_disable(rproc_board.irqs[i]);
	clock_stop();
}

_Noreturn void crash(uint32_t cause, const char *reason, const char *stack)
{
	port_irq_off();
	/* A fault while a crash is told keeps the first report. */
	if (rproc_status.state != RPROC_NATIVE_STATE_CRASHED) {
		rproc_status.magic = RPROC_STATUS_MAGIC;
		rproc_status.version = RPROC_STATUS_VERSION;
		rproc_status.cause = (uint8_t)cause;
		rproc_status.type = type_of(cause);
		copy_text(rproc_status.reason, sizeof(rproc_status.reason), reason);
		copy_text(rproc_status.stack, sizeof(rproc_status.stack), stack);
		rproc_status.state = RPROC_NATIVE_STATE_CRASHED;
		/* A fault from here on comes back to the store below. */
		status_update();
	}
	port_barrier();
	port_clean(&rproc_status, sizeof(rproc_status));
	if (rproc_board.magic == RPROC_BOARD_MAGIC)
		tell_host();
	for (;;)
		port_wait();
}

static char *append(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
	return at;
}

static char *append_hex(char *at, uint32_t value)
{
	static const char digits[] = "0123456789abcdef";

	at = append(at, "0x");
	for (uint32_t shift = 32; shift != 0; shift -= 4u)
		*at++ = digits[(value >> (shift - 4u)) & 15u];
	return at;
}

_Noreturn void crash_fault(uint32_t cause, const char *what, uint32_t address, uint32_t pc)
{
	/* The longest `what` has 40 characters. */
	char text[96];
	char *at = append(text, what);

	at = append_hex(at, address);
	at = append(at, " at ");
	at = append_hex(at, pc);
	*at = '\0';
	crash(cause, text, "");
}
