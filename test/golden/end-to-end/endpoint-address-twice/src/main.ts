import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'first', src: 0x500 }, () => {});
createEndpoint({ name: 'second', src: 0x500 }, () => {});
