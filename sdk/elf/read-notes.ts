import { ElfNhdr, PT_NOTE, SHT_NOTE } from '../../runtime/abi/elf.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { Damage } from './damage.js';
import type { ElfFile, ElfNote } from './elf-file.js';

/** Owners' names are short; a longer one is damage. */
const MAX_NAME = 256;

/** The notes of all note sections; of PT_NOTE segments when the file has no note section. */
export function readNotes(elf: ElfFile, damage: Damage): ElfNote[] {
  const size = BigInt(elf.bytes.length);
  const notes: ElfNote[] = [];
  const sections = elf.sections.filter((section) => section.type === SHT_NOTE);
  for (const section of sections) {
    if (section.offset + section.size > size) continue;
    readList(elf.sectionData(section), section.align, section.name, notes, damage);
  }
  if (sections.length > 0) return notes;
  for (const segment of elf.segments) {
    if (segment.type !== PT_NOTE || segment.offset + segment.filesz > size) continue;
    readList(elf.segmentData(segment), segment.align, `segment ${segment.index}`, notes, damage);
  }
  return notes;
}

function readList(data: Uint8Array, align: bigint, holder: string, notes: ElfNote[], damage: Damage): void {
  // 64-bit files pad some notes to eight bytes and say so with the alignment (.note.gnu.property).
  const step = align === 8n ? 8 : 4;
  const padded = (value: number) => Math.ceil(value / step) * step;
  let at = 0;
  while (at < data.length) {
    if (data.length - at < ElfNhdr.size) {
      damage.add(`${holder} ends inside a note header`);
      return;
    }
    const { n_namesz, n_descsz, n_type } = ElfNhdr.unpack(data, at);
    const nameAt = at + ElfNhdr.size;
    const descAt = at + padded(ElfNhdr.size + n_namesz);
    const end = descAt + n_descsz;
    if (n_namesz > MAX_NAME || end > data.length) {
      damage.add(`${holder}: the note at ${at} does not fit`);
      return;
    }
    const raw = data.subarray(nameAt, nameAt + n_namesz);
    const nul = raw.indexOf(0);
    notes.push({
      holder,
      name: utf8Decode(nul < 0 ? raw : raw.subarray(0, nul)),
      type: n_type,
      desc: data.subarray(descAt, end),
    });
    at = at + padded(end - at);
  }
}
