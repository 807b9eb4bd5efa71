/** Every kind of resource in one firmware: declared, linked, booted, read through typed handles. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SHT_NOBITS } from '../../runtime/abi/elf.js';
import { build } from '../../sdk/build/build.js';
import { readElf } from '../../sdk/elf/read.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { inProject, type ProjectFiles, rproc } from '../support/project-folder.js';

const CONFIG = `import {
  atImageEnd, atSection, atSymbol, carveout, defineFirmware, raw, rpmsgVdev, section, trace, vdev, vendor,
} from 'rproc-sdk';
import { Info } from './src/info.js';

export default defineFirmware({
  name: 'all',
  board: 'virt-ivshmem',
  entry: './src/main.ts',
  resources: [
    carveout({ name: 'shared', size: 0x2000 }),
    trace({ name: 'log' }),
    trace({ name: 'events', size: 256 }),
    vdev({ name: 'tty', id: 3, features: [0], config: [80, 0, 25, 0], vrings: [{ num: 16 }, { num: 16 }] }),
    rpmsgVdev(),
    vendor({
      name: 'info',
      type: 130,
      format: Info,
      value: { magic: 0x1234, table: atSymbol('rproc_resource_table'), blob: atSection('.blob', 4), end: atImageEnd() },
    }),
    raw({ name: 'odd', bytes: [77, 0, 0, 0, 1, 2, 3] }),
  ],
  sections: [section({ name: '.blob', file: './blob.bin' }), section({ name: '.scratch', size: 0x100 })],
});
`;

const INFO = `import { struct, u32 } from 'rproc-sdk/runtime';
export const Info = struct('info', { magic: u32, table: u32, blob: u32, end: u32 });
`;

const MAIN = `import { createEndpoint, encodeText, resourcesOf, rpmsgDevice } from 'rproc-sdk/runtime';
import type config from '../firmware.config.js';
import { Info } from './info.js';

const { shared, log, events, rpmsg, tty, info, odd } = resourcesOf<typeof config>();
shared.bytes.set(encodeText('from the remote'));
events.write('an event\\n');
events.write('and another\\n');
const { magic, table, blob, end } = Info.unpack(info.bytes);
const answers = {
  shared: [shared.da, shared.pa, shared.len, shared.bytes.length],
  info: [info.type, info.bytes.length, magic, table, blob, end],
  odd: [odd.type, ...odd.bytes],
  tty: [tty.index, tty.id, ...tty.config],
  log: [log.len],
};
createEndpoint({ name: 'ask' }, (data, src, endpoint) => {
  endpoint.sendTo(src, JSON.stringify({ ...answers, first: rpmsg === rpmsgDevice(0) }));
});
console.log('up');
`;

const files: ProjectFiles = {
  'firmware.config.ts': CONFIG,
  'src/info.ts': INFO,
  'src/main.ts': MAIN,
  'blob.bin': new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
};

const test = suite('resources', { image: new Uint8Array() as Uint8Array, report: '' });
test.before(async (context) => {
  await inProject(files, async (dir) => {
    context.image = (await build({ dir })).image.elf;
    context.report = (await rproc('build', dir, '--json')).stdout;
  });
});

test(
  'handles read what Linux and the linker wrote',
  deadline(20000, async ({ image }) => {
    const remote = await boot(image);
    const channel = await remote.channel('ask');
    await channel.send('?');
    const answers = JSON.parse((await channel.receive()).text());
    const { symbols, sections } = readElf(image, 'all.elf');
    const section = (name: string) => sections.find((one) => one.name === name)!;
    const blob = section('.blob');
    const scratch = section('.scratch');
    const table = symbols.find(({ name }) => name === 'rproc_resource_table')!;
    assert.equal(answers.info, [
      130,
      16,
      0x1234,
      Number(table.value),
      Number(blob.addr) + 4,
      Number(scratch.addr + scratch.size),
    ]);
    // The pool of virt-ivshmem lies 0x210000 bytes in front of the window's end (reference: ivshmem board).
    assert.equal(answers.shared, [0x10df0000, 0x10df0000, 0x2000, 0x2000]);
    assert.equal(answers.odd, [77, 1, 2, 3]);
    assert.equal(answers.tty, [0, 3, 80, 0, 25, 0]);
    assert.equal(answers.log, [4096]);
    assert.is(answers.first, true);
    assert.match(remote.trace(), /^up\n/);
    await remote.stop();
  }),
);

test(
  'a file becomes the content of a section, memory takes no bytes of the file',
  deadline(5000, ({ image }) => {
    const { sections } = readElf(image, 'all.elf');
    const blob = sections.find(({ name }) => name === '.blob')!;
    assert.equal([...image.subarray(Number(blob.offset), Number(blob.offset) + 8)], [1, 2, 3, 4, 5, 6, 7, 8]);
    const scratch = sections.find(({ name }) => name === '.scratch')!;
    assert.is(Number(scratch.size), 0x100);
    assert.is(scratch.type, SHT_NOBITS);
  }),
);

test(
  'build tells what Linux must reserve',
  deadline(5000, ({ report }) => {
    const { memory } = JSON.parse(report);
    // vring_size(16, 16): 16 * 16 + 4 + 32 + 2 -> 304; 4 + 128 + 2 -> 438. vring_size(256, 16) is 6678.
    assert.equal(memory, {
      reservations: [
        {
          name: 'shared',
          purpose: 'carveout',
          resource: 'shared',
          bytes: 0x2000,
          reserved: 0x2000,
          region: 'pool',
        },
        ring(0, 0, 'tty', 438, 4096),
        ring(0, 1, 'tty', 438, 4096),
        ring(1, 0, 'rpmsg', 6678, 8192),
        ring(1, 1, 'rpmsg', 6678, 8192),
        {
          name: 'vdev1buffer',
          purpose: 'buffers',
          resource: 'rpmsg',
          bytes: 262144,
          reserved: 262144,
          region: 'vdev1buffer',
        },
      ],
      total: 0x2000 + 2 * 4096 + 2 * 8192 + 262144,
      fromPool: 0x2000,
    });
  }),
);

function ring(vdev: number, index: number, resource: string, bytes: number, reserved: number) {
  const name = `vdev${vdev}vring${index}`;
  return { name, purpose: 'vring', resource, bytes, reserved, region: name };
}

test(
  'a name that the configuration does not declare is a type error, and so is a wrong kind',
  deadline(20000, async () => {
    const wrong = `import { resourcesOf } from 'rproc-sdk/runtime';
import type config from '../firmware.config.js';
const { shared, nothing } = resourcesOf<typeof config>();
shared.write('text');
`;
    await inProject({ ...files, 'src/main.ts': wrong }, async (dir) => {
      const { status, stderr } = await rproc('build', dir);
      assert.is(status, 1);
      assert.match(stderr, /src\/main\.ts:3:17: .*TS2339: Property 'nothing' does not exist/);
      assert.match(
        stderr,
        /src\/main\.ts:4:8: .*TS2339: Property 'write' does not exist on type 'CarveoutHandle'/,
      );
    });
  }),
);

test(
  'the table may lie in another region, the program in a third',
  deadline(20000, async () => {
    const config = `import { defineFirmware, trace } from 'rproc-sdk';
export default defineFirmware({
  name: 'all',
  board: 'stm32mp157-dk-m4',
  entry: './src/main.ts',
  resources: [trace({ region: 'retram' })],
  placement: { table: 'retram', app: 'mcuram' },
});
`;
    await inProject({ 'firmware.config.ts': config, 'src/main.ts': `console.log('up');` }, async (dir) => {
      const { image } = await build({ dir });
      const at = (name: string) =>
        Number(readElf(image.elf, 'x').sections.find((one) => one.name === name)?.addr);
      assert.equal(
        [at('.resource_table'), at('.rproc.app'), at('.rproc.trace.retram')],
        [0, 0x30000000, 0x50],
      );
      const remote = await boot(image.elf);
      await remote.waitFor(() => remote.trace().includes('up'));
      await remote.stop();
    });
  }),
);

test.run();
