/*
 * A remote core for the build machine: Bellard's QuickJS with a minimal hal, and the driver side of two vrings in C.
 * Everything that the firmware sees is a flat piece of memory, as on a board.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>

#define RPMSG_BUFFERS 256u
#define RPMSG_BUFFER_SIZE 512u

/* Memory that both sides see; device and physical addresses differ by a constant, as on board virt-m4. */
struct ram {
	uint8_t *bytes;
	uint32_t da;
	uint32_t pa;
	uint32_t len;
};

/* What loading an image leaves behind: the program's text and the resource table. */
struct image {
	const char *program;
	uint32_t program_len;
	uint32_t table_da;
	uint32_t table_len;
};

/* Calls of the allocator hook since they were last cleared. */
struct allocator_calls {
	uint64_t malloc;
	uint64_t realloc;
	uint64_t free;
};

__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

/* A pointer to `len` bytes at device address `da`; ends the process where no memory is. */
uint8_t *ram_at(const struct ram *ram, uint32_t da, uint32_t len);

/* Loads the PT_LOAD segments of an ELF32 file and finds the program, as the core's start-up does. */
struct image load_image(const struct ram *ram, const char *file);

/* Callgrind tells the phases of a run apart by function: each has to stay one. */
#define PHASE __attribute__((noinline, noclone, no_icf))

/* engine.c: the remote side. */
extern struct allocator_calls allocator_calls;
extern uint64_t kicks_to_host;
void phase_engine(void);
void phase_parse(const struct image *image);
void phase_run(struct ram *ram, const struct image *image, int barriers);
/* One kick from the host: the program's handler and its promise jobs. */
void remote_kick(void);
/* Bytes that the engine holds now. */
uint64_t heap_bytes(void);

/* driver.c: the host side. */
struct driver_setup {
	uint32_t vring_da[2];
	uint32_t buffers_da;
};

/* Writes vring addresses and features into the resource table, as Linux does before it starts the core. */
void driver_prepare(struct ram *ram, const struct image *image, const struct driver_setup *setup);
/* DRIVER_OK. The remote looks at its next kick. */
void driver_ok(void);
/* Takes all announcements; the address of the service `name`. */
uint32_t driver_service(const char *name);
/* Puts one message of `size` bytes to `dst` into the ring. */
void driver_post(uint32_t dst, uint32_t size);
/*
 * Takes what the remote returned and sent: ends the process unless these are `posted` buffers and `replies`
 * messages. An echo must hold what was posted, in order and in full; `echo` is false for other services.
 */
void driver_collect(uint32_t posted, uint32_t replies, int echo);

#endif
