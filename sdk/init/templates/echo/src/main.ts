/** Sends back what it gets. */
import { createEndpoint, decodeText } from 'rproc-sdk/runtime';

// The name decides which Linux driver binds: this one is served by the kernel's samples/rpmsg/rpmsg_client_sample.c.
createEndpoint({ name: 'rpmsg-client-sample' }, (data, src, endpoint) => {
  console.log(`from 0x${src.toString(16)}: ${decodeText(data)}`);
  endpoint.sendTo(src, data);
});

console.log('template-name is up');
