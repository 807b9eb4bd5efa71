/** The texts that `rproc emit` writes, against golden files, the device-tree compiler and the table itself. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { carveout, rpmsgVdev, trace, vdev, vendor } from '../../sdk/config/resources/index.js';
import { cHeader } from '../../sdk/emit/c-header.js';
import { deviceTree } from '../../sdk/emit/device-tree.js';
import { cLinkerScript } from '../../sdk/emit/scripts.js';
import { encodeTable } from '../../sdk/table/encode-table.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { bareFirmware } from '../support/firmware.js';
import { onPath, skipUnless } from '../support/need.js';
import { inProject, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const GOLDEN = join(root, 'test/golden/emit');
const resources = [
  carveout({ name: 'shared-data', size: 0x1000 }),
  trace({ name: 'log' }),
  rpmsgVdev(),
  vdev({ name: 'tty', id: 3, config: [80, 0, 25, 0], vrings: [{ num: 16 }, { num: 16 }] }),
  vendor({ name: 'shared_data', type: 128, payload: [1, 2, 3, 4] }),
];

test(
  'files for virt-ivshmem are those of the golden folder',
  deadline(10000, () => {
    const firmware = bareFirmware(boards.find(({ name }) => name === 'virt-ivshmem')!, resources);
    const texts = {
      'resource_table.h': cHeader(firmware),
      'fw.ld': cLinkerScript(firmware, { entry: '_start', stack: 4096, heap: 0x10000 }),
      'fw-reserved-memory.dtsi': deviceTree(firmware),
    };
    for (const [name, text] of Object.entries(texts)) {
      const file = join(GOLDEN, name);
      if (process.env.RPROC_UPDATE_GOLDEN === '1') writeFileSync(file, text);
      assert.fixture(text, readFileSync(file, 'utf8'), name);
    }
    assert.is(readdirSync(GOLDEN).length, Object.keys(texts).length);
  }),
);

test(
  'every offset in the header leads to its field of the table',
  deadline(10000, () => {
    const firmware = bareFirmware(boards[0], resources);
    const text = cHeader(firmware);
    const offset = (name: string) =>
      Number(new RegExp(`^#define RPROC_${name} +(\\d+)u`, 'm').exec(text)?.[1]);
    const { bytes } = encodeTable(resources);
    const words = new DataView(bytes.buffer);
    const u32 = (name: string) => words.getUint32(offset(name), true);
    assert.is(offset('TABLE_SIZE'), bytes.length);
    // Two names that C spells alike are told apart by their number.
    assert.equal([u32('SHARED_DATA_0_LEN_OFFSET'), u32('SHARED_DATA_0_DA_OFFSET')], [0x1000, 0xffffffff]);
    assert.is(u32('SHARED_DATA_4_PAYLOAD_OFFSET'), 0x04030201);
    assert.equal([u32('LOG_OFFSET'), u32('LOG_LEN_OFFSET')], [2, 4096]);
    assert.equal([u32('RPMSG_ID_OFFSET'), u32('RPMSG_DFEATURES_OFFSET')], [7, 1]);
    assert.equal(
      [u32('TTY_ID_OFFSET'), u32('TTY_CONFIG_LEN_OFFSET'), u32('TTY_CONFIG_OFFSET')],
      [3, 4, 0x190050],
    );
    assert.equal([offset('RPMSG_INDEX'), offset('TTY_INDEX'), offset('TTY_VRING1_NUM')], [0, 1, 16]);
    assert.is(bytes[offset('TTY_NUM_OF_VRINGS_OFFSET')], 2);
    // num follows da and align.
    assert.is(words.getUint32(offset('TTY_VRING1_DA_OFFSET') + 8, true), 16);
  }),
);

skipUnless(
  test,
  'the device-tree compiler takes the snippet of every board',
  onPath('dtc'),
  'dtc is not installed',
  deadline(60000, () => {
    for (const board of boards) {
      const snippet = deviceTree(bareFirmware(board, [trace()]));
      const cells = board.linux.hostBits === 32 ? 1 : 2;
      const tree = `/dts-v1/;\n/ { #address-cells = <${cells}>; #size-cells = <${cells}>; };\n${snippet}`;
      const { status, stderr, stdout } = spawnSync('dtc', ['-I', 'dts', '-O', 'dts', '-'], {
        input: tree,
        encoding: 'utf8',
      });
      assert.is(status, 0, `${board.name}: ${stderr}`);
      assert.is(stderr, '', `${board.name}: ${stderr}\n${tree}`);
      for (const { name, use, internal, aliasOf } of board.memory) {
        if (use === 'image' && !internal && !aliasOf) assert.ok(stdout.includes(`${name}@`), name);
      }
    }
  }),
);

const CONFIG = `import { defineFirmware, trace } from 'rproc-sdk';
export default defineFirmware({ name: 'blinky', board: 'virt-m4', resources: [trace()] });
`;

test(
  'the command: five files or none, JSON, bad options',
  deadline(30000, () =>
    inProject({ 'firmware.config.ts': CONFIG }, async (dir) => {
      const good = await rproc('emit', dir, '--json');
      assert.is(good.status, 0);
      const { files, tableBytes, board } = JSON.parse(good.stdout);
      assert.equal([tableBytes, board], [68, 'virt-m4']);
      assert.equal(
        Object.values(files).map((file) => existsSync(String(file))),
        Array(5).fill(true),
      );
      for (const [option, value] of [
        ['--stack', 'much'],
        ['--stack', '-1'],
        ['--heap', ''],
        ['--entry', 'a b'],
        ['--board', 'nothing'],
        ['-o', join(dir, 'not', 'there')],
      ]) {
        const { status, stderr } = await rproc('emit', dir, option, value);
        assert.is(status, 2, `${option} ${value}: ${stderr}`);
      }
      const before = readdirSync(dir).length;
      await inProject(
        { 'firmware.config.ts': CONFIG.replace('trace()', 'trace({ size: 3 })') },
        async (bad) => {
          assert.is((await rproc('emit', bad)).status, 2);
          assert.equal(readdirSync(bad).sort(), ['firmware.config.ts', 'node_modules']);
        },
      );
      assert.is(readdirSync(dir).length, before);
    }),
  ),
);

test.run();
