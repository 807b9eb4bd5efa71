import { createEndpoint } from 'rproc-sdk/runtime';

let count = 0;

function handle(data: Uint8Array): void {
  count++;
  if (count === 3) throw new Error(`message ${count} of ${data.length} bytes is one too many`);
}

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  handle(data);
  endpoint.sendTo(src, data);
});
