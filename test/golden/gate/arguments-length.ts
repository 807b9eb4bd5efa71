export function many(first?: number) {
  return arguments.length + (first || 0);
}
export function none() {
  return arguments.length;
}
