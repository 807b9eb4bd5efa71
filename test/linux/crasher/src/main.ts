/** Gives back what it gets, and crashes when it is told to. */
import { createEndpoint, decodeText } from 'rproc-sdk/runtime';

createEndpoint({ name: 'crasher' }, (data, src, endpoint) => {
  if (decodeText(data) === 'crash') throw new Error('told to');
  endpoint.sendTo(src, data);
});
