/** `rproc run FILE.elf` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { unknownDriver } from '../../host-sim/errors.js';
import { formatLine, kernelVersions, type LogLine, qemuCore } from '../../host-sim/index.js';
import { realKernels } from '../../host-sim/linux/index.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import { gdbWithoutQemu, notWithHostLinux, notWithShell, unknownHost } from '../errors.js';
import { parseRawScript, type RawStep } from '../testing/raw-script.js';
import { hostDrivers, type RunReport, runImage } from '../testing/run-image.js';
import { countFaults, readFaultPlan, replayCommand } from './faults.js';
import { readInput } from './files.js';
import { onInterrupt } from './interrupts.js';
import { liveTty } from './live-tty.js';
import { memoryFileBoard, shmCoreNames } from './memory-file-board.js';
import { boardFor, kernelNamed, seconds, tcpPort } from './options.js';
import { type Output, printJson, printProblems } from './output.js';
import { runRealLinux } from './real-linux.js';
import { openRecordings } from './recordings.js';
import { runShell } from './shell.js';

const DEFAULT_SEED = 1;

interface Options {
  readonly board?: string;
  readonly kernel: string;
  readonly driver?: readonly string[];
  readonly until?: string;
  readonly timeout: number;
  readonly seed: number;
  readonly faults?: string;
  readonly interleave?: boolean;
  readonly pcap?: string;
  readonly trace?: string;
  readonly tty?: boolean;
  readonly shell?: boolean | string;
  readonly log: string;
  readonly attach?: boolean;
  readonly json?: boolean;
  readonly core: ShmCoreName;
  readonly host: string;
  readonly gdb?: number;
}

export function addRun(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('run')
    .description('boot an image in the simulator and show the kernel log and trace0')
    .argument('<file>', 'an ELF image')
    .option('--board <name>', 'the board; by default the one the image was built for')
    .addOption(
      new Option(
        '--core <core>',
        'what executes the image: an engine in this process, or an emulator of the board',
      )
        .choices(shmCoreNames)
        .default('quickjs'),
    )
    .option(
      '--gdb <port>',
      'with --core qemu: the core waits at its first instruction for a debugger',
      tcpPort,
    )
    .option(
      '--host <host>',
      `who boots the image: the simulated Linux, or a real one in QEMU: linux, linux=${realKernels.join(', linux=')}`,
      'simulated',
    )
    .option('--kernel <version>', `behaviour of Linux ${kernelVersions.join(', ')}`, '6.12')
    .option(
      '--driver <name...>',
      `host drivers to load; by default all of ${hostDrivers.join(', ')}; raw=SCRIPT plays a file of writes and reads`,
    )
    .option(
      '--tty',
      'real time, and a terminal of this machine for each rpmsg-tty channel, until Ctrl-C or --timeout',
    )
    .option(
      '--shell [script]',
      'a prompt on the simulated Linux, or a file of commands: nothing starts before somebody asks for it',
    )
    .option('--attach', 'the image was started by a boot loader: Linux attaches instead of booting it')
    .addOption(
      new Option('--log <level>', 'how much the kernel says').choices(['info', 'debug']).default('info'),
    )
    .option('--until <text>', 'end well when a line of the kernel log or the trace contains this')
    .option(
      '--timeout <seconds>',
      'virtual time after which the run ends, real time with --core qemu',
      seconds,
      10,
    )
    .option(
      '--seed <number>',
      "seed of the firmware's Math.random, faults and interleaving",
      wholeNumber,
      DEFAULT_SEED,
    )
    .option('--faults <file>', 'what goes wrong, as JSON: lost kicks, slow or restarted Linux, crashes ...')
    .option('--interleave', 'Linux and the core run beside each other, in an order that the seed decides')
    .option('--pcap <file>', 'record all rpmsg messages for Wireshark (pcapng)')
    .option('--trace <file>', 'record who works when, kicks and ring fill for Perfetto (trace event JSON)')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, options: Options, command: Command) => {
      const image = await readInput(file);
      const real = hostNamed(options.host);
      const board =
        real === undefined ? boardFor(image, file, options.board) : memoryFileBoard(image, file, options);
      const kernel = kernelNamed(options.kernel);
      const { drivers, rawScript } = await driversNamed(options);
      const debug = options.log === 'debug';
      const { seed, shell, attach = false, gdb } = options;
      const core = coreNamed(options);
      if (gdb !== undefined) output.err(howToDebug(file, gdb));
      if (real !== undefined) {
        refuseWithHostLinux(command);
        const { until, timeout, json = false } = options;
        const interrupt = onInterrupt();
        const parts = {
          image,
          file,
          board,
          core: options.core,
          gdbPort: gdb,
          version: real,
          drivers: drivers ?? hostDrivers,
          rawScript,
          until,
          json,
        };
        const more = {
          seed,
          debug,
          shell: shell ?? false,
          signal: interrupt.signal,
          timeoutMs: timeout * 1000,
        };
        finish(await runRealLinux({ ...parts, ...more }, output));
        interrupt.off();
        return;
      }
      if (shell) {
        refuseWithShell(command);
        const script = shell === true ? undefined : shell;
        const loaded = drivers ?? ['tty', 'raw'];
        const parts = { image, file, board, kernel, seed, debug, attach, script, core, drivers: loaded };
        finish(await runShell(parts, output));
        return;
      }
      const faults = options.faults === undefined ? undefined : await readFaultPlan(options.faults);
      const recordings = await openRecordings(file, kernel, options);
      const endless =
        (options.tty || gdb !== undefined) && command.getOptionValueSource('timeout') === 'default';
      const onLog = (line: LogLine) => {
        if (!options.json) output.out(`${formatLine(line)}\n`);
      };
      const interrupt = core && !options.tty ? onInterrupt() : undefined;
      const report = await runImage({
        signal: interrupt?.signal,
        ...{ image, file, board, kernel, onLog, drivers, rawScript, debug, attach, core },
        until: options.until,
        timeoutMs: endless ? Number.POSITIVE_INFINITY : options.timeout * 1000,
        ...{ seed, faults, interleave: options.interleave },
        recorders: recordings.recorders,
        live: options.tty ? liveTty((text) => output.err(`${text}\n`)) : undefined,
      });
      interrupt?.off();
      const replay = replayCommand(report, options);
      if (options.json) printJson(output, { ...report, replay });
      else {
        printReport(output, report, options.core);
        const chance = faults !== undefined || options.interleave || options.seed !== DEFAULT_SEED;
        if (report.exit !== 0 && chance) output.err(`seed ${report.seed}; the same run again: ${replay}\n`);
      }
      await recordings.write(report, output);
      finish(report.exit);
    });
}

/** Undefined for the core that the simulator has by itself. */
function coreNamed({ core, gdb }: Options): ReturnType<typeof qemuCore> | undefined {
  if (core === 'qemu') return qemuCore({ gdbPort: gdb });
  if (gdb !== undefined) throw gdbWithoutQemu();
  return undefined;
}

function howToDebug(file: string, port: number): string {
  return `the core waits for a debugger: gdb-multiarch ${file} -ex 'target remote localhost:${port}'\n`;
}

/** Version of the real kernel; undefined for the simulated one. */
function hostNamed(host: string): string | undefined {
  if (host === 'simulated') return undefined;
  const version = host === 'linux' ? realKernels[0] : /^linux=(.+)$/.exec(host)?.[1];
  if (version === undefined || !realKernels.includes(version)) throw unknownHost(host, realKernels);
  return version;
}

/** What only the simulated Linux can do. */
function refuseWithHostLinux(command: Command): void {
  for (const option of ['kernel', 'tty', 'attach', 'faults', 'interleave', 'pcap', 'trace']) {
    if (command.getOptionValueSource(option) === 'cli') throw notWithHostLinux(option);
  }
}

/** At the prompt everything else is typed. */
function refuseWithShell(command: Command): void {
  for (const option of ['until', 'timeout', 'tty', 'json', 'pcap', 'trace']) {
    if (command.getOptionValueSource(option) === 'cli') throw notWithShell(option);
  }
}

/** What `--driver` and `--tty` ask for. */
async function driversNamed({ driver, tty }: Options) {
  let rawScript: RawStep[] | undefined;
  const drivers = driver && new Set<string>(tty ? ['tty'] : []);
  for (const value of driver ?? []) {
    const script = /^raw=(.+)$/.exec(value)?.[1];
    const name = script === undefined ? value : 'raw';
    if (!hostDrivers.includes(name)) throw unknownDriver(value, hostDrivers);
    drivers?.add(name);
    if (script !== undefined) rawScript = parseRawScript(utf8Decode(await readInput(script)), script);
  }
  return { drivers: drivers && [...drivers], rawScript };
}

function printReport(output: Output, report: RunReport, core: string): void {
  for (const [i, text] of report.trace.entries()) {
    output.out(`\n# cat /sys/kernel/debug/remoteproc/remoteproc0/trace${i}\n${text}`);
  }
  if (report.problem) {
    output.err('\n');
    printProblems(output, new ProblemError(report.problem));
  }
  const faults = countFaults(report);
  if (faults !== '') output.err(`\ninjected faults: ${faults}\n`);
  const { sent, received } = report.counters;
  output.err(
    `\n${report.outcome}: ${received} messages from the firmware, ${sent} to it, ${(report.virtualMs / 1000).toFixed(3)} s ${core === 'qemu' ? 'real' : 'virtual'} time\n`,
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new InvalidArgumentError('a whole number from 0 to 4294967295 is needed');
  }
  return value;
}
