/** linker-script-gen: a memory map becomes a GNU ld script that LLD reads alike. */
export { LinkerScriptError } from './errors.js';
export { generateLinkerScript } from './generate.js';
export type { MapInput, MapRegion, MapSection, MemoryMap } from './memory-map.js';
export { validateMemoryMap } from './validate.js';
