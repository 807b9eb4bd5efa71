/** The least that talks: what it weighs is the stack. */
import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'stack' }, () => {});
