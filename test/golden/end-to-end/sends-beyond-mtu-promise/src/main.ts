import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, async (_data, src, endpoint) => {
  await endpoint.sendTo(src, new Uint8Array(500));
});
