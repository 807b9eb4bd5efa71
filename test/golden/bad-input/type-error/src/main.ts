import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 42 }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
