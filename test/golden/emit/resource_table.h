/* The resource table of fw on virt-ivshmem. Written by rproc emit; bytes and byte offsets. */

#ifndef FW_RESOURCE_TABLE_H
#define FW_RESOURCE_TABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RPROC_TABLE_SIZE 288u /* of .resource_table */

/* [0] carveout "shared-data" */
#define RPROC_SHARED_DATA_0_OFFSET          36u /* of the entry, its type word */
#define RPROC_SHARED_DATA_0_SIZE            56u /* of the entry */
#define RPROC_SHARED_DATA_0_DA_OFFSET       40u /* u32 */
#define RPROC_SHARED_DATA_0_PA_OFFSET       44u /* u32 */
#define RPROC_SHARED_DATA_0_LEN_OFFSET      48u /* u32 */
#define RPROC_SHARED_DATA_0_FLAGS_OFFSET    52u /* u32 */
#define RPROC_SHARED_DATA_0_RESERVED_OFFSET 56u /* u32 */
#define RPROC_SHARED_DATA_0_NAME_OFFSET     60u /* char[32] */

/* [1] trace "log" */
#define RPROC_LOG_OFFSET          92u /* of the entry, its type word */
#define RPROC_LOG_SIZE            48u /* of the entry */
#define RPROC_LOG_DA_OFFSET       96u /* u32 */
#define RPROC_LOG_LEN_OFFSET      100u /* u32 */
#define RPROC_LOG_RESERVED_OFFSET 104u /* u32 */
#define RPROC_LOG_NAME_OFFSET     108u /* char[32] */

/* [2] rpmsgVdev "rpmsg" */
#define RPROC_RPMSG_OFFSET                 140u /* of the entry, its type word */
#define RPROC_RPMSG_SIZE                   68u /* of the entry */
#define RPROC_RPMSG_ID_OFFSET              144u /* u32 */
#define RPROC_RPMSG_NOTIFYID_OFFSET        148u /* u32 */
#define RPROC_RPMSG_DFEATURES_OFFSET       152u /* u32 */
#define RPROC_RPMSG_GFEATURES_OFFSET       156u /* u32 */
#define RPROC_RPMSG_CONFIG_LEN_OFFSET      160u /* u32 */
#define RPROC_RPMSG_STATUS_OFFSET          164u /* u8 */
#define RPROC_RPMSG_NUM_OF_VRINGS_OFFSET   165u /* u8 */
#define RPROC_RPMSG_RESERVED_OFFSET        166u /* u8[2] */
#define RPROC_RPMSG_INDEX                  0u /* Linux calls its memory vdev0vring0 and so on */
#define RPROC_RPMSG_VRING0_NUM             256u /* entries */
#define RPROC_RPMSG_VRING0_ALIGN           16u /* bytes */
#define RPROC_RPMSG_VRING0_BYTES           6678u /* of the ring */
#define RPROC_RPMSG_VRING0_DA_OFFSET       168u /* u32 */
#define RPROC_RPMSG_VRING0_NOTIFYID_OFFSET 180u /* u32 */
#define RPROC_RPMSG_VRING0_PA_OFFSET       184u /* u32 */
#define RPROC_RPMSG_VRING1_NUM             256u /* entries */
#define RPROC_RPMSG_VRING1_ALIGN           16u /* bytes */
#define RPROC_RPMSG_VRING1_BYTES           6678u /* of the ring */
#define RPROC_RPMSG_VRING1_DA_OFFSET       188u /* u32 */
#define RPROC_RPMSG_VRING1_NOTIFYID_OFFSET 200u /* u32 */
#define RPROC_RPMSG_VRING1_PA_OFFSET       204u /* u32 */
#define RPROC_RPMSG_CONFIG_OFFSET          208u /* configuration space */

/* [3] vdev "tty" */
#define RPROC_TTY_OFFSET                 208u /* of the entry, its type word */
#define RPROC_TTY_SIZE                   72u /* of the entry */
#define RPROC_TTY_ID_OFFSET              212u /* u32 */
#define RPROC_TTY_NOTIFYID_OFFSET        216u /* u32 */
#define RPROC_TTY_DFEATURES_OFFSET       220u /* u32 */
#define RPROC_TTY_GFEATURES_OFFSET       224u /* u32 */
#define RPROC_TTY_CONFIG_LEN_OFFSET      228u /* u32 */
#define RPROC_TTY_STATUS_OFFSET          232u /* u8 */
#define RPROC_TTY_NUM_OF_VRINGS_OFFSET   233u /* u8 */
#define RPROC_TTY_RESERVED_OFFSET        234u /* u8[2] */
#define RPROC_TTY_INDEX                  1u /* Linux calls its memory vdev1vring0 and so on */
#define RPROC_TTY_VRING0_NUM             16u /* entries */
#define RPROC_TTY_VRING0_ALIGN           16u /* bytes */
#define RPROC_TTY_VRING0_BYTES           438u /* of the ring */
#define RPROC_TTY_VRING0_DA_OFFSET       236u /* u32 */
#define RPROC_TTY_VRING0_NOTIFYID_OFFSET 248u /* u32 */
#define RPROC_TTY_VRING0_PA_OFFSET       252u /* u32 */
#define RPROC_TTY_VRING1_NUM             16u /* entries */
#define RPROC_TTY_VRING1_ALIGN           16u /* bytes */
#define RPROC_TTY_VRING1_BYTES           438u /* of the ring */
#define RPROC_TTY_VRING1_DA_OFFSET       256u /* u32 */
#define RPROC_TTY_VRING1_NOTIFYID_OFFSET 268u /* u32 */
#define RPROC_TTY_VRING1_PA_OFFSET       272u /* u32 */
#define RPROC_TTY_CONFIG_OFFSET          276u /* configuration space */

/* [4] vendor "shared_data" */
#define RPROC_SHARED_DATA_4_OFFSET         280u /* of the entry, its type word */
#define RPROC_SHARED_DATA_4_SIZE           8u /* of the entry */
#define RPROC_SHARED_DATA_4_PAYLOAD_OFFSET 284u /* 4 bytes */

/* The table where the image is loaded: Linux writes its copy there before the core starts. */
extern volatile uint8_t rproc_resource_table[RPROC_TABLE_SIZE];

/* Text up to the first NUL is what Linux shows. */
extern char rproc_trace_log[];

/* One aligned access each: Linux changes status, features and ring addresses while the core runs. */
static inline uint32_t rproc_table_u32(uint32_t offset)
{
	return *(volatile const uint32_t *)(const volatile void *)&rproc_resource_table[offset];
}

static inline uint8_t rproc_table_u8(uint32_t offset)
{
	return rproc_resource_table[offset];
}

/* The device address of a physical address out of a vring descriptor, RPROC_NO_DA where the core cannot see it. */
#define RPROC_NO_DA 0xffffffffu
static inline uint32_t rproc_pa_to_da(uint64_t pa)
{
	if (pa >= 0x10000000u && pa - 0x10000000u < 0x00f90000u)
		return (uint32_t)(pa - 0x10000000u) + 0x10000000u;
	if (pa >= 0x10fff000u && pa - 0x10fff000u < 0x00001000u)
		return (uint32_t)(pa - 0x10fff000u) + 0x10fff000u;
	return RPROC_NO_DA;
}

#ifdef __cplusplus
}
#endif

#endif /* FW_RESOURCE_TABLE_H */
