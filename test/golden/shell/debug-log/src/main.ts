import { createEndpoint, onStop } from 'rproc-sdk/runtime';

console.log('clock: up');
createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
onStop((reason) => {
  console.log(`clock: ${reason}`);
});
