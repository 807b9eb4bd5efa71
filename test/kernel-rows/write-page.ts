/** `node --import tsx test/kernel-rows/write-page.ts`: writes docs/kernel-behaviour.md anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/sources.js';
import { kernelBehaviourPage, PAGE } from './page.js';
import { groups } from './rows/index.js';

writeFileSync(join(root, PAGE), kernelBehaviourPage(groups));
