import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, (_data, src, endpoint) => {
  endpoint.trySendTo(src, new Uint8Array(endpoint.mtu + 1));
});
