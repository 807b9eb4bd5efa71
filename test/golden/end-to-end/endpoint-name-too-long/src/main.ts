import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'a-service-name-of-32-bytes-aaaaa' }, () => {});
