/** What proves the rows is proved here: what counts as noticed, and what does not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prove } from './mutation/run.js';
import { inSource, type Mutation, type Row } from './row.js';

const file = 'test/host-sim/remoteproc/elf-sanity.test.ts';
const loader = inSource('host-sim/remoteproc/elf-loader.ts');
const rowOf = (mutation: Mutation, title = '2 row 8: no program headers'): Row => ({
  id: 'rproc 2.8',
  says: 'No loadable segments.',
  kernels: ['6.12'],
  tests: [{ file, title }],
  mutations: [mutation],
});
const why = async (mutation: Mutation, title?: string) => (await prove([rowOf(mutation, title)])).join('\n');

test('a failed assertion of the row’s test is what is wanted', async () => {
  assert.is(await why(loader('No loadable segments', 'No segments')), '');
});

test('a mutation that changes nothing is told', async () => {
  const said = await why(loader('/** `rproc_elf_get_boot_addr()`. */', ''));
  assert.match(said, /^rproc 2\.8: .*elf-loader\.ts: .* -> : 3 tests pass$/);
});

test('what another test of the file would notice does not count', async () => {
  assert.match(await why(loader('Unsupported class', 'Unknown class')), /3 tests pass$/);
});

test('a file that cannot be imported is no finding', async () => {
  assert.match(
    await why(loader('export function elfSanityCheck(', 'function elfSanityCheck(')),
    /ended with exit code 1/,
  );
  assert.match(await why(loader('const size = BigInt', 'const size = = BigInt')), /ended with exit code 1/);
});

test('a program that is none is no finding', async () => {
  const said = await why(loader("fail('No loadable segments')", 'failed()'));
  assert.match(said, /no assertion failed, but ReferenceError/);
});

test('a test that does not end is no finding', async () => {
  const said = await why(
    inSource('test/support/sim-boot.ts')('await this.sim.start()', 'await new Promise<number>(() => {})'),
  );
  assert.match(said, /no assertion failed, but Error: test limit/);
});

test('tests that fail without a mutation are told, and a title that no test has', async () => {
  const mutation = loader('No loadable segments', 'No segments');
  assert.match(await why(mutation, '2 row 8: nobody has this title'), /no test ran/);
});

test.run();
