/* Armv7-M: vector table and reset (Armv7-M Architecture Reference Manual, B1.5). */
#include "armv7m.h"

/* An exception has no arguments: handlers take what they need from the stack and the registers. */
typedef void (*handler)(void);

/* The first entry is the stack, the second the first instruction. */
struct vectors {
	uint8_t *stack;
	handler handlers[255];
};

__attribute__((section(".rproc.vectors"), used)) const struct vectors rproc_vectors = {
	.stack = __rproc_stack_end,
	.handlers = {
		[0] = rproc_reset,
		[1] = fault_entry,          /* NMI */
		[2] = fault_entry,          /* HardFault */
		[3] = fault_entry,          /* MemManage */
		[4] = fault_entry,          /* BusFault */
		[5] = fault_entry,          /* UsageFault */
		[6 ... 13] = fault_entry,   /* reserved, SVCall, DebugMonitor, PendSV: nobody uses them */
		[14] = systick_interrupt,
		[15 ... 254] = external_interrupt,
	},
};

extern uint32_t __bss_start[], __bss_end[];

/* Linux may have loaded the image, or a boot loader that knows nothing of bss. The FPU comes before the first C function
 * that the compiler may use it in. */
__attribute__((naked, used)) void rproc_reset(void)
{
	__asm volatile(
		"cpsid i\n"
		"ldr r0, =__rproc_stack_end\n"
		"mov sp, r0\n"
		/* VTOR: from here on a fault is told. */
		"ldr r0, =0xe000ed08\n"
		"ldr r1, =rproc_vectors\n"
		"str r1, [r0]\n"
		/* CPACR: full access to CP10 and CP11. */
		"ldr r0, =0xe000ed88\n"
		"ldr r1, [r0]\n"
		"orr r1, r1, #0xf00000\n"
		"str r1, [r0]\n"
		"dsb\n"
		"isb\n"
		"ldr r0, =__bss_start\n"
		"ldr r1, =__bss_end\n"
		"movs r2, #0\n"
		"1: cmp r0, r1\n"
		"bhs 2f\n"
		"str r2, [r0], #4\n"
		"b 1b\n"
		"2: bl rproc_main\n"
		".ltorg\n");
}
