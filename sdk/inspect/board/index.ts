/** Where an image lies on a board. */
export { formatPlacement } from './format.js';
export { placeOnBoard } from './place.js';
export type {
  AllocationPlacement,
  BoardPlacement,
  PartPlacement,
  PoolPlacement,
  RangePlacement,
  RegionPlacement,
  ReservePlacement,
  VdevPlacement,
  VringPlacement,
} from './placement.js';
