/** `rproc attach --shm FILE`: the SoC half alone, for a kernel in another process. */
import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Command, Option } from 'commander';
import type { Board } from '../../boards/index.js';
import { loaderRefuses, notAMemoryFile } from '../../host-sim/errors.js';
import { follow, loadIntoFile, MemoryFile, ShmRemote, shmCore } from '../../host-sim/shm/index.js';
import { readInput } from './files.js';
import { onInterrupt } from './interrupts.js';
import { type CoreChoice, memoryFileBoard, shmCoreNames } from './memory-file-board.js';
import { seconds, tcpPort } from './options.js';
import type { Output } from './output.js';

/** A mailbox, rings and buffers of two vdevs, and the pool. */
const SMALLEST = 0x400000;

interface Options extends CoreChoice {
  readonly shm: string;
  readonly seed: number;
  readonly boot?: boolean;
  readonly timeout?: number;
}

export function addAttach(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('attach')
    .description('be the remote processor of a Linux that runs somewhere else and shares a memory file')
    .argument(
      '[image]',
      'the ELF file that Linux will boot: for stacks in its sources and for bytecode images',
    )
    .requiredOption('--shm <file>', 'the memory file, of QEMU with ivshmem-plain')
    .option(
      '--board <name>',
      "the board whose layout the file has; by default the image's, or the one for the core",
    )
    .addOption(
      new Option(
        '--core <core>',
        'what executes the image: an engine in this process, or an emulator whose RAM the file is',
      )
        .choices(shmCoreNames)
        .default('quickjs'),
    )
    .option(
      '--gdb <port>',
      'with --core qemu: the core waits at its first instruction for a debugger',
      tcpPort,
    )
    .option('--boot', 'load and start the image now, as a boot loader does: Linux attaches to it')
    .option('--seed <number>', "seed of the firmware's Math.random", Number, 1)
    .option('--timeout <seconds>', 'real time after which it ends; until Ctrl-C when left out', seconds)
    .action(async (path: string | undefined, options: Options) => {
      const image = path === undefined ? undefined : await readInput(path);
      const { gdb: gdbPort, core, seed } = options;
      const board = memoryFileBoard(image, path ?? options.shm, options);
      const file = openMemory(options.shm);
      const clock = () => performance.now();
      const end = clock() + (options.timeout ?? Number.POSITIVE_INFINITY) * 1000;
      const interrupt = onInterrupt();
      let crashes = 0;
      const remote = new ShmRemote({
        ...{ file, image, clock, core: shmCore(core, { board, file, seed, clock, gdbPort }) },
        onFirmwareLog: (bytes) => output.out(new TextDecoder().decode(bytes)),
        onCrash: ({ reason, stack }) => {
          crashes++;
          output.err(`crashed: ${[reason, ...stack].join('\n  ')}\n`);
        },
      });
      try {
        if (options.boot && image) {
          const { bootAddr, table } = load(image, path!, board, file);
          await remote.startByLoader(bootAddr, table);
        }
        output.err(`attached to ${options.shm}; waiting for Linux\n`);
        await follow(remote, clock, () => interrupt.signal.aborted || clock() >= end);
      } finally {
        interrupt.off();
        await remote.stop();
        file.close();
      }
      const { boots, kicksIn, kicksOut } = remote.counters;
      output.err(`${boots} boots, ${crashes} crashes, ${kicksIn} kicks from Linux, ${kicksOut} to it\n`);
      finish(0);
    });
}

function load(image: Uint8Array, path: string, board: Board, file: MemoryFile) {
  try {
    return loadIntoFile(image, board, file);
  } catch (error) {
    throw loaderRefuses(path, board.name, (error as Error).message);
  }
}

function openMemory(path: string): MemoryFile {
  if (!existsSync(path)) throw notAMemoryFile(path, 'it does not exist');
  const file = new MemoryFile(path);
  if (file.size >= SMALLEST) return file;
  file.close();
  throw notAMemoryFile(path, `it has ${file.size} bytes, at least ${SMALLEST} are needed`);
}
