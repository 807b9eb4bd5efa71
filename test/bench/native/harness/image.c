/* Loads an image into memory and finds the program in it (runtime/abi/app.ts has the header's format). */
#include "harness.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APP_MAGIC 0x50415052u
#define APP_VERSION 1u
#define APP_KIND_SOURCE 1u
#define APP_ALIGN 16u

struct app_header {
	uint32_t magic;
	uint16_t version;
	uint16_t header_len;
	uint8_t kind;
	uint8_t engine;
	uint16_t reserved;
	uint32_t length;
	uint32_t crc32;
	uint32_t table_da;
	uint32_t table_len;
	uint32_t pad;
};

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

uint8_t *ram_at(const struct ram *ram, uint32_t da, uint32_t len)
{
	if (da < ram->da || len > ram->len || da - ram->da > ram->len - len)
		die("no memory at device address 0x%08x, %u bytes", da, len);
	return ram->bytes + (da - ram->da);
}

static uint8_t *read_file(const char *file, size_t *size)
{
	FILE *stream = fopen(file, "rb");
	uint8_t *bytes;
	long end;

	if (!stream || fseek(stream, 0, SEEK_END) != 0 || (end = ftell(stream)) < 0)
		die("%s: cannot be read", file);
	rewind(stream);
	*size = (size_t)end;
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, stream) != *size)
		die("%s: cannot be read", file);
	fclose(stream);
	return bytes;
}

/* p_paddr is the device address: drivers/remoteproc/remoteproc_elf_loader.c, rproc_elf_load_segments(). */
static void load_segments(const struct ram *ram, const uint8_t *elf, size_t size)
{
	Elf32_Ehdr header;
	Elf32_Phdr segment;

	memcpy(&header, elf, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS32)
		die("not an ELF32 image");
	for (unsigned i = 0; i < header.e_phnum; i++) {
		memcpy(&segment, elf + header.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type != PT_LOAD || segment.p_memsz == 0)
			continue;
		if (segment.p_offset + segment.p_filesz > size)
			die("segment %u ends behind the file", i);
		uint8_t *to = ram_at(ram, segment.p_paddr, segment.p_memsz);
		memcpy(to, elf + segment.p_offset, segment.p_filesz);
		memset(to + segment.p_filesz, 0, segment.p_memsz - segment.p_filesz);
	}
}

struct image load_image(const struct ram *ram, const char *file)
{
	struct app_header app;
	size_t size;
	uint8_t *elf = read_file(file, &size);

	if (size < sizeof(Elf32_Ehdr))
		die("%s: too short", file);
	load_segments(ram, elf, size);
	free(elf);
	for (uint32_t at = 0; at + sizeof(app) <= ram->len; at += APP_ALIGN) {
		memcpy(&app, ram->bytes + at, sizeof(app));
		if (app.magic != APP_MAGIC || app.version != APP_VERSION)
			continue;
		if (app.kind != APP_KIND_SOURCE || at + app.header_len + app.length > ram->len)
			die("%s: the program is not source text", file);
		return (struct image){
			.program = (const char *)ram->bytes + at + app.header_len,
			.program_len = app.length,
			.table_da = app.table_da,
			.table_len = app.table_len,
		};
	}
	die("%s: no program in it", file);
}
