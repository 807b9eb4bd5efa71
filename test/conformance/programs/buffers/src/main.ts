/** Messages without copies: composed, claimed and committed out of order, held and given back in any order. */
import { createEndpoint, decodeText, type HeldMessage, rpmsgDevice, type TxBuffer } from 'rproc-sdk/runtime';

createEndpoint({ name: 'ramp' }, (data, _src, endpoint) => {
  const sent = endpoint.compose((room) => {
    const size = data[0] | (data[1] << 8);
    if (size > room.length) return -1;
    for (let i = 0; i < size; i++) room[i] = i;
    return size;
  });
  if (!sent) endpoint.trySend('no');
});

/** "N": claims N buffers, commits the odd ones backwards, gives the others back. */
createEndpoint({ name: 'claim' }, (data, src, endpoint) => {
  const buffers: TxBuffer[] = [];
  for (let i = 0; i < Number(decodeText(data)); i++) {
    const buffer = endpoint.claim();
    if (!buffer) break;
    buffers.push(buffer);
  }
  const claimed = rpmsgDevice().counters.claimed;
  for (let i = buffers.length - 1; i >= 0; i--) {
    const buffer = buffers[i];
    if (i % 2 === 1) {
      buffer.bytes[0] = i;
      buffer.bytes[1] = claimed;
      buffer.commit(2, src);
    }
    buffer.release();
  }
  endpoint.trySendTo(src, 'left ' + rpmsgDevice().counters.claimed);
});

const kept: HeldMessage[] = [];

/** Text is kept; "first", "last" and "all" give kept messages back, with what they say. */
createEndpoint({ name: 'keep' }, (data, src, endpoint) => {
  const text = decodeText(data);
  if (text !== 'first' && text !== 'last' && text !== 'all') {
    const held = endpoint.hold();
    held.hold();
    held.release();
    kept.push(held);
    return;
  }
  do {
    const held = text === 'last' ? kept.pop() : kept.shift();
    if (!held) break;
    endpoint.trySendTo(src, decodeText(held.data) + ' of ' + held.src + ', ' + rpmsgDevice().counters.held);
    held.release();
    held.release();
  } while (text === 'all');
  endpoint.trySendTo(src, 'holding ' + rpmsgDevice().counters.held);
});

/** What may not be: answers with the errors. */
createEndpoint({ name: 'wrong' }, (_data, src, endpoint) => {
  const tries = [
    () => endpoint.trySendTo(src, new Uint8Array(endpoint.mtu + 1)),
    () => endpoint.claim()!.commit(endpoint.mtu + 1, src),
    () => endpoint.trySendTo(0xffffffff, 'all'),
    () => createEndpoint({ name: 'x'.repeat(32) }, () => {}),
    () => createEndpoint({ src: endpoint.src }, () => {}),
    () =>
      endpoint.compose(() => {
        throw new Error('changed my mind');
      }),
  ];
  for (const attempt of tries) {
    try {
      endpoint.trySendTo(src, 'no error: ' + attempt());
    } catch (error) {
      endpoint.trySendTo(src, String(error));
    }
  }
});
console.log('buffers is up');
