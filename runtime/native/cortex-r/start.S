/*
 * Cortex-R5F (Armv7-R): vectors at address 0 in ARM state, reset, and the entries of exceptions
 * (Arm Architecture Reference Manual, Armv7-A and Armv7-R edition, B1.8).
 */
	.syntax unified
	.arm

#define MODE_SVC 0x13
#define MODE_IRQ 0x12
#define MODE_ABT 0x17
#define MODE_UND 0x1b
#define IRQ_OFF 0x80
#define FIQ_OFF 0x40

	.section .rproc.vectors, "ax"
	.global rproc_vectors
rproc_vectors:
	ldr pc, =rproc_reset
	ldr pc, =undefined_entry
	ldr pc, =svc_entry
	ldr pc, =prefetch_entry
	ldr pc, =data_entry
	ldr pc, =svc_entry
	ldr pc, =irq_entry
	ldr pc, =svc_entry
	.ltorg

	.section .rproc.reset, "ax"
	.global rproc_reset
rproc_reset:
	cpsid if, #MODE_SVC
	/*
	 * The boot loader of another life may have left caches and protection on: SCTLR M, C, I, Z off, low vectors, and
	 * exceptions in ARM state and little-endian (TE, EE).
	 */
	mrc p15, 0, r0, c1, c0, 0
	ldr r1, =0x42003805
	bic r0, r0, r1
	mcr p15, 0, r0, c1, c0, 0
	dsb
	isb
	/* Every mode that an exception enters has a stack: IRQ its own, faults share one. */
	cps #MODE_IRQ
	ldr sp, =irq_stack_end
	cps #MODE_ABT
	ldr sp, =fault_stack_end
	cps #MODE_UND
	ldr sp, =fault_stack_end
	cps #MODE_SVC
	ldr sp, =__rproc_stack_end
	/* CPACR: full access to CP10 and CP11; FPEXC.EN. */
	mrc p15, 0, r0, c1, c0, 2
	orr r0, r0, #0xf00000
	mcr p15, 0, r0, c1, c0, 2
	isb
	mov r0, #0x40000000
	.fpu vfpv3-d16
	vmsr fpexc, r0
	ldr r0, =__bss_start
	ldr r1, =__bss_end
	mov r2, #0
1:	cmp r0, r1
	strlo r2, [r0], #4
	blo 1b
	ldr r0, =protect
	blx r0
	/* Aborts of stores that were buffered are told as well, if late. */
	cpsie a
	ldr r0, =rproc_main
	bx r0
	.ltorg

	.section .text.irq_entry, "ax"
irq_entry:
	sub lr, lr, #4
	srsdb sp!, #MODE_IRQ
	push {r0-r3, r12, lr}
	/* C wants its stack aligned to eight bytes. */
	mov r0, sp
	bic sp, sp, #7
	push {r0, r1}
	ldr r1, =interrupt
	blx r1
	pop {r0, r1}
	mov sp, r0
	pop {r0-r3, r12, lr}
	rfeia sp!
	.ltorg

/* r0 to r12 go to the record of fault_report(); which exception and where is told in arguments. */
	.macro fault number, back
	cpsid if
	push {r0-r12}
	mov r0, sp
	mov r1, #\number
	sub r2, lr, #\back
	mrs r3, spsr
	b fault_common
	.endm

	.section .text.fault_entries, "ax"
undefined_entry:
	/* In Thumb state lr is two bytes behind the instruction, in ARM state four; fault_report() looks at the state. */
	fault 1, 0
svc_entry:
	fault 2, 0
prefetch_entry:
	fault 3, 4
data_entry:
	fault 4, 8

fault_common:
	/* The banked sp and lr of the mode that was interrupted: everything here runs in SVC, interrupts in IRQ. */
	cps #MODE_SVC
	mov r4, sp
	mov r5, lr
	cps #MODE_ABT
	ldr sp, =fault_stack_end - 64
	push {r4, r5}
	ldr r6, =fault_report
	blx r6
1:	b 1b
	.ltorg

	.section .bss.rproc_stacks, "aw", %nobits
	.balign 8
	.space 512
irq_stack_end:
	.space 768
fault_stack_end:
