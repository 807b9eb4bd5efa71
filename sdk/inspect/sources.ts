import { SHT_NOBITS } from '../../runtime/abi/elf.js';
import { utf8Decode, utf8Encode } from '../../runtime/abi/utf8.js';
import type { ElfFile, ElfSection } from '../elf/elf-file.js';
import type { SourcesInspection } from './inspection.js';

/** The list of files in `.rproc.source` (sdk/build/sources.ts). */
export function inspectSources(elf: ElfFile, section: ElfSection): SourcesInspection {
  const found = { section: section.name, size: Number(section.size) };
  const unreadable = (problem: string) => ({ ...found, problem, files: [] });
  if (section.type === SHT_NOBITS || section.offset + section.size > BigInt(elf.bytes.length)) {
    return unreadable('the section is not in the file');
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8Decode(elf.sectionData(section)));
  } catch {
    return unreadable('the section is not JSON text');
  }
  if (!Array.isArray(value) || !value.every(isSource)) {
    return unreadable('the section is no list of paths and contents');
  }
  const files = value.map(({ path, content }) => ({ path, size: utf8Encode(content).length }));
  return { ...found, problem: null, files };
}

function isSource(value: unknown): value is { path: string; content: string } {
  const { path, content } = (value ?? {}) as { path?: unknown; content?: unknown };
  return typeof path === 'string' && typeof content === 'string';
}
