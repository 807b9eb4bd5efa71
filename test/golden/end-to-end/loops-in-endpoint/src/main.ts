import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'rpmsg-client-sample' }, (data) => {
  while (data.length > 0) spin(data);
});

function spin(data: Uint8Array): void {
  data[0]++;
}
