/**
 * Virtio devices without rpmsg: a console, which Linux shows as /dev/hvc0, answers lines; a remoteproc serial port,
 * /dev/vport1p0, gives back every byte.
 */
import { decodeText, encodeText, resourcesOf } from 'rproc-sdk/runtime';
import type config from '../firmware.config.js';
import { Stream } from './stream.js';

const devices = resourcesOf<typeof config>();

let line = '';
const shell: Stream = new Stream(
  (features) => {
    const [columns, , rows] = devices.console.config;
    console.log(`console is up, features ${features}, ${columns} columns, ${rows} rows`);
  },
  (data) => {
    line += decodeText(data);
    const lines = line.split('\n');
    line = lines.pop() || '';
    for (const command of lines) shell.write(encodeText(answer(command)));
  },
);

function answer(command: string): string {
  console.log(`console: ${command}`);
  if (command === 'help') return 'help, fill COUNT\n';
  const [name, count] = command.split(' ');
  if (name === 'fill' && Number(count) >= 0) return 'x'.repeat(Number(count)) + '\n';
  return `${command}: not found\n`;
}

const serial: Stream = new Stream(
  (features) => console.log(`serial is up, features ${features}`),
  (data) => serial.write(data),
);

devices.console.attach(shell);
devices.serial.attach(serial);
console.log('waiting for Linux');
