import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-echo' }, (data, src, endpoint) => {
  endpoint.sendTo(`${src}`, data);
});
