export function pick(n: number) {
  switch (n) {
    case 1:
      function helper() {
        return 1;
      }
      return helper();
    default:
      return 0;
  }
}
