/**
 * Two endpoints: rpmsg-echo gives back what it gets, rpmsg-pattern sends messages of the sizes it is asked for.
 */
import { createEndpoint, decodeText, type Endpoint } from 'rproc-sdk/runtime';
import { pattern } from './pattern.js';

createEndpoint({ name: 'rpmsg-echo' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});

/** A request is "COUNT SIZE" in text: that many messages of that many bytes come back. */
createEndpoint({ name: 'rpmsg-pattern' }, (data, src, endpoint) => {
  const [count, size] = decodeText(data).split(' ').map(Number);
  answer(endpoint, src, count, size);
});

async function answer(endpoint: Endpoint, dst: number, count: number, size: number): Promise<void> {
  if (!(count > 0) || !(size >= 0) || size > endpoint.mtu) {
    console.warn(`cannot send ${count} messages of ${size} bytes, a buffer holds ${endpoint.mtu}`);
    await endpoint.sendTo(dst, `error: at most ${endpoint.mtu} bytes`);
    return;
  }
  // More messages than Linux has buffers are fine: send waits until one is free.
  for (let i = 0; i < count; i++) await endpoint.sendTo(dst, pattern(size, i));
  console.log(`sent ${count} messages of ${size} bytes`);
}

console.log('echo is up');
