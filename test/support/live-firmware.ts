/** A small firmware of the real SDK that echoes, and breaks when it is told to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject, rprocProcess } from './project-folder.js';

export const CHANNEL = 'rpmsg-live';

const CONFIG = `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';
export default defineFirmware({
  name: 'live',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace({ size: 1024 }), rpmsgVdev({ num: 8 })],
});
`;

const MAIN = `import { createEndpoint, decodeText } from 'rproc-sdk/runtime';
createEndpoint({ name: '${CHANNEL}' }, (data, src, endpoint) => {
  if (decodeText(data) === 'break') throw new Error('broken');
  endpoint.sendTo(src, data);
});
`;

/**
 * The ELF file, for virt-m4. Built in a process of its own: with a compiler in the heap each new engine, whose memory V8
 * counts, would have 100 MiB collected.
 */
export function liveFirmware(): Promise<Uint8Array> {
  const files = { 'firmware.config.ts': CONFIG, 'src/main.ts': MAIN };
  return inProject(files, async (dir) => {
    const { status, stderr } = await rprocProcess(['build', dir], { cwd: dir });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(join(dir, 'live.elf'));
  });
}
