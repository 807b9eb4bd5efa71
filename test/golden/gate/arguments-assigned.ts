export function first(value: number) {
  value++;
  return arguments[0];
}
export function second(value = 1) {
  return [value, arguments[0]];
}
export function third(value: number) {
  arguments[0] = 5;
  return value;
}
export function fine(value: number, other: number[]) {
  other[value] = arguments[0];
  return arguments[1];
}
