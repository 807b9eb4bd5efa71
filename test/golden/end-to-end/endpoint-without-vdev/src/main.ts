import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'first' }, () => {});
