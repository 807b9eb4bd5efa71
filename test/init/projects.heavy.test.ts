/** Projects that `rproc init` wrote build, boot, test and type-check as they are, and say where a change is wrong. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { type TemplateName, templates } from '../../sdk/init/render.js';
import { largestVdev } from '../../sdk/init/ring-memory.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { inProject, rproc, rprocProcess } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const all = boards.flatMap((board) =>
  (Object.keys(templates) as TemplateName[])
    .filter((template) => !templates[template].vdev || largestVdev(board) !== undefined)
    .map((template) => [board.name, template] as const),
);
/** The board with the least memory for rings, and the one with the least for the image. */
const few = [
  ['stm32mp157-dk-m4', 'echo'],
  ['imx7d-m4', 'hello'],
] as const;

for (const [board, template] of process.env.RPROC_VOLUME === 'full' ? all : few) {
  test(
    `${template} on ${board} builds, boots and passes its test`,
    deadline(60000, () =>
      inProject({}, async (dir) => {
        const made = await rproc('init', dir, '--name', 'motor', '--board', board, '--template', template);
        assert.is(made.status, 0, made.stderr);
        const tested = await rprocProcess(['test'], { cwd: dir, env: { NO_COLOR: '1' } });
        assert.is(tested.status, 0, tested.stdout + tested.stderr);
        assert.match(tested.stdout, /\n1 passed, 0 failed, 0 skipped\n$/);
        const elf = join(dir, 'motor.elf');
        const checked = JSON.parse((await rproc('check', elf, '--json')).stdout);
        assert.is(checked.verdict, 'boots', checked.log.join('\n'));
        assert.is(checked.board, board);
        assert.equal(
          checked.vdevs.map(({ bound }: { bound: boolean }) => bound),
          templates[template].vdev ? [true] : [],
        );
        // SoCs want vectors where images without machine code have none; nothing else may be wrong.
        const rules = checked.findings
          .filter(({ severity }: { severity: string }) => severity !== 'note')
          .map(({ rule }: { rule: string }) => rule);
        assert.equal(
          rules.filter((rule: string) => rule !== 'entry-vectors'),
          [],
        );
        const ran = JSON.parse((await rproc('run', elf, '--json')).stdout);
        assert.is(ran.outcome, templates[template].vdev ? 'drivers done' : 'timeout');
        assert.match(ran.trace[0], 'motor is up\n');
      }),
    ),
  );
}

test(
  'a project for Espruino builds, boots and passes its test, and git leaves its program alone',
  deadline(60000, () =>
    inProject({}, async (dir) => {
      const made = await rproc('init', dir, '--name', 'motor', '--engine', 'espruino');
      assert.is(made.status, 0, made.stderr);
      assert.match(made.stderr, /^motor: template echo for virt-m4 and espruino in /);
      assert.match(
        readFileSync(join(dir, 'firmware.config.ts'), 'utf8'),
        "\n  engine: 'espruino',\n  entry: './src/main.ts',\n",
      );
      const tested = await rprocProcess(['test'], { cwd: dir, env: { NO_COLOR: '1' } });
      assert.is(tested.status, 0, tested.stdout + tested.stderr);
      assert.match(readFileSync(join(dir, 'motor.js'), 'utf8'), /motor is up/);
      assert.ok(readFileSync(join(dir, '.gitignore'), 'utf8').split('\n').includes('/motor.js'));
      const wrong = await rproc('init', join(dir, 'other'), '--engine', 'v8');
      assert.is(wrong.status, 2);
      assert.match(wrong.stderr, /Allowed choices are quickjs, espruino/);
    }),
  ),
);

/** The compiler's output for the project in `dir`, or for its tests. */
function tsc(dir: string, ...options: string[]): { status: number | null; stdout: string } {
  const command = [join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', ...options];
  const { status, stdout } = spawnSync(process.execPath, command, { cwd: dir, encoding: 'utf8' });
  return { status, stdout };
}

test(
  'its tsconfig files find what is wrong in configuration, program and tests',
  deadline(90000, () =>
    inProject({}, async (dir) => {
      symlinkSync(join(root, 'node_modules/@types'), join(dir, 'node_modules/@types'), 'dir');
      assert.is((await rproc('init', dir, '--name', 'motor')).status, 0);
      assert.equal(tsc(dir), { status: 0, stdout: '' });
      assert.equal(tsc(dir, '-p', 'test'), { status: 0, stdout: '' });

      const edit = (path: string, ...[from, to]: [string, string]) => {
        const text = readFileSync(join(dir, path), 'utf8');
        assert.ok(text.includes(from), `${from} in ${path}`);
        writeFileSync(join(dir, path), text.replaceAll(from, to));
      };
      edit('firmware.config.ts', "'virt-m4'", "'virt-m5'");
      edit('firmware.config.ts', 'num: 256', 'num: 500');
      edit('src/main.ts', 'decodeText(data)', 'decodeText(src), process.pid, document.title');
      const { status, stdout } = tsc(dir);
      assert.is(status, 2);
      const lines = stdout
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith(' '));
      const expected = [
        /^firmware\.config\.ts\(5,3\): error TS2820: Type '"virt-m5"' is not assignable .* Did you mean '"virt-m4"'/,
        /^firmware\.config\.ts\(7,\d+\): error TS2322: Type '500' is not assignable to type 'VringNum/,
        /^src\/main\.ts\(6,\d+\): error TS2345: .*'number' is not assignable/,
        /^src\/main\.ts\(6,\d+\): error TS\d+: Cannot find name 'process'/,
        /^src\/main\.ts\(6,\d+\): error TS\d+: Cannot find name 'document'/,
      ];
      assert.is(lines.length, expected.length, stdout);
      for (const pattern of expected)
        assert.ok(
          lines.some((line) => pattern.test(line)),
          `${pattern}\n${stdout}`,
        );

      edit('test/motor.test.ts', 'remote.trace()', 'remote.traces()');
      assert.match(
        tsc(dir, '-p', 'test').stdout,
        /^motor\.test\.ts|test\/motor\.test\.ts.*'traces' does not exist/m,
      );
    }),
  ),
);

test.run();
