/** Linux's two ends: a console that is read as a terminal does, a serial port that is read buffer by buffer. */
import { readFile } from 'node:fs/promises';
import { boot, type ConsolePort, deadline, type RemoteUnderTest } from 'rproc-sdk/test';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const image = new URL('../console.elf', import.meta.url);
const transcript = new URL('../expected/transcript.txt', import.meta.url);

/** The next `size` bytes of a port. */
async function readBytes(remote: RemoteUnderTest, port: ConsolePort, size: number): Promise<Uint8Array> {
  const bytes: number[] = [];
  await remote.waitFor(() => {
    for (let part = port.read(); part.length > 0; part = port.read()) bytes.push(...part);
    return bytes.length >= size;
  });
  return Uint8Array.from(bytes);
}

async function ask(
  remote: RemoteUnderTest,
  hvc: ConsolePort,
  command: string,
  size: number,
): Promise<string> {
  const text = new TextEncoder().encode(`${command}\n`);
  assert.is(hvc.write(text), text.length);
  return new TextDecoder().decode(await readBytes(remote, hvc, size));
}

test(
  'the console answers more than its ring holds, in order',
  deadline(10000, async () => {
    const remote = await boot(image);
    const hvc = await remote.port('hvc0');
    const size = 8 * 4096 * 2 + 5;
    assert.is(await ask(remote, hvc, `fill ${size}`, size + 1), `${'x'.repeat(size)}\n`);
    assert.is(await ask(remote, hvc, 'help', 17), 'help, fill COUNT\n');
  }),
);

test(
  'the serial port gives every byte back; what is not read holds the ring up',
  deadline(10000, async () => {
    const remote = await boot(image);
    const vport = await remote.port('vport1p0');
    const data = Uint8Array.from({ length: 20000 }, (_, i) => (i * 31) & 0xff);
    assert.is(vport.write(data), data.length);
    await remote.pass(1);
    assert.is(vport.read().length, 4096, 'one buffer at a time');
    assert.equal(await readBytes(remote, vport, data.length - 4096), data.subarray(4096));
  }),
);

test(
  'transcript of a short conversation',
  deadline(10000, async () => {
    const remote = await boot(image);
    const hvc = await remote.port('hvc0');
    const vport = await remote.port('vport1p0');
    const lines: string[] = [];
    await remote.pass(1);
    for (const [command, size] of [
      ['help', 17],
      ['fill 10', 11],
      ['reboot', 18],
    ] as const) {
      lines.push(`hvc0: "${command}" -> ${JSON.stringify(await ask(remote, hvc, command, size))}`);
    }
    vport.write(Uint8Array.of(0, 1, 254, 255));
    lines.push(`vport1p0: ${await readBytes(remote, vport, 4)}`);
    const trace = remote.trace();
    assert.is(await remote.stop(), 0);
    const log = remote.log.map(({ text }) => text.replace(/, size \d+$/, ', size N'));
    assert.fixture([...log, '', ...lines, '', trace].join('\n'), await readFile(transcript, 'utf8'));
  }),
);

test.run();
