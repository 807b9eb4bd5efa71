/** What native images cost on a Cortex-M4F: bytes from the linker, instructions that QEMU counts. */
import { DoorbellWord } from '../../../boards/mailbox/registers/doorbell-words.js';
import { qemuCore } from '../../../host-sim/index.js';
import { readElf } from '../../../sdk/elf/read.js';
import { boot, type RemoteUnderTest } from '../../../sdk/testing/index.js';
import { statusOf } from '../../support/native-status.js';
import type { Figure } from '../figure.js';
import { CountedMachine } from './counted-machine.js';
import { bareProgram, board, echoImage, engineBytes } from './images.js';
import { ImageParts } from './parts.js';

/** The UART that is the doorbell (hw/arm/mps2.c). */
const DOORBELL = 0x40005000;
/** Of SysTick, at 25 MHz. At one nanosecond each. */
const INSTRUCTIONS_PER_TICK = 40;
/** Every buffer of both rings has been used by then: the first use of one makes its views. */
const WARM = 600;
const ECHOES = 20;
const SPAWNS = 9;
const MESSAGE = new Uint8Array(64).fill(0x2a);

/** Answers each kick with one store. */
const PROBE = `
var hal = globalThis.__rproc_hal;
hal.write32(${DOORBELL} + 8, 1 | 2 | 8);
hal.onKick(function () {
  hal.write32(${DOORBELL}, 1);
  hal.write32(${DOORBELL} + 12, 2);
  hal.read32(${DOORBELL});
});
hal.write32(${DOORBELL}, ${DoorbellWord.listening});`;

export async function nativeImageFigures(): Promise<Figure[]> {
  const probe = await bareProgram(PROBE);
  const idle = await bareProgram('');
  const echo = await echoImage();
  return [
    limit('m4.image', engineBytes(readElf(probe, 'probe.elf')), 'bytes', 230_000),
    limit('m4.heap', await heapAfterStart(idle), 'bytes', 46_000),
    ...(await probeFigures(probe)),
    ...(await echoFigures(echo)),
    await spawnFigure(echo),
  ];
}

const limit = (name: string, value: number, unit: string, most: number): Figure => ({
  ...{ name, value, unit, target: most, floor: most },
});

async function heapAfterStart(image: Uint8Array): Promise<number> {
  const remote = await boot(image, { board, core: qemuCore() });
  try {
    await remote.waitFor(() => statusOf(remote, image).state === 2);
    return statusOf(remote, image).heap_used;
  } finally {
    await remote.dispose();
  }
}

/** `use` a machine that counts, booted with `image`. */
async function counted<T>(
  image: Uint8Array,
  use: (machine: CountedMachine, remote: RemoteUnderTest) => Promise<T>,
): Promise<T> {
  const machine = new CountedMachine(board);
  try {
    const remote = await boot(image, { board: machine.board, core: qemuCore() });
    try {
      return await use(machine, remote);
    } finally {
      await remote.dispose();
    }
  } finally {
    machine.dispose();
  }
}

async function probeFigures(image: Uint8Array): Promise<Figure[]> {
  const parts = new ImageParts(readElf(image, 'probe.elf'));
  return await counted(image, async (machine, remote) => {
    const logged = () => remote.log.map(({ text }) => text).join('\n');
    await remote.pass(200);
    // The clock starts some 6,000 instructions after reset, once bss is cleared.
    const ticks = statusOf(remote, image).boot_ticks;
    const { core } = remote.simulation.processors[0];
    const pcs = await machine.instructions(async () => {
      core.kick(0);
      await remote.pass(300);
    });
    const from = pcs.indexOf(parts.start('external_interrupt'));
    const store = pcs.indexOf(parts.start('register_write'), from);
    const done = pcs.findIndex((pc, i) => i > store && parts.nameOf(pc) !== 'register_write');
    if (from < 0 || store < 0 || done < 0) throw new Error(`no kick was served: ${logged()}`);
    return [
      limit('m4.boot', ticks * INSTRUCTIONS_PER_TICK, 'instructions', 1_200_000),
      limit('m4.irq', done - from, 'instructions', 1_000),
    ];
  });
}

async function echoFigures(image: Uint8Array): Promise<Figure[]> {
  const parts = new ImageParts(readElf(image, 'echo.elf'));
  return await counted(image, async (machine, remote) => {
    const channel = await remote.channel('bench-echo');
    const exchange = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await channel.send(MESSAGE);
        await channel.receive();
      }
    };
    await exchange(WARM);
    const pcs = await machine.instructions(async () => {
      await exchange(ECHOES);
      await remote.pass(100);
    });
    const per = (count: number) => Math.round(count / ECHOES);
    return [
      limit('m4.echo', per(pcs.length), 'instructions', 30_000),
      ...parts.account(pcs).map(([part, count]) => ({
        ...{ name: `m4.echo: ${part}`, value: per(count), unit: 'instructions', target: null, floor: null },
      })),
    ];
  });
}

async function spawnFigure(image: Uint8Array): Promise<Figure> {
  const times: number[] = [];
  for (let i = 0; i < SPAWNS; i++) {
    const begin = performance.now();
    const remote = await boot(image, { board, core: qemuCore() });
    try {
      await remote.channel('bench-echo');
      times.push(performance.now() - begin);
    } finally {
      await remote.dispose();
    }
  }
  const median = times.sort((a, b) => a - b)[SPAWNS >> 1];
  return { name: 'qemu.spawn', value: median, unit: 'ms', target: 150, floor: null };
}
