export { formatInspection } from './format.js';
export { inspectElf } from './inspect.js';
export type {
  AppInspection,
  BytesInspection,
  EntryInspection,
  FieldInspection,
  HeaderInspection,
  Inspection,
  NoteInspection,
  PlacementInspection,
  SectionInspection,
  SegmentInspection,
  TableInspection,
  VringInspection,
} from './inspection.js';
export { inspectTableBytes } from './table.js';
