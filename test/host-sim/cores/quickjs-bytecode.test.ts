/** Images with bytecode on a core that runs source: their text is in the file, and its hash in loaded memory. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { mapStack, sourceMapOf } from '../../../host-sim/cores/quickjs/stack-map.js';
import { AppHeader, SECTION_APP, SECTION_PROGRAM } from '../../../runtime/abi/app.js';
import { AppBytecode } from '../../../runtime/abi/native.js';
import { utf8Encode } from '../../../runtime/abi/utf8.js';
import { assemble } from '../../../sdk/build/assemble.js';
import type { Payload } from '../../../sdk/build/payload.js';
import { trace } from '../../../sdk/config/resources/index.js';
import { readElf } from '../../../sdk/elf/read.js';
import { hashOfSource } from '../../../sdk/elf/source-hash.js';
import { inspectElf } from '../../../sdk/inspect/index.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { bareFirmware } from '../../support/firmware.js';
import { runImage } from '../../support/sim-app.js';

const LIMIT = 20_000;
const SOURCE = `
const say = (text) => __rproc_hal.log(Uint8Array.from(text, (c) => c.charCodeAt(0)));
say('the source ran');
if (globalThis.fails) throw new Error('x');
`;
/** No engine's bytecode: that the simulated core does not run it is the point. */
const BYTECODE = Uint8Array.of(4, 0xff, 0, 1, 2, 3, 4, 5, 6);

function image(code = SOURCE, strip = false) {
  const payload: Payload = {
    kind: 'bytecode',
    bytes: BYTECODE,
    engineHash: new Uint8Array(16).fill(0xe5),
    sourceHash: hashOfSource(utf8Encode(code)),
  };
  const engine = { profile: 'small', version: 'quickjs 2025-04-26' } as const;
  const firmware = bareFirmware(virtM4, [trace({ size: 256 })]);
  return assemble(firmware, { code, sourceMap: '{}', payload, engine }, { strip });
}

/** The file with other bytes at the start of a section's data. */
function changed(elf: Uint8Array, section: string, at: number, bytes: Uint8Array): Uint8Array {
  const file = elf.slice();
  const { sections } = readElf(elf, 'fw.elf');
  file.set(bytes, Number(sections.find(({ name }) => name === section)!.offset) + at);
  return file;
}

test(
  'the text beside the bytecode runs when its hash is the loaded one',
  deadline(LIMIT, async () => {
    const { elf } = await image();
    const { sim, said } = await runImage(elf);
    assert.is(sim.crash, undefined);
    assert.equal(said, ['the source ran']);
    assert.is(await sim.stop(), 0);
  }),
);

const PREFIX = 'the program is bytecode, and this core runs source: .rproc.program ';
test(
  'refused: no text, as after --strip; the text of another program',
  deadline(LIMIT, async () => {
    const stripped = await runImage((await image(SOURCE, true)).elf);
    assert.is(
      stripped.sim.crash?.reason,
      `${PREFIX}is not in the image, as after build --strip; native cores need no source`,
    );
    const { elf } = await image();
    const other = await runImage(changed(elf, SECTION_PROGRAM, 3, utf8Encode('C')));
    assert.is(other.sim.crash?.reason, `${PREFIX}holds the text of another program, its SHA-256 differs`);
    const hash = AppHeader.size + AppBytecode.offset.source_hash;
    const otherHash = await runImage(changed(elf, SECTION_APP, hash + 15, Uint8Array.of(1)));
    assert.is(otherHash.sim.crash?.reason, other.sim.crash?.reason);
    for (const { said } of [stripped, other, otherHash]) assert.equal(said, []);
  }),
);

test(
  'refused: a header too short for the hashes, a damaged payload, an unknown kind',
  deadline(LIMIT, async () => {
    const { elf } = await image();
    const header = (at: number, value: number) => changed(elf, SECTION_APP, at, Uint8Array.of(value));
    const reason = async (file: Uint8Array) => (await runImage(file)).sim.crash?.reason ?? '';
    assert.match(
      await reason(header(AppHeader.offset.header_len, AppHeader.size + 31)),
      /is damaged: its header has 63 bytes of at least 64$/,
    );
    assert.match(await reason(header(AppHeader.size + AppBytecode.size, 5)), /CRC-32 does not match$/);
    assert.is(
      await reason(header(AppHeader.offset.kind, 9)),
      'the program is of kind 9; this core knows source and bytecode',
    );
  }),
);

test(
  'inspect: kind, hashes, whether the text is there and is the right one; the note names profile and engine',
  deadline(LIMIT, async () => {
    const { elf } = await image();
    const whole = inspectElf(elf, 'fw.elf');
    assert.equal(whole.rproc, {
      board: 'virt-m4',
      sdk: whole.rproc!.sdk,
      engine: 'quickjs 2025-04-26',
      native: false,
      profile: 'small',
    });
    assert.equal(whole.app!.problem, null);
    assert.is(whole.app!.kind, 'bytecode');
    assert.is(whole.app!.headerLength, 64);
    assert.equal(whole.app!.bytecode, {
      engineHash: 'e5'.repeat(16),
      sourceHash: Buffer.from(hashOfSource(utf8Encode(SOURCE))).toString('hex'),
      source: 'there',
      sourceBytes: SOURCE.length,
    });
    const stripped = inspectElf((await image(SOURCE, true)).elf, 'fw.elf');
    assert.equal(stripped.app!.bytecode, { ...whole.app!.bytecode, source: 'none', sourceBytes: null });
    assert.is(stripped.buildId, whole.buildId);
    const other = inspectElf(changed(elf, SECTION_PROGRAM, 3, utf8Encode('C')), 'fw.elf');
    assert.is(other.app!.bytecode!.source, 'of another program');
    const short = inspectElf(
      changed(elf, SECTION_APP, AppHeader.offset.header_len, Uint8Array.of(40)),
      'fw.elf',
    );
    assert.is(short.app!.bytecode, null);
    assert.is(short.app!.problem, 'the app header ends inside the hashes of its bytecode');
  }),
);

test(
  'stacks: a native engine has no line in front of the program; bytecode without lines has names',
  deadline(LIMIT, async () => {
    const map = JSON.stringify({
      ...{ version: 3, file: 'firmware.js', sources: ['src/main.ts'], names: [] },
      // Line 1, columns 0 and 8: line 5, columns 1 and 3 of the source.
      mappings: 'AAIC,QAAE',
    });
    const firmware = bareFirmware(virtM4, []);
    const { elf } = await assemble(firmware, { code: '0', sourceMap: map });
    const maps = sourceMapOf(elf);
    const native =
      '    at inner (firmware.js:1:9)\n    at forEach (native)\n    at <eval> (firmware.js:1:1)\n';
    assert.equal(mapStack(native, maps, { headLines: 0 }), [
      'at inner (src/main.ts:5:4)',
      'at <eval> (src/main.ts:5:2)',
    ]);
    const simulated = native.replaceAll('firmware.js:1:', 'firmware.js:2:');
    assert.equal(mapStack(simulated, maps), mapStack(native, maps, { headLines: 0 }));
    const bare = '    at inner\n    at forEach (native)\n    at <eval>\n';
    assert.equal(mapStack(bare, maps, { headLines: 0 }), [
      'at inner',
      'at <eval>',
      "(no lines: the image was built with debug: 'none')",
    ]);
  }),
);

test.run();
