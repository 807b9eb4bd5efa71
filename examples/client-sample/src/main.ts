/**
 * The remote half of the kernel's samples/rpmsg/rpmsg_client_sample.c: announces the service that the sample
 * driver binds to, and answers each of its messages.
 */
import { createEndpoint, decodeText } from 'rproc-sdk/runtime';

const COUNT = 100;
let received = 0;

createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  received++;
  console.log(`message ${received} from 0x${src.toString(16)}: ${decodeText(data)}`);
  endpoint.sendTo(src, data);
  if (received === COUNT) console.log(`${COUNT} messages answered, goodbye!`);
});

console.log('client-sample is up, waiting for Linux');
