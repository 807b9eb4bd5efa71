/** `rproc check FILE.elf` */
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { kernelVersions } from '../../host-sim/index.js';
import { type CheckReport, checkImage, type Severity, toSarif } from '../check/index.js';
import { readInput } from './files.js';
import { boardFor, kernelNamed } from './options.js';
import { type Output, printJson } from './output.js';

interface Options {
  readonly board?: string;
  readonly kernel: string;
  readonly format: 'text' | 'json' | 'sarif';
  readonly json?: boolean;
  readonly allowDegraded?: boolean;
}

export function addCheck(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('check')
    .description("say what Linux will do with an image: verdict, kernel log, findings; any vendor's ELF")
    .argument('<file>', 'an ELF image')
    .option('--board <name>', 'the board; by default the one the image was built for')
    .option('--kernel <version>', `behaviour of Linux ${kernelVersions.join(', ')}`, '6.12')
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--allow-degraded', 'exit status 0 when the core boots without something that the image declares')
    .action(async (file: string, options: Options) => {
      const image = await readInput(file);
      const board = boardFor(image, file, options.board);
      const report = await checkImage({ image, file, board, kernel: kernelNamed(options.kernel) });
      const format = options.json ? 'json' : options.format;
      if (format === 'json') printJson(output, report);
      else if (format === 'sarif') printJson(output, toSarif(report));
      else output.out(formatReport(report, output.color));
      const good =
        report.verdict === 'boots' || (report.verdict === 'degraded' && options.allowDegraded === true);
      finish(good ? 0 : 1);
    });
}

const verdicts = {
  boots: 'boots',
  degraded: 'boots, but not everything that the image declares is there',
  fails: 'does not boot',
} as const;

function formatReport(report: CheckReport, color: boolean): string {
  const { bold, cyan, dim, green, red, yellow } = pc.createColors(color);
  const paint: { readonly [severity in Severity]: (text: string) => string } = {
    error: red,
    warning: yellow,
    note: cyan,
  };
  const { verdict, errno, file, board, kernel } = report;
  const paintVerdict = verdict === 'boots' ? green : verdict === 'degraded' ? yellow : red;
  const lines = [
    `${file} on ${board}, Linux ${kernel}: ${paintVerdict(bold(verdicts[verdict]))}${errno !== 0 ? ` (errno ${errno})` : ''}`,
    '',
    ...report.log.map((line) => `  ${dim(line)}`),
  ];
  if (report.vdevs.length > 0) lines.push('');
  for (const { index, id, bound } of report.vdevs) {
    lines.push(`  vdev ${index} (virtio id ${id}): ${bound ? 'bound, DRIVER_OK' : red('not there')}`);
  }
  for (const { rule, severity, message, fix, where } of report.findings) {
    lines.push('', `${paint[severity](severity)} ${bold(rule)} ${where}`, `  ${message}`, `  fix: ${fix}`);
  }
  return `${lines.join('\n')}\n`;
}
