/** linker-script-gen: a memory map becomes a GNU ld script that LLD reads alike. */
export { type CProject, cMemoryMap } from './c-project.js';
export { LinkerScriptError } from './errors.js';
export { generateFragments, generateLinkerScript, type ScriptFragments } from './generate.js';
export type { MapArea, MapInclude, MapInput, MapRegion, MapSection, MemoryMap } from './memory-map.js';
export { validateMemoryMap } from './validate.js';
