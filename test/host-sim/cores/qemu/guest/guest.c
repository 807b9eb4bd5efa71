/*
 * A firmware without an engine for mps2-an386, written from virtio-ring.md and the CMSDK UART's manual alone: it shares nothing
 * with runtime/. It announces a channel and does what messages on it say.
 */
#include <stdint.h>

#define RAM_END 0x22000000u
#define REG(at) (*(volatile uint32_t *)(at))
#define CONSOLE 0x40004000u
#define DOOR 0x40005000u
#define DATA 0x0
#define STATE 0x4
#define CTRL 0x8
#define INTSTATUS 0xc
#define BAUDDIV 0x10
#define NVIC_ISER0 0xe000e100u

enum { SHUTDOWN = 0xf0, DETACH, ECHO, ABORT, GRANTED = 0xf8, REFUSED, LISTENING = 0xfe, CRASHED };

void reset(void);
void door_irq(void);
void fault(void);

__attribute__((section(".vectors"), used, aligned(1024))) void *const vectors[16 + 32] = {
    (void *)(RAM_END - 0x200000), reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, 0, 0, fault, fault,
    [16 + 2] = door_irq,
};

/* resource table: trace, rpmsg vdev */
struct vring { uint32_t da, align, num, notifyid, pa; };
struct table {
    uint32_t ver, num, reserved[2], offset[2];
    struct { uint32_t type, da, len, reserved; char name[32]; } trace;
    struct {
        uint32_t type, id, notifyid, dfeatures, gfeatures, config_len;
        uint8_t status, num_of_vrings, reserved[2];
        struct vring vring[2];
    } vdev;
};
#define NUM 16
static char trace_text[4096];
__attribute__((section(".resource_table"), used)) volatile struct table table = {
    1, 2, {0, 0}, {24, 24 + 48},
    {2, (uint32_t)trace_text, sizeof trace_text, 0, "trace"},
    {3, 7, 0, 1, 0, 0, 0, 2, {0, 0}, {{0xffffffff, 16, NUM, 0, 0}, {0xffffffff, 16, NUM, 0, 0}}},
};

struct status {
    uint32_t magic;
    uint16_t version;
    uint8_t state, cause, type, reserved[3];
    uint32_t heap[4], ticks[2], idle[2], boot, registers[32], fault[4];
    char reason[192], stack[1024];
};
__attribute__((section(".rproc.status"))) volatile struct status status;

static void put(uint32_t uart, uint8_t byte)
{
    while (REG(uart + STATE) & 1)
        ;
    REG(uart + DATA) = byte;
}

static void trace(const char *text)
{
    static unsigned at;
    while (*text && at < sizeof trace_text - 1)
        trace_text[at++] = *text++;
}

static void copy(volatile char *to, const char *from)
{
    while ((*to++ = *from++))
        ;
}

static __attribute__((noreturn)) void crash(const char *reason, const char *stack, int type)
{
    status.magic = 0x54535052;
    status.version = 1;
    status.type = type;
    for (int i = 0; i < 17; i++)
        status.registers[i] = 0x100 + i;
    copy(status.reason, reason);
    copy(status.stack, stack);
    status.state = 3;
    __asm volatile("dmb" ::: "memory");
    put(DOOR, CRASHED);
    __asm volatile("cpsid i");
    for (;;)
        __asm volatile("wfi");
}

void fault(void) { crash("a fault", "", 0); }

/* split rings, the device's side */
struct ring {
    volatile uint8_t *desc;
    volatile uint16_t *avail, *used;
    uint16_t last, idx;
    uint32_t notifyid;
};
static struct ring rings[2];
static volatile uint32_t rung, requests;
static int refuse, up;

void door_irq(void)
{
    REG(DOOR + INTSTATUS) = 2;
    while (REG(DOOR + STATE) & 2) {
        uint8_t byte = REG(DOOR + DATA);
        if (byte >= SHUTDOWN)
            requests |= 1u << (byte - SHUTDOWN);
        else
            rung++;
    }
}

static void open(struct ring *ring, volatile struct vring *from)
{
    uint32_t at = from->da;
    ring->desc = (volatile uint8_t *)at;
    ring->avail = (volatile uint16_t *)(at + 16 * NUM);
    ring->used = (volatile uint16_t *)((at + 16 * NUM + 6 + 2 * NUM + 15) & ~15u);
    ring->last = ring->idx = 0;
    ring->notifyid = from->notifyid;
}

static int take(struct ring *ring, uint16_t *id, uint32_t *at, uint32_t *len)
{
    if (ring->avail[1] == ring->last)
        return 0;
    __asm volatile("dmb" ::: "memory");
    *id = ring->avail[2 + ring->last++ % NUM];
    *at = *(volatile uint32_t *)(ring->desc + 16 * *id);
    *len = *(volatile uint32_t *)(ring->desc + 16 * *id + 8);
    return 1;
}

static void give(struct ring *ring, uint16_t id, uint32_t len)
{
    volatile uint32_t *element = (volatile uint32_t *)(ring->used + 2) + 2 * (ring->idx % NUM);
    element[0] = id;
    element[1] = len;
    __asm volatile("dmb" ::: "memory");
    ring->used[1] = ++ring->idx;
    __asm volatile("dmb" ::: "memory");
    if (!(ring->avail[0] & 1))
        put(DOOR, ring->notifyid);
}

static int send(uint32_t src, uint32_t dst, const uint8_t *data, uint32_t len)
{
    uint16_t id;
    uint32_t at, room;
    if (!take(&rings[0], &id, &at, &room))
        return 0;
    volatile uint32_t *header = (volatile uint32_t *)at;
    header[0] = src;
    header[1] = dst;
    header[2] = 0;
    header[3] = len;
    for (uint32_t i = 0; i < len; i++)
        ((volatile uint8_t *)(at + 16))[i] = data[i];
    give(&rings[0], id, 16 + len);
    return 1;
}

static int is(const uint8_t *data, uint32_t len, const char *word)
{
    uint32_t i = 0;
    for (; word[i]; i++)
        if (i >= len || data[i] != word[i])
            return 0;
    return 1;
}

static void message(uint32_t src, const uint8_t *data, uint32_t len)
{
    if (is(data, len, "crash"))
        crash("Error: told to", "    at told (firmware.js:3:7)\n    at <eval> (firmware.js:9:1)\n", 2);
    if (is(data, len, "hang"))
        for (;;)
            ;
    if (is(data, len, "lock up"))
        /* A fault whose handler has no stack is one that the core cannot take. */
        __asm volatile("cpsid i\nmovs r0, #0\nsub r0, #16\nmov sp, r0\nudf #0" ::: "r0");
    if (is(data, len, "refuse"))
        refuse = 1;
    if (is(data, len, "log"))
        for (uint32_t i = 0; i < len; i++)
            put(CONSOLE, data[i]);
    if (is(data, len, "flood")) {
        uint8_t count[2] = {0, 0};
        for (int i = 0; i < 1000; i++) {
            count[0] = i & 0xff;
            count[1] = i >> 8;
            while (!send(0x400, src, count, 2))
                ;
        }
        return;
    }
    while (!send(0x400, src, data, len))
        ;
}

static void serve(void)
{
    uint16_t id;
    uint32_t at, len;
    if (requests) {
        uint32_t asked = requests;
        requests &= ~asked;
        if (asked & (1 << (ABORT - SHUTDOWN)))
            crash("the host asked for a crash", "", 2);
        for (int i = 0; i < 3; i++)
            if (asked & (1 << i))
                put(DOOR, refuse && i < 2 ? REFUSED : GRANTED);
    }
    if (!up && (table.vdev.status & 4)) {
        up = 1;
        open(&rings[0], &table.vdev.vring[0]);
        open(&rings[1], &table.vdev.vring[1]);
        static uint8_t hello[40] = "rpmsg-guest";
        hello[33] = 4;
        trace("up\n");
        while (!send(0x400, 53, hello, 40))
            ;
    } else if (up && !(table.vdev.status & 4))
        up = 0;
    while (up && take(&rings[1], &id, &at, &len)) {
        static uint8_t data[512];
        volatile uint32_t *header = (volatile uint32_t *)at;
        uint32_t src = header[0], bytes = header[3] & 0xffff;
        for (uint32_t i = 0; i < bytes; i++)
            data[i] = ((volatile uint8_t *)(at + 16))[i];
        give(&rings[1], id, 0);
        message(src, data, bytes);
    }
}

void reset(void)
{
    /* What the last start left there is not zero. */
    static int ready;
    ready = 0;
    (void)ready;
    REG(CONSOLE + BAUDDIV) = 16;
    REG(CONSOLE + CTRL) = 1;
    REG(DOOR + BAUDDIV) = 16;
    REG(DOOR + CTRL) = 1 | 2 | 8;
    REG(NVIC_ISER0) = 1 << 2;
    put(DOOR, LISTENING);
    for (;;) {
        serve();
        __asm volatile("cpsid i" ::: "memory");
        if (!rung && !requests)
            __asm volatile("wfi");
        rung = 0;
        __asm volatile("cpsie i\nisb" ::: "memory");
    }
}
