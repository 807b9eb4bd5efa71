/** What the benches measure: an echo without waiting, a source and a sink. */
import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'bench-echo' }, (data, src, endpoint) => {
  endpoint.trySendTo(src, data);
});

createEndpoint({ name: 'bench-sink' }, () => {});

const payload = new Uint8Array(64);

/** Answers each message with 64 of its own. */
createEndpoint({ name: 'bench-source' }, (_data, src, endpoint) => {
  for (let i = 0; i < 64; i++) endpoint.trySendTo(src, payload);
});
