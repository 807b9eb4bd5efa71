/** The parts that native images are linked from: found, whole, or a message that says what to do. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProblemError } from '../../runtime/abi/problem.js';
import { distDir } from '../../runtime/native/build/build.js';
import { CPUS } from '../../runtime/native/build/cpus.js';
import { ENGINE_HASH } from '../../runtime/native/build/engine.js';
import { nativeCpus, openProducts, type ProductFile } from '../../sdk/native/products.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { skipUnless } from '../support/need.js';
import { builtProducts, productsAbsent } from './built-products.js';

const test = suite('products');
const FILES: readonly ProductFile[] = [
  ...(['librproc.a', 'libquickjs.a', 'libsupport.a', 'profile-small.o', 'profile-full.o'] as const),
];

function code(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    return (error as ProblemError).problems[0].code;
  }
  return 'nothing thrown';
}

async function inTemporary(use: (dir: string) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'rproc-products-'));
  try {
    use(`${dir}/`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test(
  'without products the message names the command that makes them',
  deadline(5000, () =>
    inTemporary((dir) => {
      try {
        openProducts([`${dir}one/`, `${dir}two/`]);
        assert.unreachable();
      } catch (error) {
        assert.match((error as Error).message, /^RP2040: .*\/one\/\n.*npm run build:native/s);
      }
    }),
  ),
);

test(
  'a manifest that is none, and files that are not what it says',
  deadline(5000, () =>
    inTemporary((dir) => {
      const manifest = (text: string) => writeFileSync(`${dir}manifest.json`, text);
      for (const text of ['{', '{}', '{ "hash": "1234", "engine": "e", "cpus": {} }']) {
        manifest(text);
        assert.is(
          code(() => openProducts([dir])),
          'RP2041',
          text,
        );
      }
      const hash = '0123456789abcdef0123456789abcdef';
      manifest(JSON.stringify({ engine: 'quickjs', hash, cpus: { 'cortex-m4': { 'librproc.a': 3 } } }));
      mkdirSync(`${dir}cortex-m4`);
      const products = openProducts([`${dir}none/`, dir]);
      assert.equal([products.hash, products.engine], [hash, 'quickjs']);
      const open = () => products.file('cortex-m4', 'librproc.a');
      assert.is(code(open), 'RP2041', 'missing');
      writeFileSync(`${dir}cortex-m4/librproc.a`, 'abc');
      assert.equal(Buffer.from(open()).toString(), 'abc');
      truncateSync(`${dir}cortex-m4/librproc.a`, 2);
      assert.is(code(open), 'RP2041', 'shortened');
      assert.is(
        code(() => products.compiler()),
        'RP2041',
        'no compiler',
      );
    }),
  ),
);

skipUnless(
  test,
  'what was built has every file of every processor, of this very source',
  builtProducts(),
  productsAbsent,
  deadline(10_000, () =>
    inTemporary((dir) => {
      cpSync(distDir, dir, { recursive: true });
      const products = openProducts([dir]);
      assert.equal([products.engine, products.hash], ['quickjs 2025-04-26', ENGINE_HASH]);
      assert.equal([...nativeCpus], Object.keys(CPUS));
      for (const cpu of nativeCpus) {
        for (const name of FILES) {
          const start = name.endsWith('.a') ? '!<arch>\n' : '\x7fELF';
          const head = Buffer.from(products.file(cpu, name).subarray(0, start.length)).toString('latin1');
          assert.is(head, start, `${cpu}/${name}`);
        }
      }
      assert.equal([...products.compiler().subarray(0, 4)], [0, 0x61, 0x73, 0x6d]);
    }),
  ),
);

test.run();
