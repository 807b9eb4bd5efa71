import { boot } from '../sdk/testing/index.js';
import { readFileSync } from 'node:fs';
import { conversations } from './conformance/conversations/index.js';
const remote = await boot(readFileSync(process.argv[2]), {});
try { await conversations.flow(remote); console.log('fine'); } catch (e) { console.log((e as Error).message); }
console.log(remote.trace(), remote.simulation.crash, remote.simulation.processors[0].kicks, remote.simulation.scheduler.now);
console.log(remote.log.slice(-5));
