/* The program in loaded memory: is it whole, and is it for this engine? */
#include <string.h>

#include "native.h"

/* IEEE 802.3, four bits at a time: the table has 16 words. */
static uint32_t crc32_of(const uint8_t *bytes, uint32_t len)
{
	static const uint32_t table[16] = {
		0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
		0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu,
	};
	uint32_t crc = UINT32_MAX;

	for (uint32_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		crc = (crc >> 4) ^ table[crc & 15u];
		crc = (crc >> 4) ^ table[crc & 15u];
	}
	return ~crc;
}

static const char *refuse_header(void)
{
	const char *refusal = NULL;

	if (rproc_app->magic != RPROC_APP_MAGIC || rproc_app->version != RPROC_APP_VERSION)
		refusal = "no program found: there is no app header that this core knows";
	else if (rproc_app->engine != RPROC_APP_ENGINE_QUICKJS)
		refusal = "the program is for another engine; this core runs QuickJS";
	else if (rproc_app->header_len < sizeof(struct rproc_app))
		refusal = "the program's header is damaged";
	return refusal;
}

static const char *refuse_bytecode(void)
{
	static const uint8_t hash[] = RPROC_ENGINE_HASH;
	const struct rproc_app_bytecode *more = (const struct rproc_app_bytecode *)(rproc_app + 1);
	const char *refusal = NULL;

	_Static_assert(sizeof(hash) == sizeof(more->engine_hash), "the hash fills its field");
	if (rproc_app->header_len < sizeof(struct rproc_app) + sizeof(*more))
		refusal = "the program's header is damaged";
	else if (memcmp(more->engine_hash, hash, sizeof(hash)) != 0)
		refusal = "the bytecode was compiled for another build of the engine; build the image again";
	return refusal;
}

struct payload app_payload(void)
{
	struct payload payload = {
		.bytes = (uint8_t *)(uintptr_t)rproc_app + rproc_app->header_len,
		.length = rproc_app->length,
		.bytecode = rproc_app->kind == RPROC_APP_KIND_BYTECODE,
		.refusal = refuse_header(),
	};

	if (!payload.refusal && payload.bytecode)
		payload.refusal = refuse_bytecode();
	else if (!payload.refusal && rproc_app->kind != RPROC_APP_KIND_SOURCE)
		payload.refusal = "the program is of a kind that this core does not know";
	else if (!payload.refusal && !profile_eval)
		payload.refusal = "the program is source text; this engine profile runs bytecode only";
	if (!payload.refusal && crc32_of(payload.bytes, payload.length) != rproc_app->crc32)
		payload.refusal = "the program is damaged: its CRC-32 does not match";
	return payload;
}
