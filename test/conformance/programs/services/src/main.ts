/** What stock kernels have drivers for: a tty and a raw service. */
import { createRaw, createTty, decodeText } from 'rproc-sdk/runtime';

const tty = createTty({
  onLine(line) {
    if (line === 'many') for (let i = 0; i < 3; i++) tty.write(String(i).repeat(1200));
    else tty.write('you said ' + line + '\n');
  },
});
tty.write('lost: nobody is there');

let messages = 0;

createRaw({
  onMessage(message, reply) {
    messages++;
    reply(messages + ': ' + decodeText(message).split('').reverse().join(''));
  },
});
console.log('services is up');
