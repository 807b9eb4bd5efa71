/** A core beside a memory file, for a host in another process. */

export { type ShmCoreName, shmCore } from './cores.js';
export { follow } from './follow.js';
export { loadIntoFile } from './loader.js';
export { MemoryFile } from './memory-file.js';
export { ShmRemote, type ShmRemoteOptions } from './remote.js';
