/* RV32 in machine mode: reset and the one entry of all traps (RISC-V privileged specification, 3.1). */
	.option arch, +zicsr

	.section .rproc.vectors, "ax"
	.global rproc_vectors
	.global rproc_reset
rproc_vectors:
rproc_reset:
	csrci mstatus, 8
	csrw mie, zero
	la t0, trap_entry
	csrw mtvec, t0
	la sp, __rproc_stack_end
	/* Relaxation against gp is not used: the image has no small data of its own. */
	la t0, __bss_start
	la t1, __bss_end
1:	bgeu t0, t1, 2f
	sw zero, 0(t0)
	addi t0, t0, 4
	j 1b
2:	la tp, __rproc_tls
	j rproc_main

	.section .text.trap_entry, "ax"
	.balign 4
	/* mscratch holds nothing: a trap runs on a stack of its own, which only traps use, and traps do not nest. */
trap_entry:
	csrw mscratch, sp
	la sp, trap_stack_end
	addi sp, sp, -128
	sw x1, 0(sp)
	sw x3, 8(sp)
	sw x4, 12(sp)
	sw x5, 16(sp)
	sw x6, 20(sp)
	sw x7, 24(sp)
	sw x8, 28(sp)
	sw x9, 32(sp)
	sw x10, 36(sp)
	sw x11, 40(sp)
	sw x12, 44(sp)
	sw x13, 48(sp)
	sw x14, 52(sp)
	sw x15, 56(sp)
	sw x16, 60(sp)
	sw x17, 64(sp)
	sw x18, 68(sp)
	sw x19, 72(sp)
	sw x20, 76(sp)
	sw x21, 80(sp)
	sw x22, 84(sp)
	sw x23, 88(sp)
	sw x24, 92(sp)
	sw x25, 96(sp)
	sw x26, 100(sp)
	sw x27, 104(sp)
	sw x28, 108(sp)
	sw x29, 112(sp)
	sw x30, 116(sp)
	sw x31, 120(sp)
	csrr a0, mscratch
	sw a0, 4(sp)
	mv a0, sp
	csrr a1, mcause
	csrr a2, mepc
	csrr a3, mtval
	call trap
	lw x1, 0(sp)
	lw x5, 16(sp)
	lw x6, 20(sp)
	lw x7, 24(sp)
	lw x10, 36(sp)
	lw x11, 40(sp)
	lw x12, 44(sp)
	lw x13, 48(sp)
	lw x14, 52(sp)
	lw x15, 56(sp)
	lw x16, 60(sp)
	lw x17, 64(sp)
	lw x28, 108(sp)
	lw x29, 112(sp)
	lw x30, 116(sp)
	lw x31, 120(sp)
	csrr sp, mscratch
	mret

	.section .bss.rproc_stacks, "aw", @nobits
	.balign 16
	.space 1024
trap_stack_end:
	/* errno is thread-local in picolibc: the only thread's block. */
	.balign 16
__rproc_tls:
	.space 64
