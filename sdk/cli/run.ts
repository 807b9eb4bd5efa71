/** `rproc run FILE.elf` */
import { type Command, InvalidArgumentError } from 'commander';
import { unknownDriver } from '../../host-sim/errors.js';
import { formatLine, kernelVersions, type LogLine } from '../../host-sim/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { hostDrivers, type RunReport, runImage } from '../testing/run-image.js';
import { countFaults, readFaultPlan, replayCommand } from './faults.js';
import { readInput } from './files.js';
import { boardFor, kernelNamed, seconds } from './options.js';
import { type Output, printJson, printProblems } from './output.js';
import { openRecordings } from './recordings.js';

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
  readonly json?: boolean;
}

export function addRun(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('run')
    .description('boot an image in the simulator and show the kernel log and trace0')
    .argument('<file>', 'an ELF image')
    .option('--board <name>', 'the board; by default the one the image was built for')
    .option('--kernel <version>', `behaviour of Linux ${kernelVersions.join(', ')}`, '6.12')
    .option('--driver <name...>', `host drivers to load; by default all of ${hostDrivers.join(', ')}`)
    .option('--until <text>', 'end well when a line of the kernel log or the trace contains this')
    .option('--timeout <seconds>', 'virtual time after which the run ends', seconds, 10)
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
    .action(async (file: string, options: Options) => {
      const image = await readInput(file);
      const board = boardFor(image, file, options.board);
      const kernel = kernelNamed(options.kernel);
      for (const name of options.driver ?? []) {
        if (!hostDrivers.includes(name)) throw unknownDriver(name, hostDrivers);
      }
      const faults = options.faults === undefined ? undefined : await readFaultPlan(options.faults);
      const recordings = await openRecordings(file, kernel, options);
      const live = (line: LogLine) => {
        if (!options.json) output.out(`${formatLine(line)}\n`);
      };
      const report = await runImage({
        ...{ image, file, board, kernel, onLog: live },
        ...{
          drivers: options.driver,
          until: options.until,
          timeoutMs: options.timeout * 1000,
          seed: options.seed,
          faults,
          interleave: options.interleave,
          recorders: recordings.recorders,
        },
      });
      const replay = replayCommand(report, options);
      if (options.json) printJson(output, { ...report, replay });
      else {
        printReport(output, report);
        const chance = faults !== undefined || options.interleave || options.seed !== DEFAULT_SEED;
        if (report.exit !== 0 && chance) output.err(`seed ${report.seed}; the same run again: ${replay}\n`);
      }
      await recordings.write(report, output);
      finish(report.exit);
    });
}

function printReport(output: Output, report: RunReport): void {
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
    `\n${report.outcome}: ${received} messages from the firmware, ${sent} to it, ${(report.virtualMs / 1000).toFixed(3)} s virtual time\n`,
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new InvalidArgumentError('a whole number from 0 to 4294967295 is needed');
  }
  return value;
}
