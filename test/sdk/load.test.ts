/** From firmware.config.ts to a checked firmware: what is filled in, and that what is wrong names its line. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProblemError } from '../../runtime/abi/problem.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { config, inProject, type ProjectFiles, program } from '../support/project-folder.js';

const MAIN = "console.log('up');\n";

async function problemsOf(files: ProjectFiles, board?: string) {
  return inProject(files, async (dir) => {
    try {
      await loadFirmware(dir, board);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems.map(({ code, where = '' }) => `${code} ${where.replace(dir + '/', '')}`);
    }
    return [];
  });
}

test(
  'what the declaration leaves out',
  deadline(10000, () =>
    inProject(program(MAIN), async (dir) => {
      const { name, board, entry, resources, minify, configFile } = await loadFirmware(dir);
      assert.equal([name, board.name, minify], ['firmware', 'virt-m4', true]);
      assert.equal([entry, configFile], [join(dir, 'src/main.ts'), join(dir, 'firmware.config.ts')]);
      assert.equal(
        resources.map(({ where, ...rest }) => rest),
        [
          { kind: 'trace', name: 'trace0', size: 4096, da: undefined, region: undefined },
          {
            kind: 'rpmsgVdev',
            name: 'rpmsg',
            num: 256,
            align: 16,
            vringDa: undefined,
            nameService: true,
            eventIdx: false,
          },
        ],
      );
      for (const { where } of resources) assert.match(where!, `${configFile}:7:`);
    }),
  ),
);

test(
  'the board may be given instead',
  deadline(10000, () =>
    inProject(program(MAIN), async (dir) => {
      for (const board of ['virt-rv32', 'virt-ivshmem', 'virt-m4']) {
        assert.is((await loadFirmware(dir, board)).board.name, board);
      }
    }),
  ),
);

test(
  'a board of the project itself',
  deadline(10000, () =>
    inProject(
      {
        'src/main.ts': MAIN,
        'firmware.config.ts': `import { defineBoard, defineFirmware, findBoard, trace } from 'rproc-sdk';
const board = defineBoard({ ...findBoard('virt-rv32')!, name: 'mine' });
export default defineFirmware({ name: 'x', board, entry: 'src/main.ts', resources: [trace()] });\n`,
      },
      async (dir) => assert.is((await loadFirmware(dir)).board.name, 'mine'),
    ),
  ),
);

test(
  'a configuration is read anew each time',
  deadline(10000, async () => {
    const seen = [];
    for (const size of [64, 128]) {
      seen.push(
        ...(await inProject(program(MAIN, `trace({ size: ${size} })`), async (dir) => {
          const [resource] = (await loadFirmware(dir)).resources;
          return [resource.kind === 'trace' && resource.size];
        })),
      );
    }
    assert.equal(seen, [64, 128]);
  }),
);

test(
  'each problem names the line and column of its own declaration',
  deadline(10000, async () => {
    const resources = `trace({ size: 7 }),
    /* a comment
    of two lines */ rpmsgVdev({ num: 5 as never }),
    trace({
      name: 'tr%ce',
    }), rpmsgVdev({ name: 'b', align: 5 as never })`;
    assert.equal(await problemsOf(program(MAIN, resources)), [
      'RP1009 firmware.config.ts:7:15',
      'RP1008 firmware.config.ts:10:5',
      'RP1010 firmware.config.ts:9:21',
      'RP1011 firmware.config.ts:12:9',
    ]);
  }),
);

test(
  'a declaration in another file is named there',
  deadline(10000, async () => {
    const files = {
      'src/main.ts': MAIN,
      'table.ts': `import { trace } from 'rproc-sdk';\n\nexport const log = trace({ name: 'log', size: 1 });\n`,
      'firmware.config.ts': `import { log } from './table.js';\n${config('log')}`,
    };
    assert.equal(await problemsOf(files), ['RP1009 table.ts:3:20']);
  }),
);

test(
  'vrings must fit the board they are built for',
  deadline(10000, async () => {
    const files = program(MAIN, 'rpmsgVdev({ num: 2048 })');
    assert.equal(await problemsOf(files), [
      'RP1013 firmware.config.ts:7:15',
      'RP1013 firmware.config.ts:7:15',
    ]);
    assert.equal(await problemsOf(files, 'virt-rv32'), [], 'rings come from a pool there');
    assert.equal(await problemsOf(program(MAIN, 'rpmsgVdev({ num: 512 })')), []);
  }),
);

test.run();
