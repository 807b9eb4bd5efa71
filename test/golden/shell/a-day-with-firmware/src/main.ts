import { createEndpoint, onStop } from 'rproc-sdk/runtime';

console.log('meter: up');
createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
createEndpoint({ name: 'rpmsg-tty' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
createEndpoint({ name: 'rpmsg-raw' }, (data, src) => {
  if (data[0] === 0x21) throw new Error(`told to crash by 0x${src.toString(16)}`);
});
onStop((reason) => {
  console.log(`meter: ${reason}`);
});
