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
  SourcesInspection,
  TableInspection,
  VringInspection,
} from './inspection.js';
export { inspectTableBytes } from './table.js';
