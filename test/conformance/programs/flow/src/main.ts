/** Sizes, bursts, order and waiting: more messages than there are buffers in either direction. */
import { Canceller, createEndpoint, decodeText, type Endpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'echo' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});

/** "COUNT SIZE": so many messages; each begins with its number. */
createEndpoint({ name: 'burst' }, (data, src, endpoint) => {
  const [count, size] = decodeText(data).split(' ').map(Number);
  burst(endpoint, src, count, size);
});

async function burst(endpoint: Endpoint, dst: number, count: number, size: number): Promise<void> {
  const message = new Uint8Array(size);
  for (let i = 0; i < count; i++) {
    message.fill(i);
    message[0] = i >> 8;
    await endpoint.sendTo(dst, message);
  }
  console.log('burst of ' + count + ' done');
}

let sum = 0;
let received = 0;

/** Adds up what comes; an empty message asks for the sum. */
createEndpoint({ name: 'sink' }, (data, src, endpoint) => {
  if (data.length === 0) {
    endpoint.sendTo(src, received + ' messages, sum ' + sum);
    return;
  }
  received++;
  for (let i = 0; i < data.length; i++) sum = (sum * 31 + data[i]) % 1000003;
});

const lonely = createEndpoint({ name: 'lonely', announce: false }, () => {});

/** A send that nobody will ever take is given up; the reason comes back. */
createEndpoint({ name: 'cancel' }, (data, src, endpoint) => {
  const canceller = new Canceller();
  lonely.send('anybody?', canceller.signal).catch((reason) => endpoint.sendTo(src, 'gave up: ' + reason));
  canceller.cancel(decodeText(data));
});
console.log('flow is up');
